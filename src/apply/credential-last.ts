import { CREDENTIAL_NAME } from "../plan/plan-merge.ts";

/** The names of a configuration directory in the order to move or remove them: the credential at the end. */
export function credentialLast(names: readonly Buffer[]): Buffer[] {
  return [...names].sort((a, b) => Number(isCredential(a)) - Number(isCredential(b)));
}

function isCredential(name: Buffer): boolean {
  return name.toString("latin1") === CREDENTIAL_NAME;
}
