import { dirname, join } from "node:path";
import type { FileSystem } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import type { FeatureOptions, Variant } from "../options.ts";

/**
 * The manifest's; but startup files of a whole machine are written only where an installation wrote down that they are
 * to be.
 */
const DEFAULTS: FeatureOptions = {
  variant: "plain",
  store: "",
  perContainer: false,
  guard: true,
  notice: false,
};

/** Where install.sh wrote the options down. */
export function optionsPath(bundlePath: string): string {
  return join(dirname(bundlePath), "options.env");
}

/**
 * Reads `options.env` beside the bundle: lines `KEY='value'`, a quote in a value written as `'\''`, a value
 * being free to hold line breaks. Outside an installed Feature there is no such file and the defaults hold.
 */
export function readFeatureOptions(fs: FileSystem, bundlePath: string): FeatureOptions {
  const bytes = readSmallFile(fs, optionsPath(bundlePath), 64 * 1024);
  return bytes === null ? DEFAULTS : parseFeatureOptions(bytes.toString("utf8"));
}

export function parseFeatureOptions(text: string): FeatureOptions {
  const values = new Map<string, string>();
  for (const match of text.matchAll(/^([A-Z_]+)='((?:[^']|'\\'')*)'$/gm)) {
    const [, key = "", value = ""] = match;
    values.set(key, value.replaceAll("'\\''", "'"));
  }
  return {
    variant: variantOf(values.get("CLAUDE_CREDENTIALS_FEATURE")),
    store: values.get("CLAUDE_CREDENTIALS_OPTION_STORE") ?? DEFAULTS.store,
    perContainer: values.get("CLAUDE_CREDENTIALS_OPTION_PER_CONTAINER") === "true",
    guard: values.get("CLAUDE_CREDENTIALS_OPTION_GUARD") !== "false",
    notice: values.get("CLAUDE_CREDENTIALS_OPTION_NOTICE") === "true",
  };
}

function variantOf(id: string | undefined): Variant {
  const end = id?.split("-").at(-1);
  return end === "volume" || end === "shared" ? end : DEFAULTS.variant;
}
