import { type Node, type ParseError, parseTree } from "jsonc-parser";
import { lineOf } from "./line-of.ts";

/** `line` counts from 1; `why` is the rest of a sentence about the file, and quotes nothing of it. */
export interface MalformedSettings {
  readonly state: "malformed";
  readonly line: number;
  readonly why: string;
}

/** Settings as they stand in the text. */
export interface SettingsTree {
  readonly state: "valid";
  readonly root: Node;
  /** Properties of the outermost object with the name `env`; JSON counts the last of several. */
  readonly envs: readonly Node[];
}

const IGNORED = "and Claude Code ignores the whole file";

/**
 * Parses settings. Claude Code 2.1.330 reads plain JSON: for one comment, one comma too many, or one of its keys with
 * a value of another type it ignores the file. Of the keys only those that matter here are looked at.
 * @param lenient takes what a person can read, comments and commas too many
 */
export function parseSettings(text: string, lenient: boolean): SettingsTree | MalformedSettings {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (root === undefined || error !== undefined) return malformed(text, error?.offset ?? 0, "is not JSON");
  const envs = propertiesOf(root, "env");
  if (lenient) return { state: "valid", root, envs };
  const strict: ParseError[] = [];
  parseTree(text, strict, { disallowComments: true });
  if (strict[0] !== undefined)
    return malformed(text, strict[0].offset, `has a comment or a comma too many, ${IGNORED}`);
  if (root.type !== "object") return malformed(text, root.offset, "is no JSON object");
  const wrong = [envs.at(-1), propertiesOf(root, "apiKeyHelper").at(-1)].find(
    (property, index) =>
      property !== undefined && valueOf(property)?.type !== (["object", "string"] as const)[index],
  );
  if (wrong === undefined) return { state: "valid", root, envs };
  const key = String(wrong.children?.[0]?.value);
  return malformed(text, wrong.offset, `has something else than ${TYPES[key] ?? ""} as "${key}", ${IGNORED}`);
}

const TYPES: Readonly<Record<string, string>> = { env: "an object", apiKeyHelper: "a text" };

/** The properties of an object with that name, in the file's order; none where it is no object. */
export function propertiesOf(object: Node | undefined, name: string): Node[] {
  if (object?.type !== "object") return [];
  return (object.children ?? []).filter((property) => property.children?.[0]?.value === name);
}

export function valueOf(property: Node): Node | undefined {
  return property.children?.[1];
}

function malformed(text: string, offset: number, why: string): MalformedSettings {
  return { state: "malformed", line: lineOf(text, offset), why };
}
