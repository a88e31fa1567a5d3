import { chmodSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, test } from "vitest";
import {
  builtFiles,
  MANIFEST,
  read,
  refusal,
  run,
  scratch,
  setUp,
  snapshot,
  writeBuild,
  writeTree,
} from "../init/fixture.ts";

const CONFIG = ".devcontainer/devcontainer.json";
const COPY = ".devcontainer/claude-credentials";
const WITH_FEATURE = '{\n  "image": "x",\n  "features": {\n    "./claude-credentials": {}\n  }\n}\n';
const PLAIN = '{\n  "image": "x"\n}\n';

interface Report {
  version: number;
  outcome: string;
  actions: { kind: string; path: string; result: string; reason: string }[];
  findings: unknown[];
}

function report(text: string): Report {
  return JSON.parse(text) as Report;
}

describe("a project without a dev container", () => {
  test("gets a minimal one, in which Node and Claude Code are, and the copy", async () => {
    const { project, bundle } = setUp();
    const { code, out, err } = await run(project, bundle);
    expect([code, err]).toEqual([0, ""]);
    expect(read(project, CONFIG)).toBe(`// Every setting: https://containers.dev/implementors/json_reference/
{
  "name": "project",
  "image": "mcr.microsoft.com/devcontainers/base:debian",
  "features": {
    // The image has no Node: claude-credentials runs on it (18.19 or later), Claude Code is installed with it.
    "ghcr.io/devcontainers/features/node:1": {},
    // Claude Code itself. Not needed if you install it in another way.
    "ghcr.io/anthropics/devcontainer-features/claude-code:1": {},
    // Log in once: the login of Claude Code outlives every rebuild.
    "./claude-credentials": {}
  }
}
`);
    expect(out).toBe(`Added the Feature claude-credentials to ${project}

  created    .devcontainer/claude-credentials/  version 1.0.0, 6 files
  created    .devcontainer/devcontainer.json    there was none; it names "./claude-credentials"

Next
  1. Commit .devcontainer/claude-credentials/ and .devcontainer/devcontainer.json.
  2. Rebuild the container: "Dev Containers: Rebuild Container" in VS Code, or
     devcontainer up --workspace-folder . --remove-existing-container
  3. In it, run claude and log in once. Every rebuild after that keeps the login.
`);
  });

  test("is spoken of in the same words from elsewhere, but for the command's folder", async () => {
    const { project, bundle, root } = setUp();
    const { out } = await run(root, bundle, "project");
    expect(out).toContain(
      "1. Commit .devcontainer/claude-credentials/ and .devcontainer/devcontainer.json.\n",
    );
    expect(out).toContain(`devcontainer up --workspace-folder ${project} --remove-existing-container\n`);
  });

  test("has its name, whatever that is, in the configuration", async () => {
    const { root, bundle } = setUp();
    const project = path.join(root, 'we"ird\\ $(x) ü');
    mkdirSync(project);
    expect((await run(project, bundle)).code).toBe(0);
    expect(JSON.parse(read(project, CONFIG).replace(/^\s*\/\/.*$/gm, ""))).toMatchObject({
      name: 'we"ird\\ $(x) ü',
    });
  });

  test("gets what lies beside the bundle, scripts executable though the source had lost that", async () => {
    const { project, bundle } = setUp();
    writeTree(path.dirname(bundle), { ".DS_Store": "x", "sub/file": "x" });
    chmodSync(path.join(path.dirname(bundle), "install.sh"), 0o644);
    await run(project, bundle);
    const copied = snapshot(path.join(project, COPY));
    expect(Object.keys(copied)).toEqual([...Object.keys(builtFiles()), ".gitattributes"].sort());
    for (const [name, content] of Object.entries(builtFiles())) {
      expect(copied[name]).toBe(`file ${content.startsWith("#!") ? "755" : "644"} ${content}`);
    }
    expect(copied[".gitattributes"]).toContain("* -text\n");
  });

  test("is found from inside its .devcontainer folder", async () => {
    const { project, bundle } = setUp({ ".devcontainer/Dockerfile": "FROM x\n" });
    await run(path.join(project, ".devcontainer"), bundle);
    expect(Object.keys(snapshot(project))).toContain(CONFIG);
    expect(Object.keys(snapshot(project))).not.toContain(".devcontainer/.devcontainer");
  });
});

