import { mountDisk } from "./disks.ts";
import type { Machine } from "./machine.ts";

/** The ioctl GOINGDOWN of ext4 and xfs, with NOLOGFLUSH: from now on nothing reaches the disk any more. */
const GO_DOWN = `import fcntl, os, struct, sys
fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587d, struct.pack("I", 2))`;

export type DiskKind = "ext4" | "xfs";

/** What the disk of a machine holds at this moment: what only lies in memory is not in it. */
export async function copyDisk(machine: Machine, name: string): Promise<string> {
  const copy = `${machine.root}/${name}.img`;
  await machine.run(["cp", "--sparse=always", machine.image, copy]);
  return copy;
}

/** Puts a copy in the disk's place, as after a power cut at the moment when it was made. */
export async function replaceDisk(machine: Machine, type: DiskKind, copy: string): Promise<void> {
  await machine.run(["umount", machine.disk]);
  await mountDisk(machine, type, copy, machine.disk);
}

/** Cuts the disk off from memory, at once, and mounts it again. */
export async function cutPower(machine: Machine, type: DiskKind): Promise<void> {
  await machine.run(["python3", "-c", GO_DOWN, machine.disk]);
  await replaceDisk(machine, type, machine.image);
}

/** Makes durable what the test prepared. */
export async function flushDisks(machine: Machine): Promise<void> {
  await machine.run(["sync", "-f", machine.disk, machine.home]);
}

/**
 * Another program on the same disk makes a file of its own durable. That writes the journal out, with all that
 * anybody removed or renamed so far, and nobody else's data: the worst moment for a power cut.
 */
export async function flushSomethingElse(machine: Machine): Promise<void> {
  await machine.run(["sh", "-c", 'echo >"$1" && sync "$1"', "sh", `${machine.disk}/something-else`]);
}
