import { isOf, readSignIn, renderSignIn } from "../inspect/sign-in.ts";
import { readCredential } from "../inspect/read-credential.ts";
import type { StoreLayout } from "../layout.ts";
import { writeDurably } from "./durable-write.ts";
import type { FileSystem, Owner } from "./file-system.ts";

/**
 * Writes down since when the login in a store has been there, once for each login: its file's own time moves with each
 * refresh. A login whose end is not known cannot be told from the next one, and is left out.
 * @param temporary a name in the store that nothing has
 * @param now epoch milliseconds
 */
export function noteSignIn(
  fs: FileSystem,
  layout: StoreLayout,
  {
    owner,
    temporary,
    now,
  }: { readonly owner: Owner | null; readonly temporary: string; readonly now: number },
): void {
  const credential = readCredential(fs, layout.credential);
  if (credential.state !== "valid" || credential.refreshTokenExpiresAt === null) return;
  const end = credential.refreshTokenExpiresAt;
  if (isOf(readSignIn(fs, layout.signIn), end)) return;
  const modifiedNs = fs.lstat(layout.credential)?.modifiedNs ?? null;
  if (modifiedNs === null) return;
  const since = Math.min(now, Number(modifiedNs / 1_000_000n));
  const bytes = Buffer.from(renderSignIn({ end, since }));
  writeDurably(fs, {
    ...{ path: layout.signIn, bytes, mode: 0o600, owner, temporary },
    directory: layout.root,
  });
}