describe("an existing devcontainer.json", () => {
  test("keeps comments, trailing commas, CRLF, byte order mark and mode", async () => {
    const before =
      '\uFEFF{\r\n\t// why\r\n\t"image": "x", /* y */\r\n\t"features": {\r\n\t\t"a": {}, // z\r\n\t},\r\n}\r\n';
    const { project, bundle } = setUp({ [CONFIG]: before });
    chmodSync(path.join(project, CONFIG), 0o640);
    const { code, out } = await run(project, bundle, "--json");
    expect(code).toBe(0);
    expect(read(project, CONFIG)).toBe(
      before.replace("// z\r\n", '// z\r\n\t\t"./claude-credentials": {},\r\n'),
    );
    expect(statSync(path.join(project, CONFIG)).mode & 0o777).toBe(0o640);
    expect(report(out)).toEqual({
      version: 1,
      outcome: "added",
      actions: [
        {
          kind: "copy-feature",
          path: path.join(project, COPY),
          result: "created",
          reason: "version 1.0.0, 6 files",
        },
        {
          kind: "edit-config",
          path: path.join(project, CONFIG),
          result: "updated",
          reason: '"./claude-credentials" added to "features"',
        },
      ],
      findings: [],
    });
  });

  test.each([
    [CONFIG, '"./claude-credentials"'],
    [".devcontainer.json", '"./.devcontainer/claude-credentials"'],
    [".devcontainer/python/devcontainer.json", '"../claude-credentials"'],
  ])("%s names the one copy as %s", async (config, key) => {
    const { project, bundle } = setUp({ [config]: PLAIN });
    await run(project, bundle);
    expect(read(project, config)).toContain(key);
    expect(read(project, COPY, "install.sh")).toBe(builtFiles()["install.sh"]);
  });

  test("several are named, one is taken by its path", async () => {
    const [python, node] = [
      ".devcontainer/py thon/devcontainer.json",
      ".devcontainer/node/devcontainer.json",
    ];
    const { project, bundle } = setUp({ [python]: PLAIN, [node]: PLAIN });
    const before = snapshot(project);
    const { exitCode, message, hint } = await refusal(project, bundle);
    expect(exitCode).toBe(2);
    expect(message).toContain(`${node}, ${python}`);
    expect(hint).toBe(`name the one you mean: claude-credentials init ${path.join(project, node)}`);
    expect(snapshot(project)).toEqual(before);
    expect((await run(project, bundle, python)).code).toBe(0);
    expect(read(project, python)).toContain('"../claude-credentials"');
    expect(read(project, node)).toBe(PLAIN);
  });

  test("that is a symlink stays one: what it leads to is edited", async () => {
    const { project, bundle, root } = setUp({ "config/dev.json": PLAIN });
    mkdirSync(path.join(project, ".devcontainer"));
    symlinkSync("../config/dev.json", path.join(project, CONFIG));
    expect((await run(root, bundle, "project")).code).toBe(0);
    expect(snapshot(project)[CONFIG]).toBe("symlink ../config/dev.json");
    expect(read(project, "config/dev.json")).toContain('"./claude-credentials": {}');
    expect(Object.keys(snapshot(path.join(project, "config")))).toEqual(["dev.json"]);
  });

  test("the hint about Node comes where nothing shows one, and only there", async () => {
    const hint = async (config: string): Promise<boolean> => {
      const { project, bundle } = setUp({ [CONFIG]: config });
      return (await run(project, bundle)).out.includes("Node 18.19");
    };
    expect(await hint(PLAIN)).toBe(true);
    expect(await hint('{ "image": "mcr.microsoft.com/devcontainers/typescript-node:22" }')).toBe(false);
    expect(await hint('{ "features": { "ghcr.io/devcontainers/features/node:1": {} } }')).toBe(false);
  });
});

