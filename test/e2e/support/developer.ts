import { chmodSync, chownSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { copySync, ensureDirSync } from "fs-extra/esm";
import { testBed } from "./bed.ts";
import { attempt, type CommandOptions, type CommandResult } from "./command.ts";
import { devcontainerPackage } from "./devcontainer.ts";
import { dockerGroup } from "./docker-daemon.ts";

/**
 * Lays down what a developer of any uid needs: a copy of the devcontainer CLI (the checkout may be closed to him) and
 * a directory for scratch files, whose path is returned.
 */
export function prepareDeveloperTools(directory: string): string {
  copySync(devcontainerPackage, join(directory, "devcontainer-cli"));
  const scratch = join(directory, "scratch");
  ensureDirSync(scratch);
  chmodSync(scratch, 0o1777);
  return scratch;
}

/** The devcontainer CLI that developers of any uid can read, for Node. */
export function devcontainerScript(): string {
  return join(testBed().directory, "devcontainer-cli", "devcontainer.js");
}

/** Runs the devcontainer CLI as the developer with a uid. Returns failures too. */
export async function devcontainerAs(
  uid: number,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return asDeveloper(uid, [process.execPath, devcontainerScript(), ...args], options);
}

/**
 * Runs a command on the host as the developer with a uid, who has a home of his own and may use Docker. Returns
 * failures too.
 */
export async function asDeveloper(
  uid: number,
  command: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const { args, env } = developerCall(uid, command);
  return attempt("unshare", args, { ...options, env: { ...env, ...options.env } });
}

/** The same as arguments of `unshare` and its environment, for those who start it in their own way. */
export function developerCall(
  uid: number,
  command: readonly string[],
): { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> } {
  const { directory, env } = testBed();
  const name = `developer-${uid}`;
  const home = join(directory, "homes", String(uid));
  ensureDirSync(dirname(home), { mode: 0o755 });
  ensureDirSync(home, { mode: 0o700 });
  chownSync(home, uid, uid);
  const who = [`--reuid=${uid}`, `--regid=${uid}`, `--groups=${dockerGroup}`];
  // The CLI asks for the user's name; the uid gets one in this process's own view of /etc/passwd alone.
  const passwd = join(directory, `passwd-${uid}`);
  writeFileSync(passwd, `root:x:0:0::/root:/bin/sh\n${name}:x:${uid}:${uid}::${home}:/bin/sh\n`);
  const script = 'mount --bind "$1" /etc/passwd && shift && exec setpriv "$@"';
  return {
    args: ["--mount", "sh", "-c", script, "sh", passwd, ...who, "--", ...command],
    env: { ...env, HOME: home, USER: name },
  };
}
