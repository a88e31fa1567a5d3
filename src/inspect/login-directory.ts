import type { FileSystem, Owner } from "../apply/file-system.ts";
import { errnoCode } from "../errors.ts";
import { CONFIG_NAME, homeLayout } from "../layout.ts";
import type { NamedLogin } from "../login-pointer.ts";
import { STATE_NAME } from "../plan/plan-merge.ts";

/** Where the login lies that `--auth` names: a store has it in a folder of its own, a captured one is that folder's content. */
export function loginDirectory(fs: FileSystem, directory: string): string {
  const config = `${directory}/${CONFIG_NAME}`;
  try {
    return fs.stat(config)?.type === "directory" ? config : directory;
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return directory;
  }
}

/** The login that is meant. */
export interface FoundLogin {
  /** The directory that holds the credential, as it was given. */
  readonly directory: string;
  /** Where settings and state are that go with it. */
  readonly settings: string;
  /** Whether it is that of the user's own home: renewed there, it is as any session of theirs leaves it. */
  readonly isOwn: boolean;
  /** Whether the home leads to it, whoever's that is. */
  readonly ofHome: boolean;
  /** Path of the state file that names its account, as Claude Code uses it. */
  readonly state: string;
}

export function findLogin(
  { fs, user }: { readonly fs: FileSystem; readonly user: Owner },
  {
    auth,
    credentialDirectory,
    home,
    configDirectory,
  }: Pick<NamedLogin, "auth" | "credentialDirectory" | "home" | "configDirectory">,
): FoundLogin {
  if (auth !== null) {
    const directory = loginDirectory(fs, auth);
    return loginIn(directory);
  }
  const { config: settings, state } = homeLayout(home, configDirectory);
  return {
    ...{ directory: credentialDirectory ?? settings, settings, ofHome: true },
    isOwn: fs.stat(home)?.uid === user.uid,
    state: state ?? `${settings}/${STATE_NAME}`,
  };
}

/** The login that is all in one directory. */
export function loginIn(directory: string): FoundLogin {
  const state = `${directory}/${STATE_NAME}`;
  return { directory, settings: directory, state, isOwn: false, ofHome: false };
}
