import { dirname } from "node:path";
import type { FileSystem } from "../apply/file-system.ts";
import { parseCompose } from "./build-context-compose.ts";
import { parseDevcontainer } from "./build-context-devcontainer.ts";
import { orNull, readText } from "./build-context-files.ts";

/** An image build that a project's files describe; paths are absolute. */
export interface ImageBuild {
  /** The file that makes it, and within a compose file the service. */
  readonly file: string;
  readonly service: string | null;
  readonly context: string;
  /** The Dockerfile beside which an ignore file of its own may lie; null where such a file is not read. */
  readonly dockerfile: string | null;
}

const COMPOSE_NAMES = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];
const DOCKERFILE_NAMES = ["Dockerfile", "Containerfile"];

/** The builds that the files of each folder describe. */
export async function findBuilds(fs: FileSystem, folders: readonly string[]): Promise<ImageBuild[]> {
  const builds: ImageBuild[] = [];
  const composed = new Set<string>();
  const addCompose = async (files: readonly string[], rewritten: string | null): Promise<void> => {
    const base = dirname(files[0] ?? "/");
    for (const file of files.filter((path) => !composed.has(path))) {
      composed.add(file);
      builds.push(...(await composeBuilds(fs, file, base, rewritten)));
    }
  };

  for (const folder of folders) {
    for (const file of devcontainerFiles(fs, folder)) {
      const read = readText(fs, file);
      if (read.state !== "text" || !/dockerfile|dockerComposeFile|context/i.test(read.text)) continue;
      const found = parseDevcontainer(read.text, file, folder);
      if (found?.kind === "compose") await addCompose(found.files, found.service);
      // The devcontainer CLI builds with a Dockerfile that it writes elsewhere, because Features go into it, so that
      // the ignore file beside the user's own is not read (devcontainers/cli issue 969).
      if (found?.kind === "dockerfile")
        builds.push({ file, service: null, context: found.context, dockerfile: null });
    }
    for (const name of COMPOSE_NAMES) await addCompose([`${folder}/${name}`], null);
    for (const name of DOCKERFILE_NAMES) {
      const file = `${folder}/${name}`;
      if (orNull(() => fs.stat(file))?.type === "file")
        builds.push({ file, service: null, context: folder, dockerfile: file });
    }
  }
  return builds;
}

async function composeBuilds(
  fs: FileSystem,
  file: string,
  base: string,
  rewritten: string | null,
): Promise<ImageBuild[]> {
  const read = readText(fs, file);
  if (read.state !== "text" || !read.text.includes("build")) return [];
  const found = await parseCompose(read.text, base);
  return found.map(({ service, context, dockerfile }) => ({
    file,
    service,
    context,
    dockerfile: service === rewritten ? null : dockerfile,
  }));
}

/** Where a devcontainer.json may lie, there or not. */
export function devcontainerFiles(fs: FileSystem, folder: string): string[] {
  const below = `${folder}/.devcontainer`;
  const names = (orNull(() => fs.list(below)) ?? []).map((name) => name.toString());
  return [
    ...(names.includes("devcontainer.json") ? [`${below}/devcontainer.json`] : []),
    `${folder}/.devcontainer.json`,
    ...names.map((name) => `${below}/${name}/devcontainer.json`),
  ];
}
