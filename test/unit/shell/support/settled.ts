import { Sandbox } from "./sandbox.ts";
import { placeNode, placeProduct, version } from "./product.ts";
import type { Shell } from "../../../support/shell.ts";

/** The lines of a stamp, in their order; `watched` are the last ones. */
export interface Stamp {
  title: string;
  version: string;
  hostname: string;
  workspace: string;
  devcontainerId: string;
  configDirectory: string;
  store: string;
  link: string;
  target: string;
  stateLink: string;
  stateTarget: string;
  watched: string[];
}

export const devcontainerId = "0d3v1d";
export const node = "/usr/local/bin/node";

/** A container as the last full start left it: home linked to the store, and the stamp that says so. */
export class Settled {
  readonly sandbox: Sandbox;
  readonly store: string;
  readonly stampPath: string;
  readonly link: string;
  readonly target: string;
  readonly stateLink: string;
  readonly stateTarget: string;
  /** Something that the stamp watches: there, and not there. */
  readonly present: string;
  readonly absent: string;
  readonly #stamp: Stamp;

  constructor(shell: Shell) {
    const sandbox = new Sandbox(shell);
    const { home, workspace } = sandbox;
    this.sandbox = sandbox;
    this.store = `${workspace}/.git/claude-credentials`;
    this.stampPath = `${home}/.cache/claude-credentials/stamp`;
    this.link = `${home}/.claude`;
    this.target = `${this.store}/.claude-credentials`;
    this.stateLink = `${home}/.claude.json`;
    this.stateTarget = `${this.target}/.claude.json`;
    this.present = `${workspace}/.git/index`;
    this.absent = `${home}/.bashrc`;

    placeProduct(sandbox, placeNode(sandbox, node));
    sandbox.own(sandbox.directory(this.store, 0o700));
    sandbox.own(sandbox.directory(this.target, 0o700));
    sandbox.own(sandbox.file(this.stateTarget, "{}", 0o600));
    sandbox.link(this.link, this.target);
    sandbox.link(this.stateLink, this.stateTarget);
    sandbox.age(sandbox.file(this.present, ""), -300);
    sandbox.file("/etc/hostname", "c0ffee\n");
    sandbox.age(sandbox.file("/.dockerenv", ""), -400);
    this.#stamp = {
      title: "claude-credentials stamp 1",
      version,
      hostname: "c0ffee",
      workspace,
      devcontainerId,
      configDirectory: "",
      store: this.store,
      link: this.link,
      target: this.target,
      stateLink: this.stateLink,
      stateTarget: this.stateTarget,
      watched: [`+${this.present}`, `-${this.absent}`],
    };
    this.writeStamp({});
  }

  /** Writes the stamp with some lines changed, 100 s old. */
  writeStamp(changes: Partial<Stamp>): string {
    const { watched, ...lines } = { ...this.#stamp, ...changes };
    return this.writeStampText([...Object.values(lines), ...watched, ""].join("\n"));
  }

  writeStampText(text: string): string {
    this.sandbox.own(this.sandbox.file(this.stampPath, text, 0o600));
    return this.sandbox.age(this.stampPath, -100);
  }

  get stampText(): string {
    return this.sandbox.read(this.stampPath);
  }
}
