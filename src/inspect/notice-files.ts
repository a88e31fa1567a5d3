import { dirname } from "node:path";
import type { FileSystem } from "../apply/file-system.ts";
import { NOTICE_PLACES, type NoticePlace } from "../notice/notice-sections.ts";
import { inspectRcFile, type RcFile, type Shell } from "./rc-files.ts";

/** A place for the notice's section, as it is. */
export interface NoticeFile {
  readonly rc: RcFile;
  /** Whether a shell that is there reads it. */
  readonly isRead: boolean;
}

/** The startup files of the machine, each once whatever its names; those that are not there and not needed are left out. */
export function inspectNoticeFiles(fs: FileSystem, shells: ReadonlySet<Shell>): NoticeFile[] {
  const seen = new Set<string>();
  return NOTICE_PLACES.flatMap((place) => {
    const rc = inspectRcFile(fs, place.kind, place.path);
    const isRead = isReadHere(fs, place, shells);
    if ((rc.text === null && rc.trouble === null && !isRead) || seen.has(rc.file)) return [];
    seen.add(rc.file);
    return [{ rc, isRead }];
  });
}

function isReadHere(fs: FileSystem, { path, kind, needs }: NoticePlace, shells: ReadonlySet<Shell>): boolean {
  if (kind !== "profile" && !shells.has(kind)) return false;
  if (needs === "whole") return true;
  return fs.stat(needs === "file" ? path : dirname(path)) !== null;
}
