import * as path from "node:path";
import type { FileSystem } from "../apply/file-system.ts";
import { UserError } from "../errors.ts";
import { isOwnId } from "./feature-key.ts";
import { type FeatureFile, GIT_ATTRIBUTES, readFeatureFolder } from "./feature-files.ts";

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
  const folder = path.dirname(bundlePath);
  const own = readBuild(fs, folder);
  if (own === null) {
    throw new UserError(
      `there is no Feature to copy beside ${bundlePath}`,
      "run init from a checkout (npm ci && npm run build, then npx claude-credentials init), or name a published Feature with --reference",
    );
  }
  const known = [own, ...readSiblings(fs, folder).filter((sibling) => sibling.id !== own.id)];
  const feature = known.find((candidate) => candidate.id === id);
  if (feature === undefined) {
    const ids = known.map((candidate) => candidate.id).join(", ");
    throw new UserError(`this build has no Feature '${id}'`, `--feature takes one of: ${ids}`, 2);
  }
  return feature;
}

/** The build's other Features. A folder there that is not named as its id is none: ours may lie among anything. */
function readSiblings(fs: FileSystem, own: string): BuiltFeature[] {
  const parent = path.dirname(own);
  return fs.list(parent).flatMap((name) => {
    const folder = path.join(parent, name.toString("utf8"));
    if (folder === own || !isOwnId(path.basename(folder)) || fs.stat(folder)?.type !== "directory") return [];
    const feature = readBuild(fs, folder);
    return feature?.id === path.basename(folder) ? [feature] : [];
  });
}

function readBuild(fs: FileSystem, folder: string): BuiltFeature | null {
  const feature = readFeatureFolder(fs, folder);
  if (feature?.id == null || feature.version === null || !isOwnId(feature.id)) return null;
  if (!feature.files.some((file) => file.name === "install.sh")) return null;
  const files = feature.files.filter((file) => file.name !== GIT_ATTRIBUTES).map(withMode);
  return { id: feature.id, version: feature.version, files: [...files, BYTE_FOR_BYTE] };
}

/** A script is one whatever became of its mode on the way here (archives and Windows lose it). */
function withMode(file: FeatureFile): FeatureFile {
  return { ...file, executable: file.executable || file.bytes.subarray(0, 2).toString("latin1") === "#!" };
}
