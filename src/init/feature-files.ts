import * as path from "node:path";
import type { FileSystem } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";

/** Made by us in every copy; nothing else whose name begins with a dot is part of a Feature. */
export const GIT_ATTRIBUTES = ".gitattributes";

const MANIFEST = "devcontainer-feature.json";
const LARGEST = 16 * 1024 * 1024;

/** One file of a Feature's folder. */
export interface FeatureFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly executable: boolean;
}

/** A Feature's folder as it lies on the disk. */
export interface FeatureFolder {
  readonly id: string | null;
  readonly version: string | null;
  /** Its regular files: the manifest first, the others by name. */
  readonly files: readonly FeatureFile[];
}

/** Reads the Feature in `folder`, or null where there is none (no manifest, or one that is no JSON object). */
export function readFeatureFolder(fs: FileSystem, folder: string): FeatureFolder | null {
  const manifest = parseManifest(readSmallFile(fs, path.join(folder, MANIFEST), LARGEST));
  if (manifest === null) return null;
  const names = fs.list(folder).map((name) => name.toString("utf8"));
  const files = names
    .filter((name) => !name.startsWith(".") || name === GIT_ATTRIBUTES)
    .filter((name) => fs.lstat(path.join(folder, name))?.type === "file")
    .map((name) => readFeatureFile(fs, folder, name));
  const isManifest = (file: FeatureFile): number => (file.name === MANIFEST ? 0 : 1);
  return {
    id: textAt(manifest, "id"),
    version: textAt(manifest, "version"),
    files: files.sort((a, b) => isManifest(a) - isManifest(b)),
  };
}

function readFeatureFile(fs: FileSystem, folder: string, name: string): FeatureFile {
  const file = path.join(folder, name);
  const mode = fs.lstat(file)?.mode ?? 0;
  return {
    name,
    bytes: readSmallFile(fs, file, LARGEST) ?? Buffer.alloc(0),
    executable: (mode & 0o111) !== 0,
  };
}

/** A Feature's manifest is read by the CLI as JSON with comments; ours is plain JSON, and only ours matters here. */
function parseManifest(bytes: Buffer | null): object | null {
  if (bytes === null) return null;
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    return typeof value === "object" && value !== null ? value : null;
  } catch {
    return null;
  }
}

function textAt(record: object, key: string): string | null {
  const value: unknown = Object.entries(record).find(([name]) => name === key)?.[1];
  return typeof value === "string" ? value : null;
}