describe("run again", () => {
  test.each([
    {},
    { [CONFIG]: PLAIN },
    { ".devcontainer.json": "{}" },
    { ".devcontainer/x/devcontainer.json": "{ }\r\n" },
  ])("it changes nothing and says so: %j", async (files: Record<string, string>) => {
    const { project, bundle } = setUp(files);
    await run(project, bundle);
    const before = { ...snapshot(project), times: times(project) };
    const { code, out } = await run(project, bundle, "--json");
    expect(code).toBe(0);
    expect(report(out).outcome).toBe("unchanged");
    expect(report(out).actions.map(({ result }) => result)).toEqual(["unchanged", "unchanged"]);
    expect({ ...snapshot(project), times: times(project) }).toEqual(before);
    expect((await run(project, bundle)).out).toMatch(
      /^Nothing to do: .* has the Feature claude-credentials\n/,
    );
  });

  test("an older copy is brought up to date: files replaced, stale ones removed, other people's kept", async () => {
    const { project, bundle, root } = setUp({ [CONFIG]: WITH_FEATURE });
    writeTree(path.join(project, COPY), {
      ...builtFiles("claude-credentials", "0.9.0"),
      "old.mjs": "old",
      ".note": "mine",
      "folder/file": "mine",
      ".claude-credentials-incoming-0123456789abcdef": "half",
    });
    symlinkSync(path.join(root, "elsewhere"), path.join(project, COPY, "old-link"));
    const { out } = await run(project, bundle, "--json");
    expect(report(out)).toMatchObject({
      outcome: "updated",
      actions: [
        { result: "updated", reason: "version 1.0.0, it was version 0.9.0" },
        { result: "unchanged" },
      ],
    });
    const copied = snapshot(path.join(project, COPY));
    expect(Object.keys(copied)).toEqual(
      [...Object.keys(builtFiles()), ".gitattributes", ".note", "folder", "folder/file"].sort(),
    );
    expect(copied["devcontainer-feature.json"]).toContain(MANIFEST("claude-credentials", "1.0.0"));
    expect(copied["install.sh"]).toMatch(/^file 755 /);
    expect(read(project, CONFIG)).toBe(WITH_FEATURE);
  });

  test("another build of the same version is an update too, and a lost executable bit alone is mended", async () => {
    const { project, bundle } = setUp({ [CONFIG]: WITH_FEATURE });
    await run(project, bundle);
    writeFileSync(path.join(project, COPY, "claude-credentials.mjs"), "changed");
    expect(report((await run(project, bundle, "--json")).out).outcome).toBe("updated");
    expect(read(project, COPY, "claude-credentials.mjs")).toBe(builtFiles()["claude-credentials.mjs"]);
    chmodSync(path.join(project, COPY, "install.sh"), 0o644);
    const { out, err } = await run(project, bundle, "--json", "--verbose");
    expect(err.split("\n").at(-3)).toBe(
      `claude-credentials: verbose: set the mode of ${path.join(project, COPY, "install.sh")} to 755`,
    );
    expect(report(out).outcome).toBe("updated");
    expect(statSync(path.join(project, COPY, "install.sh")).mode & 0o777).toBe(0o755);
  });

  test("a file of the copy that is a symlink is replaced, not written through", async () => {
    const { project, bundle, root } = setUp({ [CONFIG]: WITH_FEATURE });
    await run(project, bundle);
    writeFileSync(path.join(root, "victim"), "untouched");
    rmSync(path.join(project, COPY, "install.sh"));
    symlinkSync(path.join(root, "victim"), path.join(project, COPY, "install.sh"));
    await run(project, bundle);
    expect(read(root, "victim")).toBe("untouched");
    expect(snapshot(path.join(project, COPY))["install.sh"]).toBe(
      `file 755 ${builtFiles()["install.sh"] ?? ""}`,
    );
  });

  test("a newer copy is left alone, said", async () => {
    const { project, bundle } = setUp({ [CONFIG]: PLAIN });
    writeTree(path.join(project, COPY), builtFiles("claude-credentials", "1.10.0"));
    const before = snapshot(path.join(project, COPY));
    const { out } = await run(project, bundle, "--json");
    expect(report(out)).toMatchObject({
      outcome: "added",
      actions: [
        { result: "skipped", reason: "the copy is version 1.10.0, newer than this build (1.0.0)" },
        { result: "updated" },
      ],
    });
    expect(snapshot(path.join(project, COPY))).toEqual(before);
  });

  test("a copy that was deleted comes back", async () => {
    const { project, bundle } = setUp({ [CONFIG]: WITH_FEATURE });
    expect(report((await run(project, bundle, "--json")).out).outcome).toBe("updated");
    expect(read(project, COPY, "install.sh")).toBe(builtFiles()["install.sh"]);
  });

  test("from the copy itself, on its own project, there is nothing to do", async () => {
    const { project, bundle } = setUp();
    await run(project, bundle);
    const before = snapshot(project);
    const { out } = await run(project, path.join(project, COPY, "claude-credentials.mjs"), "--json");
    expect(report(out).outcome).toBe("unchanged");
    expect(snapshot(project)).toEqual(before);
  });
});

