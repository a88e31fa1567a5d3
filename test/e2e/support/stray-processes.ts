import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Ends what a Docker daemon leaves when it is killed itself: its containerd, the shims, and the processes in its
 * containers. They are known by the daemon's directory, which nothing else on the machine has to do with.
 */
export async function endStrayProcesses(directory: string): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const strays = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry) && belongsTo(entry, directory));
    if (strays.length === 0) return;
    for (const pid of strays) endNow(Number(pid));
    await sleep(100);
  }
}

function belongsTo(pid: string, directory: string): boolean {
  if (Number(pid) === process.pid) return false;
  if (readOf(pid, "cmdline").includes(`${directory}/exec/`)) return true;
  const root = readOf(pid, "mountinfo")
    .split("\n")
    .find((line) => line.split(" ")[4] === "/");
  return root?.includes(`${directory}/data/`) ?? false;
}

function readOf(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    // Gone since it was listed, or a kernel thread: nothing of ours.
    return "";
  }
}

function endNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
