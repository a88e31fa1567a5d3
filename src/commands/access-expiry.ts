import { randomBytes } from "node:crypto";
import { editCredential } from "../apply/edit-credential.ts";
import type { HeldBySomebody } from "../apply/lock/lock-seeker.ts";
import { accessEnd, parseCredential } from "../inspect/credential.ts";
import type { Machine } from "../inspect/inspect.ts";
import { decideRenewal } from "../plan/decide-renewal.ts";
import { hasSameToken, withExpiry } from "../plan/with-expiry.ts";

export interface ExpiryPlace {
  /** The directory that holds the credential, symlinks resolved. */
  readonly directory: string;
  /** So long the access token is to last, milliseconds. */
  readonly minTtl: number;
  /** Milliseconds that Claude Code's locks are waited for. */
  readonly wait: number;
  /** Name of this run. */
  readonly tag: string;
  /** Called now and then; shows that we live. */
  readonly pulse: () => void;
  /** Called now and then where nothing has been changed yet; throws to end the work. */
  readonly checkSignal: () => void;
}

/** When an access token is said to end. Claude Code renews only what is about to (facts C22). */
export class AccessExpiry {
  readonly #machine: Machine;
  readonly #place: ExpiryPlace;

  constructor(machine: Machine, place: ExpiryPlace) {
    this.#machine = machine;
    this.#place = place;
  }

  /**
   * Has a token end that does not last. What has ended is written as it is, which proves before the server is asked that a
   * new one can be; what a client has renewed meanwhile stays untouched.
   * @returns the credential's text before that; null where there was none to be renewed
   */
  end(): Promise<string | null | HeldBySomebody> {
    return this.#edit(
      (text) => {
        const now = this.#machine.now();
        const decision = decideRenewal(parseCredential(text), now, this.#place.minTtl);
        if (decision.kind !== "renew") return null;
        return decision.isDue ? text : withExpiry(text, now - 60_000);
      },
      () => {
        this.#place.checkSignal();
        this.#place.pulse();
      },
    );
  }

  /**
   * The old login as it was, where nothing came of it. One that cannot be had now is renewed at its next use: no harm.
   * @param before what `end` gave
   */
  async restore(before: string): Promise<void> {
    const end = accessEnd(before);
    if (end === null || end <= this.#machine.now()) return;
    await this.#edit(
      (text) => (hasSameToken(text, before) ? withExpiry(text, end) : null),
      () => {
        this.#place.pulse();
      },
    );
  }

  #edit(edit: (text: string) => string | null, pulse: () => void): Promise<string | null | HeldBySomebody> {
    const { fs, user } = this.#machine;
    const { directory, wait, tag } = this.#place;
    return editCredential({
      ...{ fs, user, directory, edit, clock: this.#machine, wait, pulse },
      ...{ tag, nonce: randomBytes(4).toString("hex") },
    });
  }
}
