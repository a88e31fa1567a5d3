import { node } from "./settled.ts";
import { Sandbox } from "./sandbox.ts";
import { placeNode, placeProduct } from "./product.ts";
import type { Shell } from "../../../support/shell.ts";

/** The lines of a record of a look, in their order; `watched` are the last ones. */
export interface Look {
  title: string;
  hostname: string;
  configDirectory: string;
  store: string;
  workspace: string;
  homelessIn: string;
  said: string;
  tried: string;
  link: string;
  target: string;
  watched: string[];
}

/** A container as a look for a notice left it that found nothing to say, and is due again tomorrow. */
export class Noticed {
  readonly sandbox: Sandbox;
  readonly build = "/home/dev/.local/share/claude-credentials";
  readonly cache = "/home/dev/.cache/claude-credentials";
  readonly notice = "/home/dev/.cache/claude-credentials/notice";
  readonly link = "/home/dev/.claude";
  readonly target = "/work/project/.git/claude-credentials/.claude-credentials";
  /** Something that is watched: there, and not there. */
  readonly credential = "/home/dev/.claude/.credentials.json";
  readonly absent = "/home/dev/.claude-code-env";
  readonly #look: Look;

  /** @param body what the stand-in for Node.js does */
  constructor(shell: Shell, body = ":") {
    const sandbox = new Sandbox(shell);
    this.sandbox = sandbox;
    placeProduct(sandbox, placeNode(sandbox, node, "v20.1.0", body));
    for (const path of [this.build, this.target, this.cache, this.notice])
      sandbox.own(sandbox.directory(path, 0o700));
    sandbox.own("/home/dev/.cache");
    sandbox.link(this.link, this.target);
    sandbox.age(sandbox.own(sandbox.file(`${this.target}/.credentials.json`, "{}", 0o600)), -300);
    sandbox.file("/etc/hostname", "c0ffee\n");
    sandbox.age(sandbox.file("/.dockerenv", ""), -400);
    sandbox.age(sandbox.own(sandbox.file(`${this.notice}/due`, "", 0o600)), 3600);
    sandbox.age(sandbox.own(sandbox.file(`${this.notice}/now`, "", 0o600)), -100);
    this.#look = {
      title: "claude-credentials notice 1",
      hostname: "c0ffee",
      configDirectory: "",
      store: "",
      workspace: "",
      homelessIn: "",
      said: "0",
      tried: "0",
      link: this.link,
      target: this.target,
      watched: [`+${this.credential}`, `-${this.absent}`],
    };
    this.writeLook({});
  }

  /** Writes what the last look left with some lines changed, 100 s old. */
  writeLook(changes: Partial<Look>): string {
    const { watched, ...lines } = { ...this.#look, ...changes };
    return this.writeLookText([...Object.values(lines), ...watched, ""].join("\n"));
  }

  writeLookText(text: string): string {
    const path = `${this.notice}/looked`;
    this.sandbox.own(this.sandbox.file(path, text, 0o600));
    return this.sandbox.age(path, -100);
  }
}
