import { readFile, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { basename, dirname, join } from "node:path";
import {
  build,
  formatMessages,
  transform,
  type BuildFailure,
  type Message,
  type Metafile,
  type Plugin,
} from "esbuild";
import { minify } from "terser";

/** The oldest Node that what ships must run on. */
export const OLDEST_NODE = "node18.19";

/** CommonJS packages ask for Node's own modules by `require`, which a module has not by itself. */
const REQUIRE =
  'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);';

/**
 * Node's own modules that the bundle loads at their first use and not when it is loaded itself: together they take
 * some 10 ms, and most commands need few of them. Only such stand here as nobody asks for whole, and whose functions
 * need no `this`.
 */
const AT_FIRST_USE =
  "child_process crypto fs http net os path stream stream/promises tls tty url util worker_threads zlib".split(
    " ",
  );

const loadAtFirstUse: Plugin = {
  name: "load-at-first-use",
  setup(plugin) {
    const filter = new RegExp(`^(node:)?(${AT_FIRST_USE.join("|")})$`);
    plugin.onResolve({ filter }, ({ path, kind }) =>
      kind === "import-statement" ? { path, namespace: "at-first-use" } : undefined,
    );
    // esbuild gives each importer a copy of what a module has of its own: 3 ms for some hundred importers of hundreds of
    // names. What a module inherits is not copied.
    plugin.onLoad({ filter: /.*/, namespace: "at-first-use" }, ({ path }) => ({
      contents: `const found = Object.create(new Proxy({}, {
  get: (_, name) => (found[name] = require(${JSON.stringify(path)})[name]),
  has: (_, name) => name in require(${JSON.stringify(path)}),
}));
module.exports = Object.create(found);`,
    }));
  },
};

/** js-yaml as its own entry is, without what writes YAML: that is a fifth of it, and its module for bundlers is of one piece. */
const yamlReader: Plugin = {
  name: "yaml-reader",
  setup(plugin) {
    plugin.onResolve({ filter: /^js-yaml$/ }, async ({ kind, resolveDir }) => {
      if (kind === "require-call") return undefined;
      const found = await plugin.resolve("js-yaml", { kind: "require-call", resolveDir });
      return {
        ...{ path: "js-yaml", namespace: "yaml-reader", errors: found.errors },
        pluginData: dirname(found.path),
      };
    });
    plugin.onLoad({ filter: /.*/, namespace: "yaml-reader" }, ({ pluginData }) => ({
      contents: `export { loadAll } from "./lib/loader.js";
export { default as CORE_SCHEMA } from "./lib/schema/core.js";
export { default as Type } from "./lib/type.js";`,
      resolveDir: pluginData as string,
    }));
  },
};

/** Characters: short enough for a line number in a stack trace to say where. */
const LINE_LIMIT = 500;

/** Something is wrong with what is being built: its message alone is worth showing. */
export class BuildError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "BuildError";
  }
}

/**
 * These sources are made by themselves. Within one division esbuild would put what the libraries share with the program,
 * its own few helpers, into one more file; and the entry would import what it shares with the program, though it is
 * there to say in a line that a part is missing.
 */
const APART = ["program", "libraries", "archive-libraries"];

const partsApart: Plugin = {
  name: "parts-apart",
  setup(plugin) {
    plugin.onResolve({ filter: new RegExp(`/(${APART.join("|")})\\.ts$`) }, ({ kind, importer, path }) => {
      if (kind === "entry-point") return undefined;
      if (kind === "dynamic-import") return { path: `./${basename(path, ".ts")}.mjs`, external: true };
      return { errors: [{ text: `${importer} must load it by import(), when it is needed` }] };
    });
  },
};

/**
 * Bundles `src/cli-entry.ts` of the checkout `root`, with everything it needs, into the executable `NAME.mjs` of
 * `folder`, and into what that loads by `import()`, beside it: `program.mjs`, `others.mjs` (the commands that are not
 * always needed), `chunk.mjs` (what these two share), `libraries.mjs` and `archive-libraries.mjs`. They are minified, since every build of every
 * image downloads them; what a stack trace from somebody's container means tells the `.map` of each file.
 * @returns esbuild's record of what went in
 * @throws BuildError where the entry does not compile, where esbuild has a warning about it, where the
 * result would import anything but Node's own modules and itself, or where it is not JavaScript that Node 18.19 can read
 */
export async function bundle(root: string, folder: string, name: string, version: string): Promise<Metafile> {
  const made = [await make(root, folder, { [name]: "src/cli-entry.ts" }, version)];
  for (const part of APART) made.push(await make(root, folder, { [part]: `src/${part}.ts` }, version));
  return {
    inputs: Object.assign({}, ...made.map(({ inputs }) => inputs)) as Metafile["inputs"],
    outputs: Object.assign({}, ...made.map(({ outputs }) => outputs)) as Metafile["outputs"],
  };
}

async function make(
  root: string,
  folder: string,
  entryPoints: Record<string, string>,
  version: string,
): Promise<Metafile> {
  const result = await build({
    absWorkingDir: root,
    entryPoints,
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    // esbuild calls a file `chunk` that several share. A second one would be an error, two files of one name.
    chunkNames: "[name]",
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
    banner: { js: REQUIRE },
    define: { __VERSION__: JSON.stringify(version) },
    plugins: [partsApart, loadAtFirstUse, yamlReader],
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
  for (const file of Object.keys(result.metafile.outputs).filter((path) => path.endsWith(".mjs"))) {
    await squeeze(join(root, file));
    if (await hasNewerSyntax(await readFile(join(root, file), "utf8")))
      throw new BuildError(`The bundle holds syntax that is newer than ${OLDEST_NODE}: ${file}`);
  }
  return result.metafile;
}

/** Makes a file smaller than esbuild can, and its source map with it. */
async function squeeze(path: string): Promise<void> {
  const [code, content] = await Promise.all([path, `${path}.map`].map((file) => readFile(file, "utf8")));
  const made = await minify(code ?? "", {
    module: true,
    ecma: 2020,
    compress: { passes: 1 },
    format: { ascii_only: true, comments: false, max_line_len: LINE_LIMIT },
    sourceMap: { asObject: true, content: content ?? "" },
  });
  await writeFile(path, `${made.code ?? ""}\n`);
  await writeFile(`${path}.map`, JSON.stringify(made.map));
}

/** What the outputs import or require that is neither one of Node's own modules nor another output. */
export function findForeignImports(metafile: Metafile): string[] {
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  const parts = APART.map((part) => `./${part}.mjs`);
  const foreign = imports.filter(
    ({ path }) => !isBuiltin(path) && !parts.includes(path) && !Object.hasOwn(metafile.outputs, path),
  );
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
