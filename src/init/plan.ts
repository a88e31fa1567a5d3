import * as path from "node:path";
import { insertProperty } from "../json/insert-property.ts";
import { readStyle } from "../json/text-style.ts";
import type { Action } from "./action.ts";
import { isLocalKey, localKey } from "./feature-key.ts";
import type { Inspection } from "./inspect.ts";
import { encodeJson } from "./json-text.ts";
import { minimalConfig } from "./minimal-config.ts";
import { planCopy } from "./plan-copy.ts";
import { findKey } from "./properties.ts";
import type { ConfigFile } from "./read-config.ts";

/**
 * Decides what is to be done, the copy first and the configuration that names it last: stopped in between, the
 * project is as usable as before.
 * @throws UserError where the place of the copy is taken by something else.
 */
export function planInit(inspection: Inspection, keepsModes: boolean): Action[] {
  return [...planLeftovers(inspection.leftovers), ...planFeature(inspection, keepsModes)];
}

function planLeftovers(leftovers: readonly string[]): Action[] {
  const [first] = leftovers;
  if (first === undefined) return [];
  const steps = leftovers.map((file) => ({ kind: "remove-file" as const, path: file }));
  const reason = "what an interrupted run left is removed";
  return [{ kind: "remove-leftovers", path: path.dirname(first), result: "updated", reason, steps }];
}

function planFeature(inspection: Inspection, keepsModes: boolean): Action[] {
  const { project, source, config, feature } = inspection;
  const present = config === null ? null : (findKey(config.parsed.features, feature)?.key ?? null);
  const key = source.kind === "reference" ? source.reference : localKey(project.configPath, source.folder);
  const configAction = planConfig(inspection, key, present);
  if (source.kind === "reference") return [configAction];
  if (present !== null && !namesFolder(project.configPath, present, source.folder)) {
    const reason = `${JSON.stringify(present)} is named instead`;
    return [
      { kind: "copy-feature", path: source.folder, result: "skipped", reason, steps: [] },
      configAction,
    ];
  }
  return [planCopy(source.folder, source.copy, source.built, keepsModes), configAction];
}

function namesFolder(configPath: string, key: string, folder: string): boolean {
  return isLocalKey(key) && path.resolve(path.dirname(configPath), key) === path.resolve(folder);
}

function planConfig({ project, config }: Inspection, key: string, present: string | null): Action {
  if (config === null) {
    const bytes = Buffer.from(minimalConfig(path.basename(project.root), key), "utf8");
    const folder = path.dirname(project.configPath);
    return {
      kind: "create-config",
      path: project.configPath,
      result: "created",
      reason: `there was none; it names ${JSON.stringify(key)}`,
      steps: [
        { kind: "make-folder", path: folder },
        { kind: "write-file", path: project.configPath, bytes, mode: 0o644 },
      ],
    };
  }
  const base = { kind: "edit-config" as const, path: project.configPath };
  if (present !== null) {
    const other = present === key ? "" : `, not as ${JSON.stringify(key)}: left as it is`;
    return {
      ...base,
      result: "unchanged",
      reason: `the Feature is named as ${JSON.stringify(present)}${other}`,
      steps: [],
    };
  }
  const bytes = encodeJson({ ...config.json, text: addFeature(config, key) });
  const reason = `${JSON.stringify(key)} added to "features"`;
  return {
    ...base,
    result: "updated",
    reason,
    steps: [{ kind: "write-file", path: config.realPath, bytes, mode: config.mode }],
  };
}

function addFeature({ json: { text }, parsed: { root, features } }: ConfigFile, key: string): string {
  const style = readStyle(text, root);
  const property = { key, value: [] };
  return features === null
    ? insertProperty(text, root, { key: "features", value: [property] }, style)
    : insertProperty(text, features, property, style);
}
