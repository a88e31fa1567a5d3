import { insertProperty } from "../json/insert-property.ts";
import { removeProperty } from "../json/remove-property.ts";
import { readStyle } from "../json/text-style.ts";
import type { ApiKeyHelper } from "./mode-in-force.ts";
import {
  type MalformedSettings,
  parseSettings,
  propertiesOf,
  type SettingsTree,
  valueOf,
} from "./settings-tree.ts";

/** What Claude Code's settings say of the API mode. */
export type Settings =
  | {
      readonly state: "valid";
      readonly env: ReadonlyMap<string, string>;
      readonly apiKeyHelper: ApiKeyHelper;
    }
  | MalformedSettings;

/** Names, those that were set first; none where the text is as it was. A null text is a file that is not to be there. */
export interface EditedSettings {
  readonly text: string | null;
  readonly changed: readonly string[];
}

const BYTE_ORDER_MARK = "\uFEFF";

/** Reads settings as the client does: what is no text in `env` becomes one. An empty file says nothing. */
export function readSettings(text: string): Settings {
  const { body } = withoutMark(text);
  const tree = parseSettings(body, false);
  if (tree.state === "malformed") return tree;
  const { env, apiKeyHelper } = JSON.parse(body) as { env?: object; apiKeyHelper?: string };
  return {
    state: "valid",
    env: new Map(Object.entries(env ?? {}).map(([name, value]) => [name, String(value)])),
    apiKeyHelper: apiKeyHelper === undefined ? "absent" : apiKeyHelper === "" ? "empty" : "set",
  };
}

/**
 * Sets variables in `env` and removes others; all else keeps its bytes. An `env` that nothing is left in goes, and so
 * does the file where that was all. To a file that the client ignores nothing is added; what is to go does go from one
 * that has comments.
 * @param text null where there is no file
 */
export function editSettingsEnv(
  text: string | null,
  set: ReadonlyMap<string, string>,
  remove: ReadonlySet<string>,
): EditedSettings | MalformedSettings {
  const { mark, body } = withoutMark(text ?? "");
  const tree = parseSettings(body, set.size === 0);
  if (tree.state === "malformed") return tree;
  const wanted = [...set].filter(([name, value]) => !isSet(body, tree, name, value));
  const unwanted = [...remove].filter((name) => !set.has(name) && findVariables(tree, name).length > 0);
  if (wanted.length + unwanted.length === 0) return { text, changed: [] };
  // What goes goes last, so that an `env` that something is left in keeps its place.
  const added = wanted.reduce((rest, [name, value]) => addVariable(rest, name, value), body);
  const after = unwanted.reduce(removeVariable, added);
  const isNothing = /^\s*\{\s*\}\s*$/.test(after);
  return {
    text: isNothing ? null : mark + after,
    changed: [...wanted.map(([name]) => name), ...unwanted],
  };
}

/** An empty file is taken for one with nothing in it, as the client does. */
function withoutMark(text: string): { readonly mark: string; readonly body: string } {
  const mark = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : "";
  const body = text.slice(mark.length);
  return { mark, body: body.trim() === "" ? "{}\n" : body };
}

/** Every property of that name in every `env`, with the object that it is in. */
function findVariables({ envs }: SettingsTree, name: string) {
  return envs.flatMap((env) => {
    const object = valueOf(env);
    return propertiesOf(object, name).flatMap((property) =>
      object === undefined ? [] : [{ object, property }],
    );
  });
}

/** Whether the client would find this value: a number or a switch counts as the text that it becomes. */
function isSet(text: string, { envs }: SettingsTree, name: string, value: string): boolean {
  const env = envs.at(-1);
  const property = propertiesOf(env === undefined ? undefined : valueOf(env), name).at(-1);
  const node = property === undefined ? undefined : valueOf(property);
  if (node === undefined) return false;
  return String(JSON.parse(text.slice(node.offset, node.offset + node.length))) === value;
}

function addVariable(text: string, name: string, value: string): string {
  const tree = validTree(text);
  const property = { key: name, value };
  const style = readStyle(text, tree.root);
  const env = tree.envs.at(-1);
  const object = env === undefined ? undefined : valueOf(env);
  if (object === undefined) return insertProperty(text, tree.root, { key: "env", value: [property] }, style);
  const present = propertiesOf(object, name).at(-1);
  const old = present === undefined ? undefined : valueOf(present);
  if (old === undefined) return insertProperty(text, object, property, style);
  return text.slice(0, old.offset) + JSON.stringify(value) + text.slice(old.offset + old.length);
}

function removeVariable(text: string, name: string): string {
  const [found] = findVariables(validTree(text), name);
  if (found === undefined) return text;
  return removeVariable(withoutEmptyEnv(removeProperty(text, found.object, found.property)), name);
}

function withoutEmptyEnv(text: string): string {
  const { root, envs } = validTree(text);
  const empty = envs.find((env) => {
    const object = valueOf(env);
    return object !== undefined && /^\{\s*\}$/.test(text.slice(object.offset, object.offset + object.length));
  });
  return empty === undefined ? text : removeProperty(text, root, empty);
}

function validTree(text: string): SettingsTree {
  const tree = parseSettings(text, true);
  if (tree.state === "malformed") throw new Error("settings were broken by an edit");
  return tree;
}
