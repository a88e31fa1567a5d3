import { CANARY } from "./place.ts";

/** What a run that went to its end should have said: nothing if all is done, else what, why and what to do. */
export function unsaid(
  { exitCode, out, err }: { readonly exitCode: number | null; readonly out: string; readonly err: string },
  stillToDo: readonly string[],
): readonly string[] {
  if ((out + err).includes(CANARY)) return ["a secret in the output"];
  if (/\n\s+at |is a defect/.test(out + err)) return [`a stack trace or a defect: ${err}`];
  if (exitCode === 0) return stillToDo;
  const hasCause = /\(E[A-Z]+\b|belongs to|may not write|LOCK_HELD: /.test(err);
  const hasRemedy = /claude-credentials (start|uninstall)|ls -ld/.test(err);
  return hasCause && hasRemedy ? [] : [`exit code ${String(exitCode)} without cause and remedy: ${err}`];
}
