import { posix } from "node:path";
import { testBed } from "./bed.ts";
import { attempt, type CommandOptions, type CommandResult, run } from "./command.ts";
import { devcontainerAs } from "./developer.ts";

export interface DevContainerFacts {
  readonly id: string;
  /** The remote user. */
  readonly user: string;
  /** The workspace folder inside the container. */
  readonly workspaceFolder: string;
  /** What `devcontainer up` said, the output of the lifecycle hooks included. */
  readonly upOutput: string;
}

/** What an entry in the container is; modes as four octal digits, a symlink is not followed. */
export interface ContainerEntry {
  readonly type: string;
  readonly owner: string;
  readonly mode: string;
  /** Text of a symlink, else empty. */
  readonly target: string;
}

/** A dev container that is up. Paths may begin with `~`, the remote user's home. */
export class DevContainer implements DevContainerFacts {
  readonly id: string;
  readonly user: string;
  readonly workspaceFolder: string;
  readonly upOutput: string;
  readonly #project: { readonly path: string; readonly owner: number };

  constructor(project: { readonly path: string; readonly owner: number }, facts: DevContainerFacts) {
    this.#project = project;
    this.id = facts.id;
    this.user = facts.user;
    this.workspaceFolder = facts.workspaceFolder;
    this.upOutput = facts.upOutput;
  }

  /** `devcontainer exec`: with the environment that an editor's terminal has. Returns failures too. */
  async exec(command: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    const args = ["exec", "--workspace-folder", this.#project.path, ...command];
    return devcontainerAs(this.#project.owner, args, options);
  }

  /**
   * Runs a shell script as the remote user in the workspace folder, straight through docker and so without the environment of
   * a terminal; `args` are its `$1`, `$2`, ... Returns standard output; throws when it fails.
   */
  async sh(script: string, args: readonly string[] = [], input = ""): Promise<string> {
    return (await run("docker", this.#shArguments(this.user, script, args), { env: testBed().env, input }))
      .stdout;
  }

  /** The same, a failure being a result like another. */
  async trySh(script: string, args: readonly string[] = [], input = ""): Promise<CommandResult> {
    return attempt("docker", this.#shArguments(this.user, script, args), { env: testBed().env, input });
  }

  /** The same as root. */
  async shAsRoot(script: string, args: readonly string[] = []): Promise<string> {
    return (await run("docker", this.#shArguments("root", script, args), { env: testBed().env })).stdout;
  }

  /** Runs `claude-credentials` as the remote user. Returns failures too. */
  async claudeCredentials(...args: readonly string[]): Promise<CommandResult> {
    return this.trySh('exec claude-credentials "$@"', args);
  }

  /** Absolute path in the container of one that may begin with `~`. */
  async resolve(path: string): Promise<string> {
    if (path !== "~" && !path.startsWith("~/")) return path;
    return (await this.sh("eval echo ~")).trimEnd() + path.slice(1);
  }

  /** The content of a file; throws when it cannot be read. */
  async read(path: string): Promise<string> {
    return this.sh('cat -- "$1"', [await this.resolve(path)]);
  }

  /** Where a path leads when every symlink is followed. */
  async realPath(path: string): Promise<string> {
    return (await this.sh('readlink -f -- "$1"', [await this.resolve(path)])).trimEnd();
  }

  /** What is at a path, itself and not what it leads to; undefined where there is nothing. */
  async entry(path: string): Promise<ContainerEntry | undefined> {
    const script =
      '[ -e "$1" ] || [ -L "$1" ] || exit 0; stat -c "%F/%u/%a" -- "$1"; [ ! -L "$1" ] || readlink -- "$1"';
    const [facts, target] = (await this.sh(script, [await this.resolve(path)])).split("\n");
    const [type, owner, mode] = facts?.split("/") ?? [];
    if (type === undefined || owner === undefined || mode === undefined) return undefined;
    return { type, owner, mode: mode.padStart(4, "0"), target: target ?? "" };
  }

  /**
   * Writes a file as Claude Code does: a new one beside it, private from birth, renamed over it. A symlink at
   * `.claude.json` is followed first, one at any other file is replaced, as the client does it.
   */
  async writeAsClient(path: string, text: string): Promise<void> {
    const given = await this.resolve(path);
    const file = posix.basename(given) === ".claude.json" ? await this.realPath(given) : given;
    await this.sh('umask 077 && cat > "$1.tmp.$$" && mv -f -- "$1.tmp.$$" "$1"', [file], text);
  }

  async stop(): Promise<void> {
    await run("docker", ["stop", this.id], { env: testBed().env });
  }

  /** Removes the container; images, named volumes and the workspace stay. */
  async remove(): Promise<void> {
    await run("docker", ["rm", "--force", this.id], { env: testBed().env });
  }

  /** The id of the image that the container was made from. */
  async image(): Promise<string> {
    const args = ["inspect", "--format", "{{.Image}}", this.id];
    return (await run("docker", args, { env: testBed().env })).stdout.trim();
  }

  #shArguments(user: string, script: string, args: readonly string[]): readonly string[] {
    const where = ["--user", user, "--workdir", this.workspaceFolder];
    return ["exec", "--interactive", ...where, this.id, "sh", "-c", script, "sh", ...args];
  }
}