describe("a Feature that is named already", () => {
  const OTHER_COPY = ".devcontainer/features/claude-credentials/devcontainer-feature.json";

  test.each([
    "ghcr.io/owner/features/claude-credentials:1",
    "ghcr.io/owner/features/claude-credentials",
    "./features/claude-credentials",
    "https://example.org/devcontainer-feature-claude-credentials.tgz",
  ])("as %s stays as it is, nothing is copied", async (key) => {
    const config = `{ "features": { ${JSON.stringify(key)}: { "store": "git" } } }`;
    const { project, bundle } = setUp({
      [CONFIG]: config,
      [OTHER_COPY]: MANIFEST("claude-credentials", "0.1.0"),
    });
    const before = snapshot(project);
    const { code, out } = await run(project, bundle, "--json");
    expect(code).toBe(0);
    expect(report(out)).toMatchObject({
      outcome: "unchanged",
      actions: [
        { kind: "copy-feature", result: "skipped", reason: `"${key}" is named instead` },
        {
          result: "unchanged",
          reason: `the Feature is named as "${key}", not as "./claude-credentials": left as it is`,
        },
      ],
    });
    expect(snapshot(project)).toEqual(before);
  });

  test.each([
    [CONFIG, "./elsewhere/claude-credentials", "elsewhere/claude-credentials, where there is no Feature"],
    [CONFIG, "/claude-credentials", "/claude-credentials, where there is no Feature"],
    [
      ".devcontainer.json",
      "./claude-credentials",
      "but tools take local Features only from below .devcontainer/",
    ],
    [".devcontainer/x/devcontainer.json", "./claude-credentials", "where there is no Feature"],
  ])(
    "%s, as %s, which leads nowhere useful, is refused with the line's position",
    async (config, key, says) => {
      const { project, bundle } = setUp({
        [config]: `{\n  "features": {\n    ${JSON.stringify(key)}: {}\n  }\n}`,
        "claude-credentials/devcontainer-feature.json": MANIFEST("claude-credentials", "0.1.0"),
      });
      const before = snapshot(project);
      for (const args of [[], ["--reference", "ghcr.io/o/claude-credentials:1"]]) {
        const { exitCode, message, hint } = await refusal(project, bundle, ...args);
        expect([exitCode, hint]).toEqual([1, "delete that line and run init again; nothing was changed"]);
        expect(message).toContain(`${path.join(project, config)}:3:5: "${key}" leads to `);
        expect(message).toContain(says);
      }
      expect(snapshot(project)).toEqual(before);
    },
  );

  test("another Feature whose name only begins the same is another one", async () => {
    const { project, bundle } = setUp({
      [CONFIG]: '{"features":{"ghcr.io/o/f/claude-credentials-volume:1":{}}}',
    });
    await run(project, bundle);
    expect(read(project, CONFIG)).toBe(
      '{"features":{"ghcr.io/o/f/claude-credentials-volume:1":{},"./claude-credentials":{}}}',
    );
  });
});

