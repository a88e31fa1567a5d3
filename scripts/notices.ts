import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import { BuildError } from "./bundle.ts";

const MODULES = "node_modules/";
const LICENSE_FILE = /^(licen[cs]e|copying)([.-].*)?(?<!\.([cm]?[jt]s|json))$/i;
const NOTICE_FILE = /^notice([.-].*)?(?<!\.([cm]?[jt]s|json))$/i;

/**
 * The folders of the packages whose code is in the bundle, relative to the checkout, sorted. A package in
 * another's `node_modules` is one of its own.
 */
export function findBundledPackages(metafile: Metafile): string[] {
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs));
  const folders = inputs.filter((input) => input.includes(MODULES)).map(packageFolder);
  return [...new Set(folders)].sort();
}

/** What a package says of itself, and the license's words. */
interface Notice {
  readonly title: string;
  readonly text: string;
}

/**
 * The text of THIRD-PARTY-NOTICES: name, version, license, copyright and the license's own words for every package in
 * the bundle. Words that several packages share are given once, after the last of these.
 * @throws BuildError naming the package that has no license file: what may not be passed on is not shipped
 */
export async function renderNotices(root: string, metafile: Metafile): Promise<string> {
  const byWords = new Map<string, { readonly heads: string[]; readonly words: string }>();
  for (const folder of findBundledPackages(metafile)) {
    const { title, text } = await readNotice(root, folder);
    const at = Math.max(text.indexOf(SHARED_WORDS), 0);
    const words = text.slice(at);
    const key = at === 0 ? title : words.replace(/\s+/g, " ");
    const group = byWords.get(key) ?? { heads: [], words };
    group.heads.push(`${title}\n\n${text.slice(0, at)}`.trimEnd());
    byWords.set(key, group);
  }
  const sections = [...byWords.values()].map(({ heads, words }) => `${[...heads, words].join("\n\n")}\n`);
  const head =
    sections.length === 0
      ? "The .mjs files beside contain no code of other projects.\n"
      : "The .mjs files beside contain code of the following projects, each under the license that follows its name.\n";
  return [head, ...sections].join(`\n${"-".repeat(80)}\n\n`);
}

/** How the part of a license begins that is the same for all: MIT's, ISC's is another one. */
const SHARED_WORDS = "Permission is hereby granted";

async function readNotice(root: string, folder: string): Promise<Notice> {
  const described: unknown = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8"));
  const { name, version, license } = described as { name: string; version: string; license?: unknown };
  const names = (await readdir(join(root, folder))).sort();
  const licenses = names.filter((file) => LICENSE_FILE.test(file));
  if (licenses.length === 0) {
    throw new BuildError(`${name} ${version} is in the bundle and has no license file: ${folder}`);
  }
  const texts: string[] = [];
  for (const file of [...licenses, ...names.filter((candidate) => NOTICE_FILE.test(candidate))]) {
    const text = await readFile(join(root, folder, file), "utf8");
    texts.push(text.replace(/\r\n/g, "\n").trim());
  }
  const title = `${name} ${version}${typeof license === "string" ? ` (${license})` : ""}`;
  return { title, text: texts.join("\n\n") };
}

/** `a/node_modules/@b/c/lib/d.js` -> `a/node_modules/@b/c` */
function packageFolder(input: string): string {
  const start = input.lastIndexOf(MODULES) + MODULES.length;
  const [first = "", second = ""] = input.slice(start).split("/");
  return input.slice(0, start) + (first.startsWith("@") ? `${first}/${second}` : first);
}
