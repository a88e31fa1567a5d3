import { noteProcess } from "../apply/run-folder.ts";
import { errnoCode } from "../errors.ts";
import type { Machine } from "../inspect/inspect.ts";
import { askVersion, type InstalledClient } from "../inspect/installed-client.ts";
import { readSettingsFile } from "../inspect/settings-file.ts";
import { askClient, type ClientRun } from "../live/ask-client.ts";
import { storedLoginEnvironment } from "../live/stored-login-environment.ts";
import type { Environment } from "../options.ts";
import { CREDENTIAL_NAME } from "../plan/plan-merge.ts";

export interface RenewingClient {
  readonly client: InstalledClient;
  readonly env: Environment;
  readonly home: string;
  /** Where the settings are that go with the login. */
  readonly settings: string;
  /** The directory that holds the credential, symlinks resolved. */
  readonly directory: string;
  /** The run's, see `makeRunFolder`. */
  readonly folder: string;
  /** Milliseconds, see `RenewalLimits`. */
  readonly limits: { readonly limit: number; readonly grace: number; readonly stop: number };
  readonly isStopped: () => boolean;
  /** Called now and then while the client works. */
  readonly pulse: () => void;
  readonly say: (line: string) => void;
}

/**
 * Makes ready what a client needs that is to renew a login, so that nothing is left that can fail once the login is touched.
 * @returns what starts it
 */
export function prepareClient({ fs, user }: Machine, renewing: RenewingClient): () => Promise<ClientRun> {
  const { client, env, home, directory, folder, isStopped, pulse, say } = renewing;
  const [config, cwd] = [`${folder}/config`, `${folder}/work`];
  for (const path of [config, cwd]) fs.mkdir(path, 0o700);
  const version = client.version ?? askVersion(client.path, env);
  say(`Claude Code: ${client.path}, version ${version ?? "unknown"}`);
  const settings = readSettingsFile(fs, renewing.settings).env;
  const place = { directory, config, home, clientVersion: version, settings };
  const { limit, grace, stop } = renewing.limits;
  const path = `${directory}/${CREDENTIAL_NAME}`;
  return async () => {
    const owner = fs.lstat(path);
    const run = await askClient({
      ...{ path: client.path, cwd, limit, grace, isStopped, pulse },
      env: { ...storedLoginEnvironment(env, place), PWD: cwd },
      whenStopped: { leaveAfter: stop },
      printsTo: folder,
      started: (pid) => {
        noteProcess(fs, folder, pid);
      },
    });
    if (owner !== null && owner.uid !== user.uid) giveBack(fs, path, owner);
    return run;
  };
}

/** What root's client wrote belongs to whom it belonged before: another container's user may share it. */
function giveBack(fs: Machine["fs"], path: string, { uid, gid }: { uid: number; gid: number }): void {
  try {
    fs.lchown(path, { uid, gid });
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
  }
}
