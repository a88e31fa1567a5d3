import * as path from "node:path";
import type { FileSystem } from "../apply/file-system.ts";
import { UserError } from "../errors.ts";
import { isLocalKey } from "./feature-key.ts";
import { positionOf } from "./json-text.ts";
import type { Project } from "./locate-project.ts";
import { findKey } from "./properties.ts";
import type { ConfigFile } from "./read-config.ts";

/**
 * Looks at where a folder leads that the configuration names as the Feature already, if it is another one than
 * `folder` (null where nothing is to be copied): a line that no tool can follow is worse than none.
 * @throws UserError with the line's position where there is no Feature, or where the CLI takes none from.
 */
export function checkPresentKey(
  fs: FileSystem,
  project: Project,
  config: ConfigFile,
  feature: string,
  folder: string | null,
): void {
  const present = findKey(config.parsed.features, feature);
  if (present === null || !isLocalKey(present.key)) return;
  const target = path.resolve(path.dirname(project.configPath), present.key);
  if (target === folder) return;
  const fault =
    fs.stat(path.join(target, "devcontainer-feature.json")) === null
      ? "where there is no Feature"
      : path.isAbsolute(present.key) || !isBelow(path.join(project.root, ".devcontainer"), target)
        ? "but tools take local Features only from below .devcontainer/"
        : null;
  if (fault === null) return;
  const position = positionOf(config.json.text, present.offset);
  throw new UserError(
    `${project.configPath}:${position}: ${JSON.stringify(present.key)} leads to ${target}, ${fault}`,
    "delete that line and run init again; nothing was changed",
  );
}

function isBelow(folder: string, target: string): boolean {
  const relative = path.relative(folder, target);
  return relative !== "" && relative.split(path.sep)[0] !== ".." && !path.isAbsolute(relative);
}
