import * as path from "node:path";
import { UserError } from "../errors.ts";
import type { Action, Step } from "./action.ts";
import type { BuiltFeature } from "./built-feature.ts";
import type { CopyEntries, CopyState } from "./feature-copy.ts";
import type { FeatureFile } from "./feature-files.ts";
import { isLeftover } from "./leftover.ts";
import { isNewerVersion } from "./version-order.ts";

/**
 * What makes `folder` the same as the build. Files equal already are not touched; older ones of ours that the
 * build no longer has go. Names that begin with a dot and folders are somebody else's and stay.
 * @param keepsModes whether this system keeps executable bits (Windows does not).
 * @throws UserError where the folder is no copy of the Feature.
 */
export function planCopy(folder: string, copy: CopyState, built: BuiltFeature, keepsModes: boolean): Action {
  const base = { kind: "copy-feature" as const, path: folder };
  if (copy.state === "foreign") {
    throw new UserError(
      `${folder} is not a copy of the Feature ${built.id}: ${copy.what}`,
      "move it away or rename it, and run init again; nothing was changed",
    );
  }
  const present = copy.state === "copy" ? copy.feature : null;
  if (present !== null && isNewerVersion(present.version, built.version)) {
    const reason = `the copy is version ${present.version ?? ""}, newer than this build (${built.version})`;
    return { ...base, result: "skipped", reason, steps: [] };
  }
  const entries: CopyEntries = copy.state === "absent" ? new Map() : copy.entries;
  const files = new Map((present?.files ?? []).map((file) => [file.name, file]));
  const steps = [
    ...built.files.flatMap((file) => planFile(folder, file, files.get(file.name), entries, keepsModes)),
    ...planStale(folder, built, entries),
  ];
  const count = `${built.files.length} files`;
  if (present === null) {
    const reason = `version ${built.version}, ${count}`;
    return { ...base, result: "created", reason, steps: [{ kind: "make-folder", path: folder }, ...steps] };
  }
  if (steps.length === 0) return { ...base, result: "unchanged", reason: `version ${built.version}`, steps };
  const from =
    present.version === built.version
      ? "another build of the same version"
      : `version ${present.version ?? "unknown"}`;
  return { ...base, result: "updated", reason: `version ${built.version}, it was ${from}`, steps };
}

function planFile(
  folder: string,
  wanted: FeatureFile,
  present: FeatureFile | undefined,
  entries: CopyEntries,
  keepsModes: boolean,
): Step[] {
  const file = path.join(folder, wanted.name);
  const mode = wanted.executable ? 0o755 : 0o644;
  if (entries.get(wanted.name)?.type === "directory") {
    throw new UserError(
      `${file} is a folder, where a file of the Feature belongs`,
      "remove it and run init again; nothing was changed",
    );
  }
  if (present?.bytes.equals(wanted.bytes) !== true)
    return [{ kind: "write-file", path: file, bytes: wanted.bytes, mode }];
  return keepsModes && present.executable !== wanted.executable
    ? [{ kind: "set-mode", path: file, mode }]
    : [];
}

function planStale(folder: string, built: BuiltFeature, entries: CopyEntries): Step[] {
  const wanted = new Set(built.files.map((file) => file.name));
  return [...entries]
    .filter(([name, entry]) => !wanted.has(name) && (entry.type === "file" || entry.type === "symlink"))
    .filter(([name]) => !name.startsWith(".") || isLeftover(name))
    .map(([name]) => ({ kind: "remove-file", path: path.join(folder, name) }));
}
