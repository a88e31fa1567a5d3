import { closeSync, ftruncateSync, openSync } from "node:fs";
import type { Namespace } from "./namespace.ts";

export type DiskType = "ext4" | "xfs" | "exfat";

/** The smallest image that each can be made on, with room for what the tests do. */
const MEGABYTES: Readonly<Record<DiskType, number>> = { ext4: 64, xfs: 304, exfat: 16 };

const MAKE: Readonly<Record<DiskType, readonly string[]>> = {
  ext4: ["mkfs.ext4", "-q", "-F"],
  xfs: ["mkfs.xfs", "-q", "-f"],
  exfat: ["mkfs.exfat"],
};

/** Makes an image with an empty file system and mounts it. The loop device goes with the mount. */
export async function mountNewDisk(
  namespace: Namespace,
  type: DiskType,
  name: string,
  mountPoint: string,
): Promise<string> {
  const image = `${namespace.root}/${name}.img`;
  const descriptor = openSync(image, "wx", 0o600);
  ftruncateSync(descriptor, MEGABYTES[type] * 1024 * 1024);
  closeSync(descriptor);
  await namespace.run([...MAKE[type], image]);
  // Zeroes that mkfs wrote would be copied with each copy of the image.
  await namespace.run(["fallocate", "--dig-holes", image]);
  await mountDisk(namespace, type, image, mountPoint);
  return image;
}

/** Mounts an image; the journal of one that was cut off is replayed. */
export async function mountDisk(
  namespace: Namespace,
  type: DiskType,
  image: string,
  mountPoint: string,
): Promise<void> {
  await namespace.run(["mkdir", "-p", mountPoint]);
  if (type === "exfat") {
    const device = (await namespace.run(["losetup", "--find", "--show", image])).stdout.trim();
    await namespace.run(["mount.exfat-fuse", "-o", "allow_other,uid=1000,gid=1000", device, mountPoint]);
    // From now on the device goes when its last user does.
    await namespace.run(["losetup", "--detach", device]);
    return;
  }
  // A copy of a mounted xfs has the identity of the original.
  const options = type === "xfs" ? "loop,nouuid" : "loop";
  await namespace.run(["mount", "-t", type, "-o", options, image, mountPoint]);
}
