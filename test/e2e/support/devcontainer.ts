import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The top of the repository. */
export const repositoryRoot = fileURLToPath(new URL("../../..", import.meta.url));

/** Its package: one bundle without dependencies. */
export const devcontainerPackage = join(repositoryRoot, "node_modules", "@devcontainers", "cli");

/** The devcontainer CLI that the repository pins, for calls as the user who runs the tests. */
export const devcontainerProgram = join(repositoryRoot, "node_modules", ".bin", "devcontainer");
