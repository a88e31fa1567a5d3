import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The top of the repository. */
export const repositoryRoot = fileURLToPath(new URL("../../..", import.meta.url));

/** The devcontainer CLI that the repository pins. */
export const devcontainerProgram = join(repositoryRoot, "node_modules", ".bin", "devcontainer");