describe("--reference", () => {
  const REFERENCE = "ghcr.io/owner/features/claude-credentials:1";

  test("is named, and nothing is copied, also without a build", async () => {
    const { project, root } = setUp({ [CONFIG]: PLAIN });
    const { code, out } = await run(
      project,
      path.join(root, "nowhere", "claude-credentials.mjs"),
      "--reference",
      REFERENCE,
    );
    expect(code).toBe(0);
    expect(read(project, CONFIG)).toContain(`"${REFERENCE}": {}`);
    expect(Object.keys(snapshot(project))).toEqual([".devcontainer", CONFIG]);
    expect(out).toContain("Commit .devcontainer/devcontainer.json.");
  });

  test("goes into a new configuration, and the second time there is nothing to do", async () => {
    const { project, bundle } = setUp();
    await run(project, bundle, "--reference", REFERENCE);
    const before = snapshot(project);
    expect(before[CONFIG]).toContain(`"${REFERENCE}": {}`);
    expect(report((await run(project, bundle, "--reference", REFERENCE, "--json")).out)).toMatchObject({
      outcome: "unchanged",
      actions: [{ reason: `the Feature is named as "${REFERENCE}"` }],
    });
    expect(snapshot(project)).toEqual(before);
  });

  test("does not displace a copy", async () => {
    const { project, bundle } = setUp({ [CONFIG]: WITH_FEATURE });
    await run(project, bundle);
    const { out } = await run(project, bundle, "--reference", REFERENCE, "--json");
    expect(report(out).outcome).toBe("unchanged");
    expect(read(project, CONFIG)).toBe(WITH_FEATURE);
  });

  test("works on a configuration in a place where a copy would not be found", async () => {
    const { project, bundle } = setUp({ "configs/devcontainer.json": PLAIN });
    const before = snapshot(project);
    expect((await refusal(project, bundle, "configs/devcontainer.json")).hint).toContain("--reference");
    expect(snapshot(project)).toEqual(before);
    expect((await run(project, bundle, "configs/devcontainer.json", "--reference", REFERENCE)).code).toBe(0);
    expect(read(project, "configs/devcontainer.json")).toContain(REFERENCE);
  });
});

test("--feature chooses among those of the build", async () => {
  const { project, root } = setUp();
  const { bundle } = writeBuild(path.join(root, "three"), [
    "claude-credentials",
    "claude-credentials-volume",
  ]);
  writeTree(path.join(root, "three"), {
    "other/devcontainer-feature.json": MANIFEST("other", "1.0.0"),
    "other/install.sh": "",
  });
  const { exitCode, hint } = await refusal(project, bundle, "--feature", "other");
  expect([exitCode, hint]).toEqual([
    2,
    "--feature takes one of: claude-credentials, claude-credentials-volume",
  ]);
  expect(snapshot(project)).toEqual({});
  await run(project, bundle, "--feature", "claude-credentials-volume");
  expect(read(project, CONFIG)).toContain('"./claude-credentials-volume": {}');
  expect(read(project, ".devcontainer/claude-credentials-volume/devcontainer-feature.json")).toContain(
    "claude-credentials-volume",
  );
});

test("a packed Feature that was unpacked anywhere is a build too", async () => {
  const { project, root } = setUp();
  writeTree(path.join(root, "un packed"), builtFiles());
  await run(project, path.join(root, "un packed", "claude-credentials.mjs"));
  expect(read(project, COPY, "install.sh")).toBe(builtFiles()["install.sh"]);
});

