/** One line of `/proc/self/mountinfo`. */
export interface Mount {
  readonly mountPoint: string;
  readonly fileSystem: string;
  readonly readOnly: boolean;
}

/** Parses mountinfo (proc(5)); later lines lie over earlier ones at the same mount point. */
export function parseMountInfo(text: string): Mount[] {
  return text.split("\n").flatMap((line) => {
    const fields = line.split(" ");
    const separator = fields.indexOf("-", 6);
    const mountPoint = fields[4];
    const fileSystem = separator === -1 ? undefined : fields[separator + 1];
    if (mountPoint === undefined || fileSystem === undefined) return [];
    const flags = `${fields[5] ?? ""},${fields[separator + 3] ?? ""}`.split(",");
    return [{ mountPoint: unescapeOctal(mountPoint), fileSystem, readOnly: flags.includes("ro") }];
  });
}

/** Blanks, tabs, line breaks and backslashes stand as three octal digits; the bytes are UTF-8. */
function unescapeOctal(text: string): string {
  if (!text.includes("\\")) return text;
  const latin1 = Buffer.from(text, "utf8")
    .toString("latin1")
    .replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
  return Buffer.from(latin1, "latin1").toString("utf8");
}

/** The mount that holds `path` (symlinks resolved before), or null where mountinfo could not be read. */
export function mountOf(mounts: readonly Mount[], path: string): Mount | null {
  let best: Mount | null = null;
  for (const mount of mounts) {
    const { mountPoint } = mount;
    const holds = mountPoint === "/" || path === mountPoint || path.startsWith(`${mountPoint}/`);
    if (holds && (best === null || mountPoint.length >= best.mountPoint.length)) best = mount;
  }
  return best;
}

export function isMountPoint(mounts: readonly Mount[], path: string): boolean {
  return mounts.some(({ mountPoint }) => mountPoint === path);
}

/** File systems whose content goes with the container or the machine's memory. */
const FLEETING = new Set(["tmpfs", "ramfs", "overlay", "aufs", "devtmpfs"]);

/**
 * Whether what is written at `path` outlives the container: not on a tmpfs or an overlay, nor, inside a
 * container, on the mount of `/` (whatever storage driver is below it). On a plain host every disk persists.
 */
export function isPersistent(mounts: readonly Mount[], path: string, inContainer: boolean): boolean {
  const mount = mountOf(mounts, path);
  if (mount === null) return true;
  if (FLEETING.has(mount.fileSystem)) return false;
  return !(inContainer && mount.mountPoint === "/");
}

/**
 * True inside a container: its engine left its marker and mounts the files that it writes for each container.
 * The marker alone is not enough: a virtual machine made from a container's image carries it too.
 */
export function looksLikeContainer(mounts: readonly Mount[], hasMarker: boolean): boolean {
  return (
    hasMarker &&
    ["/etc/hostname", "/etc/hosts", "/etc/resolv.conf"].some((path) => isMountPoint(mounts, path))
  );
}
