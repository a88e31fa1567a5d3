import * as path from "node:path";
import type { FileSystem } from "../apply/file-system.ts";
import { UserError } from "../errors.ts";
import { isOwnId } from "./feature-key.ts";
import { type FeatureFile, type FeatureFolder, GIT_ATTRIBUTES, readFeatureFolder } from "./feature-files.ts";

/** The Feature as it is to lie in a project. */
export interface BuiltFeature {
  readonly id: string;
  readonly version: string;
  readonly files: readonly FeatureFile[];
}

/** Git on Windows likes to give text files CRLF, and a shell script with CRLF does not run in a container. */
const BYTE_FOR_BYTE: FeatureFile = {
  name: GIT_ATTRIBUTES,
  bytes: Buffer.from("# Checked out byte for byte: a shell script with CRLF does not run.\n* -text\n"),
  executable: false,
};

/**
 * Reads the Feature `id` of the build that this program is part of: the folder of the bundle, or one beside it.
 * @throws UserError where the program runs from somewhere else; exit code 2 for an id that the build does not have.
 */
export function readBuiltFeature(fs: FileSystem, bundlePath: string, id: string): BuiltFeature {
  const own = path.dirname(bundlePath);
  if (!isBuilt(readFeatureFolder(fs, own))) {
    throw new UserError(
      `there is no Feature to copy beside ${bundlePath}`,
      "run init from a checkout (npm ci && npm run build, then npx claude-credentials init), or name a published Feature with --reference",
    );
  }
  const known = listBuilt(fs, path.dirname(own));
  const feature = known.find((candidate) => candidate.id === id);
  if (feature === undefined) {
    const ids = known.map((candidate) => candidate.id).join(", ");
    throw new UserError(`this build has no Feature '${id}'`, `--feature takes one of: ${ids}`, 2);
  }
  return feature;
}

function listBuilt(fs: FileSystem, parent: string): BuiltFeature[] {
  return fs.list(parent).flatMap((name) => {
    const folder = path.join(parent, name.toString("utf8"));
    if (!isOwnId(path.basename(folder)) || fs.stat(folder)?.type !== "directory") return [];
    const feature = readFeatureFolder(fs, folder);
    if (!isBuilt(feature) || feature.id !== path.basename(folder)) return [];
    const files = feature.files.filter((file) => file.name !== GIT_ATTRIBUTES).map(withMode);
    return [{ id: feature.id, version: feature.version, files: [...files, BYTE_FOR_BYTE] }];
  });
}

function isBuilt(feature: FeatureFolder | null): feature is FeatureFolder & BuiltFeature {
  if (feature === null || feature.id === null || feature.version === null) return false;
  return feature.files.some((file) => file.name === "install.sh");
}

/** A script is one whatever became of its mode on the way here (archives and Windows lose it). */
function withMode(file: FeatureFile): FeatureFile {
  return { ...file, executable: file.executable || file.bytes.subarray(0, 2).toString("latin1") === "#!" };
}
