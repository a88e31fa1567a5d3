import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The programs of the test bed and the Debian package each comes from. */
const programs: readonly (readonly [program: string, debianPackage: string])[] = [
  ["dockerd", "docker.io"],
  ["docker", "docker.io"],
  ["docker-registry", "docker-registry"],
  ["mmdebstrap", "mmdebstrap"],
  ["openssl", "openssl"],
  ["git", "git"],
  ["tmux", "tmux"],
  ["docker-compose", "docker-compose"],
  ["bindfs", "bindfs"],
  ["mkfs.exfat", "exfatprogs"],
  ["mount.exfat-fuse", "exfat-fuse"],
];

/** Why the test bed cannot be put up on this machine, in words for its user; undefined if it can. */
export function missingRequirement(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (process.platform !== "linux") return "they need Linux";
  if (process.getuid?.() !== 0) return "they need root, for a Docker daemon of their own";
  const missing = programs.filter(
    ([program]) =>
      !(program === "mmdebstrap" && env["E2E_BASE_IMAGE"]) && !isOnPath(program, env["PATH"] ?? ""),
  );
  if (missing.length === 0) return undefined;
  const names = missing.map(([program]) => program).join(", ");
  const install = [...new Set(missing.map(([, debianPackage]) => debianPackage))].join(" ");
  return `not found: ${names} (on Debian: apt-get install ${install})`;
}

/** Throws when the test bed cannot be put up. */
export function requirePrograms(): void {
  const missing = missingRequirement();
  if (missing !== undefined) throw new Error(`The end-to-end tests cannot run: ${missing}`);
}

function isOnPath(program: string, path: string): boolean {
  return path.split(delimiter).some((directory) => {
    try {
      accessSync(join(directory || ".", program), constants.X_OK);
      return true;
    } catch {
      // Not there, or not ours to run: the next directory of PATH decides.
      return false;
    }
  });
}
