import type { FileSystem } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { whyNoValue } from "../env/check-value.ts";
import { renderEnvFile, type EnvFile } from "../env/env-file.ts";
import { TOKEN_VARIABLE } from "../env/env-names.ts";
import { errnoCode } from "../errors.ts";
import { BARE_KEY_NAME, SECRETS_NAME, storeLayout } from "../layout.ts";
import type { HomeEntry } from "./entry.ts";
import { readEnvFile, type EnvFileFound, type EnvQuestion } from "./env-mode.ts";
import { ENV_LIMIT } from "./own-entries.ts";
import { digestOf } from "./tree-digest.ts";

/** Variables outside of the chosen store. */
export interface EnvSource {
  /** `home`: a real file in the link's place; `build`: the image's own directory; `mounted`: led to by a mount. */
  readonly kind: "home" | "mounted" | "build" | "earlier" | "bare-key";
  readonly path: string;
  readonly file: EnvFile;
  readonly content: string;
  /** Tells it from every other one, without its secret. */
  readonly digest: string;
}

/** A place where variables may be, and what is there. */
export interface Found {
  readonly path: string;
  readonly found: EnvFileFound;
  readonly source: EnvSource | null;
}

/** Every place outside of the chosen store where variables are, the first to be taken over first. */
export function findEnvSources(fs: FileSystem, question: EnvQuestion, link: HomeEntry): Found[] {
  const { layout, store, candidates, chosenRoot, workspace } = question;
  const built = storeLayout(layout.buildRoot).envFile;
  const safe = candidates.filter(({ candidate }) => candidate.verdict.usable && candidate.exists);
  const others = safe.filter(({ candidate }) => candidate.layout.root !== chosenRoot);
  const secrets = safe.find(({ candidate }) => candidate.kind === "workspace");
  return [
    ...(link.kind === "file" ? [envSource(fs, "home", layout.envFile)] : []),
    ...(link.kind === "mounted" && !link.isDirectory ? [envSource(fs, "mounted", link.realPath)] : []),
    ...(built === store.envFile ? [] : [envSource(fs, "build", built)]),
    ...others.map(({ candidate }) => envSource(fs, "earlier", candidate.layout.envFile)),
    ...(secrets === undefined || workspace === null
      ? []
      : [bareKey(fs, `${workspace}/${SECRETS_NAME}/${BARE_KEY_NAME}`)]),
  ].filter(({ found }) => found.state !== "absent");
}

function envSource(fs: FileSystem, kind: EnvSource["kind"], path: string): Found {
  const found = readEnvFile(fs, path);
  if (found.state !== "valid") return { path, found, source: null };
  const { file, content } = found;
  return { path, found, source: { kind, path, file, content, digest: digestOfSource(path, content) } };
}

/** The older tool's API key, with nothing around it: as the shell's `$(cat FILE)` has it. */
function bareKey(fs: FileSystem, path: string): Found {
  try {
    const key = readSmallFile(fs, path, ENV_LIMIT)?.toString("utf8").replace(/\n+$/, "");
    if (key === undefined || key === "") return { path, found: { state: "absent" }, source: null };
    if (whyNoValue(key) !== null) {
      const why = "holds more than a key";
      return { path, found: { state: "malformed", line: 1, why }, source: null };
    }
    const file: EnvFile = { variables: new Map([[TOKEN_VARIABLE["api-key"], key]]), to: "shell" };
    const content = renderEnvFile(file);
    return {
      path,
      found: { state: "valid", file, content },
      source: { kind: "bare-key", path, file, content, digest: digestOfSource(path, content) },
    };
  } catch (error) {
    const code = errnoCode(error);
    if (code === undefined) throw error;
    return { path, found: { state: "unreadable", errnoCode: code }, source: null };
  }
}

function digestOfSource(path: string, content: string): string {
  return digestOf(Buffer.from(JSON.stringify(["env", path, content])));
}
