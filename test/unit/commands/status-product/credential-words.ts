import { told, type Told } from "./told.ts";

/** What to do where a login is missing. */
export const LOGIN = "log in: claude auth login";

/** Nobody is logged in. */
export const absent = (path: string): Told =>
  told("info", "CREDENTIAL_ABSENT", path, "nobody is logged in", LOGIN);

/** The login can neither be used nor renewed. */
export const expired = (path: string, why: string): Told =>
  told("warning", "CREDENTIAL_EXPIRED", path, why, LOGIN);

/** The login ends soon. */
export const expiring = (path: string, why: string): Told =>
  told("warning", "CREDENTIAL_EXPIRING", path, why, LOGIN);

/** The login is for something else. */
export const scopes = (path: string): Told =>
  told("warning", "CREDENTIAL_SCOPES", path, "the login lacks the scope user:inference", LOGIN);

/** Others may read the file. */
export const open = (path: string, mode: string): Told =>
  told(
    "warning",
    "CREDENTIAL_MODE",
    path,
    `others may read the credential (mode ${mode})`,
    `chmod 600 ${path}`,
  );

/** The file is somebody else's. */
export const owned = (path: string, uid: number): Told =>
  told(
    "error",
    "STORE_WRONG_OWNER",
    path,
    `the credential belongs to uid ${uid.toString()}`,
    `sudo chown 1000:1000 ${path}`,
  );

/** The file may not be read. */
export const unreadable = (path: string): Told =>
  told(
    "warning",
    "CREDENTIAL_MODE",
    path,
    "the credential file cannot be read (EACCES)",
    `look at its owner and mode: ls -l ${path}`,
  );
