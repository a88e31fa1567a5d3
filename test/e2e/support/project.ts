import { chmodSync, chownSync, lstatSync, mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ensureDirSync } from "fs-extra/esm";
import { onTestFinished } from "vitest";
import { images } from "./base-images.ts";
import { testBed } from "./bed.ts";
import { attempt } from "./command.ts";
import { DevContainer } from "./container.ts";
import { asDeveloper, devcontainerAs } from "./developer.ts";
import { publishedFeature, type VolumeVariant } from "./feature.ts";

/** A value of devcontainer.json. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface ProjectOptions {
  /** Name of the workspace folder; "project" without one. */
  readonly name?: string;
  /** Whether the folder is a git repository with one commit; it is unless this says false. */
  readonly repository?: boolean;
  /** Files by their path below the folder; with a repository they are part of the commit. */
  readonly files?: Readonly<Record<string, string>>;
  /** Numeric owner of the folder and all in it, the developer on the host; 1000, as the remote user, without one. */
  readonly owner?: number;
  /** Whether devcontainer.json names our Feature, from the registry; it does unless this says none. */
  readonly feature?: "registry" | "none";
  /** The variant of it, where it is not the plain one. */
  readonly variant?: VolumeVariant;
  /** The Feature's options. */
  readonly options?: Readonly<Record<string, string | boolean>>;
  /** Features of others that devcontainer.json names as well. */
  readonly otherFeatures?: readonly string[];
  /** What devcontainer.json says beyond the defaults (image with `vscode`, network of the host), or in their place. */
  readonly devcontainer?: Readonly<Record<string, Json>>;
}

/** A developer's project on the host: a folder with a devcontainer.json. */
export class Project {
  /** Absolute path on the host. */
  readonly path: string;
  /** Numeric user and group that all of it belongs to, and as whom `devcontainer up` runs. */
  readonly owner: number;

  constructor(path: string, owner: number) {
    this.path = path;
    this.owner = owner;
  }

  /**
   * `devcontainer up`: makes the dev container, or starts the one that is there; both run the lifecycle hooks.
   * Throws with all output when that fails. (No lockfile is written: it would be the one change in `git status`.)
   */
  async up(...flags: readonly string[]): Promise<DevContainer> {
    const args = ["up", "--workspace-folder", this.path, "--buildkit", "never", "--no-lockfile", ...flags];
    const { exitCode, stdout, stderr } = await devcontainerAs(this.owner, args, { timeout: 170_000 });
    if (exitCode !== 0) throw new Error(`devcontainer up ended with ${exitCode}\n${stderr}\n${stdout}`);
    const outcome = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Record<string, string>;
    return new DevContainer(this, {
      id: outcome["containerId"] ?? "",
      user: outcome["remoteUser"] ?? "",
      workspaceFolder: outcome["remoteWorkspaceFolder"] ?? "",
      upOutput: stderr,
    });
  }

  /** Throws the dev container away with all that is in it, and makes it anew: what "Rebuild Container" does. */
  async rebuild(): Promise<DevContainer> {
    return this.up("--remove-existing-container");
  }

  /** Writes a file below the folder, as its owner. */
  async write(path: string, text: string): Promise<void> {
    const file = join(this.path, path);
    const script = 'mkdir -p -- "$2" && cat > "$1"';
    await this.#asOwner(["sh", "-c", script, "sh", file, dirname(file)], text);
  }

  read(path: string): string {
    return readFileSync(join(this.path, path), "utf8");
  }

  /** Owner and permission bits of an entry below the folder as the host sees them; a symlink is not followed. */
  entry(path: string): { readonly uid: number; readonly mode: string } {
    const { uid, mode } = lstatSync(join(this.path, path));
    return { uid, mode: (mode & 0o7777).toString(8).padStart(4, "0") };
  }

  /** Runs git on the host in the folder, as its owner. Returns standard output. */
  async git(...args: readonly string[]): Promise<string> {
    return this.#asOwner(["git", "-c", "user.name=Dev", "-c", "user.email=dev@example.com", ...args]);
  }

  /** Changes devcontainer.json; a key with `undefined` is taken out. */
  async configure(changes: Readonly<Record<string, Json | undefined>>): Promise<void> {
    const before = JSON.parse(this.read(".devcontainer/devcontainer.json")) as Record<string, Json>;
    await this.write(".devcontainer/devcontainer.json", JSON.stringify({ ...before, ...changes }, null, 2));
  }

  /** Removes the dev container, if there is one. Images and named volumes stay. */
  async removeContainer(): Promise<void> {
    const { env } = testBed();
    const label = `label=devcontainer.local_folder=${this.path}`;
    const { stdout } = await attempt("docker", ["ps", "--all", "--quiet", "--filter", label], { env });
    for (const id of stdout.split("\n").filter((line) => line !== ""))
      await attempt("docker", ["rm", "--force", id], { env });
  }

  async #asOwner(command: readonly string[], input = ""): Promise<string> {
    const result = await asDeveloper(this.owner, command, { cwd: this.path, input });
    if (result.exitCode !== 0)
      throw new Error(`${command.join(" ")} ended with ${result.exitCode}\n${result.stderr}`);
    return result.stdout;
  }
}

/**
 * Makes a project in a directory of its own. Its container is removed when the test ends; one that several tests share
 * is made in a `beforeAll`, which returns what the second argument is called with. (An `afterAll` in there is never run.)
 */
export async function createProject(
  options: ProjectOptions = {},
  atTheEnd: (cleanUp: () => Promise<void>) => void = onTestFinished,
): Promise<Project> {
  const parent = join(testBed().directory, "projects");
  ensureDirSync(parent);
  const path = join(mkdtempSync(join(parent, "p-")), options.name ?? "project");
  chmodSync(dirname(path), 0o755);
  const project = new Project(path, options.owner ?? 1000);
  mkdirSync(path);
  chownSync(path, project.owner, project.owner);
  atTheEnd(() => project.removeContainer());

  const others = Object.fromEntries((options.otherFeatures ?? []).map((name) => [name, {}]));
  const ours =
    options.feature === "none" ? {} : { [await publishedFeature(options.variant)]: options.options ?? {} };
  const image = options.devcontainer?.["build"] === undefined ? { image: images.vscode } : {};
  const defaults = {
    ...image,
    remoteUser: "vscode",
    runArgs: ["--network=host"],
    features: { ...ours, ...others },
  };
  const files = {
    "README.md": "# A project\n",
    ".devcontainer/devcontainer.json": JSON.stringify({ ...defaults, ...options.devcontainer }, null, 2),
    ...options.files,
  };
  for (const [name, text] of Object.entries(files)) await project.write(name, text);
  if (options.repository === false) return project;
  await project.git("init", "--quiet", "--initial-branch=main");
  await project.git("add", "--all");
  await project.git("commit", "--quiet", "--message=Begin");
  return project;
}
