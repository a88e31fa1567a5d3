import { existsSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { run } from "./command.ts";

/** The images that cases start from; each has git, sudo, procps and a Node of 18.19 or newer. */
export const images = {
  /** Debian as it comes: root alone. */
  plain: "base:bookworm",
  /** Remote user `vscode`, uid 1000, passwordless sudo. */
  vscode: "base:vscode",
  /** The same user without sudo. */
  withoutSudo: "base:vscode-no-sudo",
} as const;

/** Names that scenarios and examples use; here they mean the image made on this machine. */
const publicNames = [
  "mcr.microsoft.com/devcontainers/base:bookworm",
  "mcr.microsoft.com/devcontainers/base:debian",
];

const packages = ["ca-certificates", "fish", "git", "nodejs", "passwd", "procps", "sudo", "zsh"];

type Environment = Readonly<Record<string, string>>;

/**
 * Puts the base images into the daemon. `E2E_BASE_IMAGE` names another Debian-like image with a Node (or is the path
 * of one that `docker save` wrote); without it one is made from Debian's packages once and kept in the cache.
 */
export async function prepareBaseImages(cache: string, env: Environment): Promise<void> {
  const chosen = process.env["E2E_BASE_IMAGE"];
  await (chosen ? takeImage(chosen, env) : importDebian(cache, env));
  await build(images.vscode, withUser("vscode ALL=(root) NOPASSWD:ALL"), env);
  await build(images.withoutSudo, withUser(undefined), env);
  for (const name of publicNames) await run("docker", ["tag", images.vscode, name], { env });
}

/** Builds an image from the text of a Dockerfile, with nothing for a context. */
export async function build(tag: string, dockerfile: string, env: Environment): Promise<void> {
  await run("docker", ["build", "--quiet", "--tag", tag, "-"], { env, input: dockerfile });
}

async function takeImage(chosen: string, env: Environment): Promise<void> {
  if (!existsSync(chosen)) {
    await run("docker", ["pull", chosen], { env });
    await run("docker", ["tag", chosen, images.plain], { env });
    return;
  }
  const { stdout } = await run("docker", ["load", "--quiet", "--input", chosen], { env });
  const loaded = /Loaded image(?: ID)?: (\S+)/.exec(stdout)?.[1];
  if (loaded === undefined) throw new Error(`${chosen} holds no image: ${stdout}`);
  await run("docker", ["tag", loaded, images.plain], { env });
}

async function importDebian(cache: string, env: Environment): Promise<void> {
  await run("docker", ["import", await debianArchive(cache, "bookworm", packages), images.plain], { env });
}

/** A Debian release with these packages beside the essential ones, made once and kept in the cache. Returns its archive. */
export async function debianArchive(
  cache: string,
  suite: string,
  included: readonly string[],
): Promise<string> {
  const archive = join(cache, `${suite}-${included.join("-")}.tar`);
  if (!isFresh(archive)) {
    const partial = `${archive}.${process.pid}`;
    const trimmed = ["/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*"].map(
      (path) => `--dpkgopt=path-exclude=${path}`,
    );
    const args = ["--variant=minbase", `--include=${included.join(",")}`, ...trimmed, suite];
    await run("mmdebstrap", [...args, "--format=tar", partial], { timeout: 600_000 });
    renameSync(partial, archive);
  }
  return archive;
}

/** A month, then Debian's newer packages are taken. */
function isFresh(archive: string): boolean {
  return existsSync(archive) && Date.now() - statSync(archive).mtimeMs < 30 * 24 * 3600 * 1000;
}

function withUser(sudoRule: string | undefined): string {
  const lines = [
    `FROM ${images.plain}`,
    "USER root",
    "RUN id vscode || useradd --create-home --uid 1000 --shell /bin/bash vscode",
  ];
  if (sudoRule === undefined) return [...lines, "RUN rm -f /etc/sudoers.d/*", ""].join("\n");
  return [
    ...lines,
    `RUN echo '${sudoRule}' > /etc/sudoers.d/vscode && chmod 0440 /etc/sudoers.d/vscode`,
    "",
  ].join("\n");
}
