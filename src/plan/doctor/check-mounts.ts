import type { MountsSeen } from "../../inspect/inspect-mounts.ts";
import { MOUNT_ROOT } from "../../layout.ts";
import { finding, type Finding } from "../../report/finding.ts";

const REBUILD = "in devcontainer.json, then rebuild";

/** What is mounted at the wrong path, and a home that is a mount itself. */
export function checkMounts({ home, onFiles, unused }: MountsSeen): Finding[] {
  return [
    ...onFiles.map((path) =>
      finding(
        "MOUNT_MISPLACED",
        `${path} is a mount of one file: Claude Code replaces that file by a rename, which a mount refuses`,
        `take that mount out ${REBUILD}; a volume goes to ${MOUNT_ROOT}`,
        path,
      ),
    ),
    ...unused.map((path) =>
      finding(
        "MOUNT_MISPLACED",
        `${path} is mounted, and neither Claude Code nor the store uses it: a login is not kept there`,
        `mount it at ${MOUNT_ROOT}, or not at all, ${REBUILD}`,
        path,
      ),
    ),
    ...(home === null
      ? []
      : [
          finding(
            "HOME_MOUNTED",
            `${home} is a mount of its own, so the links in it outlive the image and hide what a new image brings there`,
            "nothing has to be done: each start makes the links right",
            home,
          ),
        ]),
  ];
}
