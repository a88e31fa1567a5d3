import { readFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { build, formatMessages, transform, type BuildFailure, type Message, type Metafile } from "esbuild";

/** The oldest Node that what ships must run on. */
export const OLDEST_NODE = "node18.19";

/** CommonJS packages ask for Node's own modules by `require`, which a module has not by itself. */
const REQUIRE =
  'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);';

/** Characters: short enough for a line number in a stack trace to say where. */
const LINE_LIMIT = 160;

/** Something is wrong with what is being built: its message alone is worth showing. */
export class BuildError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "BuildError";
  }
}

/**
 * Bundles `src/cli-entry.ts` of the checkout `root`, with everything it needs, into the one executable file
 * `outfile`. It is minified, since every build of every image downloads it; what a stack trace from somebody's container
 * means tells `outfile`.map.
 * @returns esbuild's record of what went in
 * @throws BuildError where the entry does not compile, where esbuild has a warning about it, where the
 * result would import anything but Node's own modules, or where it is not JavaScript that Node 18.19 can read
 */
export async function bundle(root: string, outfile: string, version: string): Promise<Metafile> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [join(root, "src/cli-entry.ts")],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: OLDEST_NODE,
    // The `main` of some packages is UMD, whose `require` esbuild cannot see through.
    mainFields: ["module", "main"],
    minify: true,
    sourcemap: "external",
    sourcesContent: false,
    lineLimit: LINE_LIMIT,
    legalComments: "none",
    charset: "utf8",
    banner: { js: `#!/usr/bin/env node\n${REQUIRE}` },
    define: { __VERSION__: JSON.stringify(version) },
    metafile: true,
    logLevel: "silent",
  }).catch(async (error: unknown) => {
    throw isBuildFailure(error) ? new BuildError(await render(error.errors, "error")) : error;
  });
  if (result.warnings.length > 0) throw new BuildError(await render(result.warnings, "warning"));

  const foreign = findForeignImports(result.metafile);
  if (foreign.length > 0) {
    throw new BuildError(`The bundle would need at run time what it does not bring: ${foreign.join(", ")}`);
  }
  if (await hasNewerSyntax(await readFile(outfile, "utf8"))) {
    throw new BuildError(`The bundle holds syntax that is newer than ${OLDEST_NODE}: ${outfile}`);
  }
  return result.metafile;
}

/** What the outputs import or require that is not one of Node's own modules. */
export function findForeignImports(metafile: Metafile): string[] {
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  const foreign = imports.filter(({ path }) => !isBuiltin(path));
  return [...new Set(foreign.map(({ path, kind }) => `${path} (${kind})`))].sort();
}

/** True where JavaScript for the oldest Node would have to be written otherwise than `code` is. */
export async function hasNewerSyntax(code: string): Promise<boolean> {
  const [asItIs, lowered] = await Promise.all(
    ["esnext", OLDEST_NODE].map((target) => transform(code, { target, format: "esm", logLevel: "silent" })),
  );
  return asItIs?.code !== lowered?.code;
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && "errors" in error && Array.isArray(error.errors);
}

async function render(messages: Message[], kind: "error" | "warning"): Promise<string> {
  return (await formatMessages(messages, { kind, color: false })).join("").trimEnd();
}
