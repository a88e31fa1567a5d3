import { describe, expect, test } from "vitest";
import {
  isMountPoint,
  isPersistent,
  looksLikeContainer,
  mountOf,
  parseMountInfo,
} from "../../../src/inspect/mounts.ts";

/** From a container of Docker Engine 20.10, shortened. */
const CONTAINER = `1 0 0:50 / / rw,relatime master:1 - overlay overlay rw,lowerdir=/a:/b,upperdir=/c
2 1 0:53 / /proc rw,nosuid - proc proc rw
3 1 0:55 / /dev/shm rw - tmpfs shm rw,size=65536k
4 1 254:1 /var/lib/docker/containers/x/hostname /etc/hostname rw,relatime - ext4 /dev/vda1 rw
5 1 254:1 /home/me/my\\040project /workspaces/my\\040project rw,relatime shared:2 propagate_from:3 - ext4 /dev/vda1 rw
6 5 0:60 / /workspaces/my\\040project/tmp rw - tmpfs tmpfs rw
7 1 254:1 /volumes/a/_data /var/lib/claude-credentials ro,relatime - ext4 /dev/vda1 rw
8 1 0:61 / /ro-super rw - ext4 /dev/vdb ro
`;

describe("mountinfo", () => {
  const mounts = parseMountInfo(CONTAINER);

  test("is read line by line, whatever optional fields there are, blanks unescaped", () => {
    expect(mounts).toHaveLength(8);
    expect(mounts[4]).toEqual({
      mountPoint: "/workspaces/my project",
      fileSystem: "ext4",
      readOnly: false,
    });
  });

  test("names in UTF-8, with tabs, line breaks and backslashes", () => {
    const [mount] = parseMountInfo("1 0 0:1 / /a\\011b\\012c\\134d/é rw - ext4 /dev/x rw\n");
    expect(mount?.mountPoint).toBe("/a\tb\nc\\d/é");
  });

  test("lines that are none are passed over", () => {
    expect(parseMountInfo("")).toEqual([]);
    expect(parseMountInfo("garbage\n1 2 3\n1 0 0:1 / /a rw -\n")).toEqual([]);
  });

  test("read-only by the mount or by the file system", () => {
    expect(mounts.filter(({ readOnly }) => readOnly).map(({ mountPoint }) => mountPoint)).toEqual([
      "/var/lib/claude-credentials",
      "/ro-super",
    ]);
  });

  test("the longest mount point holds a path; of two at one point the later", () => {
    expect(mountOf(mounts, "/workspaces/my project/src")?.mountPoint).toBe("/workspaces/my project");
    expect(mountOf(mounts, "/workspaces/my project/tmp")?.fileSystem).toBe("tmpfs");
    expect(mountOf(mounts, "/workspaces/my projects")?.mountPoint).toBe("/");
    const twice = parseMountInfo("1 0 0:1 / /a rw - ext4 x rw\n2 0 0:2 / /a rw - tmpfs x rw\n");
    expect(mountOf(twice, "/a/b")?.fileSystem).toBe("tmpfs");
    expect(mountOf([], "/a")).toBeNull();
  });

  test("a mount point is the very path", () => {
    expect(isMountPoint(mounts, "/etc/hostname")).toBe(true);
    expect(isMountPoint(mounts, "/etc")).toBe(false);
    expect(isMountPoint(mounts, "/etc/hostname/")).toBe(false);
  });

  test.each([
    ["/home/vscode", true, false],
    ["/workspaces/my project/x", true, true],
    ["/workspaces/my project/tmp/x", true, false],
    ["/dev/shm/x", true, false],
    ["/var/lib/claude-credentials", true, true],
  ])("what lies at %s: in a container %s, it persists %s", (path, inContainer, persists) => {
    expect(isPersistent(mounts, path, inContainer)).toBe(persists);
  });

  test.each(["ext4", "xfs", "btrfs", "zfs"])("the mount of / is the container's own, also on %s", (type) => {
    const root = parseMountInfo(`1 0 0:1 / / rw - ${type} /dev/x rw\n`);
    expect(isPersistent(root, "/home", true)).toBe(false);
    expect(isPersistent(root, "/home", false)).toBe(true);
  });

  test.each(["9p", "virtiofs", "fuse.grpcfuse", "fuse.sshfs", "nfs4", "drvfs", "fakeowner"])(
    "the host's folder shared by %s persists",
    (type) => {
      const shared = parseMountInfo(`1 0 0:1 / / rw - overlay o rw\n2 1 0:2 / /w rw - ${type} host rw\n`);
      expect(isPersistent(shared, "/w/x", true)).toBe(true);
    },
  );

  test("a container has its engine's marker and its engine's mounts", () => {
    expect(looksLikeContainer(mounts, true)).toBe(true);
    expect(looksLikeContainer(mounts, false)).toBe(false);
    // A virtual machine made from a container's image carries the marker too.
    expect(looksLikeContainer(parseMountInfo("1 0 0:1 / / rw - ext4 /dev/x rw\n"), true)).toBe(false);
  });
});