describe("what is refused changes nothing", () => {
  const cases: Record<
    string,
    { files?: Record<string, string>; prepare?: (project: string) => void; says: RegExp }
  > = {
    "a malformed file": {
      files: { [CONFIG]: '{\n  "a": 1\n  "b": 2\n}' },
      says: /devcontainer\.json:3:3: expected ','/,
    },
    "features that are no object": { files: { [CONFIG]: '{"features":[]}' }, says: /:1:13: .*"features"/ },
    "an empty file": { files: { [CONFIG]: "" }, says: /:1:1: .*the file is empty/ },
    "a folder of that name without a manifest": {
      files: { [CONFIG]: PLAIN, [`${COPY}/precious`]: "x" },
      says: /is not a copy of the Feature claude-credentials: it has no devcontainer-feature\.json/,
    },
    "a folder of that name with another Feature": {
      files: { [CONFIG]: PLAIN, [`${COPY}/devcontainer-feature.json`]: MANIFEST("other", "1.0.0") },
      says: /its id is 'other'/,
    },
    "a file in the place of the copy": { files: { [CONFIG]: PLAIN, [COPY]: "x" }, says: /it is a file/ },
    "a symlink in the place of the copy": {
      files: {
        [CONFIG]: PLAIN,
        "elsewhere/devcontainer-feature.json": MANIFEST("claude-credentials", "0.1.0"),
      },
      prepare: (project) => {
        symlinkSync("../elsewhere", path.join(project, COPY));
      },
      says: /it is a symlink/,
    },
    "a folder in the place of a file of the copy": {
      files: {
        [CONFIG]: PLAIN,
        [`${COPY}/devcontainer-feature.json`]: MANIFEST("claude-credentials", "0.1.0"),
        [`${COPY}/install.sh/x`]: "x",
      },
      says: /install\.sh is a folder, where a file of the Feature belongs/,
    },
    "a .devcontainer that is a file": {
      files: { ".devcontainer": "x" },
      says: /\.devcontainer is not a folder/,
    },
    "a configuration that is a folder": {
      files: { [`${CONFIG}/x`]: "x" },
      says: /is a directory, not a devcontainer\.json/,
    },
    "a configuration that leads nowhere": {
      prepare: (project) => {
        symlinkSync("nowhere", path.join(project, ".devcontainer.json"));
      },
      says: /is a symlink that leads nowhere/,
    },
    "a configuration that leads to itself": {
      prepare: (project) => {
        symlinkSync(".devcontainer.json", path.join(project, ".devcontainer.json"));
      },
      says: /is a symlink that leads nowhere/,
    },
  };

  test.each(Object.entries(cases))("%s", async (_, { files = {}, prepare, says }) => {
    const { project, bundle } = setUp(files);
    prepare?.(project);
    const before = snapshot(project);
    const { exitCode, message, hint } = await refusal(project, bundle);
    expect(message).toMatch(says);
    expect(hint).toContain("nothing was changed");
    expect(exitCode).toBe(1);
    expect(snapshot(project)).toEqual(before);
  });

  test("bytes that are no UTF-8", async () => {
    const utf16 = Buffer.from("\uFEFF{}", "utf16le");
    const { project, bundle } = setUp({ [CONFIG]: utf16 });
    expect((await refusal(project, bundle)).message).toContain("is not UTF-8 text");
    expect(snapshot(project)[CONFIG]).toContain(utf16.toString("latin1"));
  });

  test("a program with no build beside it", async () => {
    const { project, root } = setUp();
    const { exitCode, message, hint } = await refusal(
      project,
      path.join(root, "share", "claude-credentials.mjs"),
    );
    expect([exitCode, message]).toEqual([
      1,
      `there is no Feature to copy beside ${path.join(root, "share", "claude-credentials.mjs")}`,
    ]);
    expect(hint).toMatch(/npx claude-credentials init.*--reference/);
    expect(snapshot(project)).toEqual({});
  });
});

describe("usage", () => {
  test.each([
    [["--bogus"], /Unknown option '--bogus'/],
    [["a", "b"], /one project is expected, not 2: a, b/],
    [["a", "--workspace", "b"], /one project is expected/],
    [[""], /PROJECT is empty/],
    [["--reference", "claude-credentials"], /is not the reference of a published Feature/],
    [["--reference", "ghcr.io/devcontainers/features/node:1"], /names the Feature 'node'/],
    [
      ["--reference", "ghcr.io/o/claude-credentials:1", "--feature", "claude-credentials-volume"],
      /--feature says/,
    ],
    [["--feature"], /'--feature <value>' argument missing/],
    [["missing"], /missing does not exist/],
    [["file.txt"], /is neither a folder nor a file named devcontainer\.json/],
  ])("%j is refused with exit code 2", async (args, says) => {
    const { project, bundle } = setUp({ "file.txt": "x" });
    const { exitCode, message, hint } = await refusal(project, bundle, ...args);
    expect(exitCode).toBe(2);
    expect(message).toMatch(says);
    expect(message).not.toContain("\n");
    expect(hint).not.toBe("");
    expect(Object.keys(snapshot(project))).toEqual(["file.txt"]);
  });

  test("--workspace means PROJECT; what every command takes is taken", async () => {
    const { project, bundle, root } = setUp();
    expect((await run(root, bundle, "--workspace", "project", "--home", "/h", "--store", "git")).code).toBe(
      0,
    );
    expect(Object.keys(snapshot(project))).toContain(CONFIG);
  });
});

test("names with control characters cannot forge lines of the text", async () => {
  const root = scratch();
  const project = path.join(root, "a\nNothing to do\u001b[2J");
  mkdirSync(project);
  const { out } = await run(root, writeBuild(path.join(root, "build")).bundle, project);
  expect(out.split("\n")[0]).toBe(
    `Added the Feature claude-credentials to ${root}/a\\x0aNothing to do\\x1b[2J`,
  );
});

function times(root: string): unknown[] {
  return Object.keys(snapshot(root)).map((name) => [
    name,
    statSync(path.join(root, name)).mtimeMs,
    statSync(path.join(root, name)).ino,
  ]);
}
