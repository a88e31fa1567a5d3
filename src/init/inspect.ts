import * as path from "node:path";
import type { FileSystem, Owner } from "../apply/file-system.ts";
import { UserError } from "../errors.ts";
import { type BuiltFeature, readBuiltFeature } from "./built-feature.ts";
import { checkPresentKey } from "./check-present-key.ts";
import { type CopyState, inspectCopy } from "./feature-copy.ts";
import { findLeftovers } from "./leftover.ts";
import { locateProject, type Project } from "./locate-project.ts";
import type { InitOptions } from "./options.ts";
import { type ConfigFile, readConfig } from "./read-config.ts";

/** Where the Feature is to come from. */
export type Source =
  | { readonly kind: "reference"; readonly reference: string }
  | {
      readonly kind: "copy";
      readonly built: BuiltFeature;
      readonly folder: string;
      readonly copy: CopyState;
    };

/** All that `init` looks at before it decides. */
export interface Inspection {
  readonly project: Project;
  readonly rootOwner: Owner | null;
  readonly feature: string;
  readonly source: Source;
  /** Null where the configuration is yet to be made. */
  readonly config: ConfigFile | null;
  /** What interrupted runs left beside the configuration. */
  readonly leftovers: readonly string[];
}

/** @throws UserError for everything that makes the whole undertaking impossible. Reads only. */
export function inspect(fs: FileSystem, options: InitOptions, bundlePath: string): Inspection {
  const project = locateProject(fs, options.project);
  const source = inspectSource(fs, options, bundlePath, project);
  const root = fs.stat(project.root);
  const config = project.exists ? readConfig(fs, project.configPath) : null;
  const folder = source.kind === "copy" ? source.folder : null;
  if (config !== null) checkPresentKey(fs, project, config, options.feature, folder);
  return {
    project,
    rootOwner: root === null ? null : { uid: root.uid, gid: root.gid },
    feature: options.feature,
    source,
    config,
    leftovers: findLeftovers(fs, path.dirname(config?.realPath ?? project.configPath)),
  };
}

function inspectSource(fs: FileSystem, options: InitOptions, bundlePath: string, project: Project): Source {
  if (options.reference !== null) return { kind: "reference", reference: options.reference };
  const built = readBuiltFeature(fs, bundlePath, options.feature);
  if (!project.isStandard) {
    throw new UserError(
      `${project.configPath} is not where dev container tools look: they find a copied Feature only below .devcontainer/`,
      "move it to .devcontainer/devcontainer.json, or name a published Feature with --reference; nothing was changed",
    );
  }
  const folder = path.join(project.root, ".devcontainer", built.id);
  return { kind: "copy", built, folder, copy: inspectCopy(fs, folder, built.id) };
}
