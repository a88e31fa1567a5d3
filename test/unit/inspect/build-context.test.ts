import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import type { Owner } from "../../../src/apply/file-system.ts";
import { ownHint, type Finding } from "../../../src/report/finding.ts";
import { login } from "../../support/login.ts";
import { repository, ROOT, TestMachine, VSCODE, type MachineOptions } from "../../support/machine.ts";
import { directory, fifo, file, symlink, type Tree } from "../../support/tree.ts";

const GIT_LINE = ".git/claude-credentials";
const DOCKERFILE = "FROM debian\nCOPY . /app\n";

interface Row {
  readonly name: string;
  /** Entries below the workspace folder. */
  readonly tree: Tree;
  readonly options?: MachineOptions;
  /** What the message names (file, service, context) and where which line goes; null where no build takes the store along. */
  readonly found: {
    readonly by: string;
    readonly service?: string;
    readonly context?: string;
    readonly ignoreFile?: string;
    readonly line?: string;
    readonly more?: number;
  } | null;
}

/** A devcontainer.json's text that builds with a Dockerfile beside it. */
function builds(build: Record<string, unknown>): string {
  return JSON.stringify({ build: { dockerfile: "Dockerfile", ...build } });
}

const UP = { ".devcontainer/devcontainer.json": builds({ context: ".." }) };
const BY_UP = { by: ".devcontainer/devcontainer.json" };

const DEVCONTAINERS: readonly Row[] = [
  { name: "an image alone", tree: { ".devcontainer/devcontainer.json": '{"image":"debian"}' }, found: null },
  { name: "context ..", tree: UP, found: BY_UP },
  {
    name: "context .",
    tree: { ".devcontainer/devcontainer.json": builds({ context: "." }) },
    found: null,
  },
  {
    name: "context . of a .devcontainer.json at the top",
    tree: { ".devcontainer.json": builds({ context: "." }) },
    found: { by: ".devcontainer.json" },
  },
  { name: "no context", tree: { ".devcontainer/devcontainer.json": builds({}) }, found: null },
  {
    name: "no context, and a Dockerfile at the top: its folder is the context",
    tree: { ".devcontainer/devcontainer.json": builds({ dockerfile: "../dev.Dockerfile" }) },
    found: BY_UP,
  },
  {
    name: "the older dockerFile and context",
    tree: { ".devcontainer/devcontainer.json": '{"dockerFile":"Dockerfile","context":".."}' },
    found: BY_UP,
  },
  {
    name: "one of several, in a folder of its own",
    tree: {
      ".devcontainer/plain/devcontainer.json": '{"image":"debian"}',
      ".devcontainer/python/devcontainer.json": builds({ context: "../.." }),
    },
    found: { by: ".devcontainer/python/devcontainer.json" },
  },
  {
    name: "comments, trailing commas and a byte order mark",
    tree: {
      ".devcontainer/devcontainer.json":
        '\uFEFF{\n// from the top\n"build": { "dockerfile": "Dockerfile", "context": "..", },\n}\n',
    },
    found: BY_UP,
  },
  {
    name: "the workspace folder by its variable",
    tree: { ".devcontainer/devcontainer.json": builds({ context: "${localWorkspaceFolder}" }) },
    found: BY_UP,
  },
  {
    name: "a variable that only the host knows",
    tree: { ".devcontainer/devcontainer.json": builds({ context: "${localEnv:PROJECT}" }) },
    found: null,
  },
  {
    name: "a devcontainer.json behind a symlink",
    tree: { ".devcontainer.json": symlink("config/dev.json"), "config/dev.json": builds({ context: "." }) },
    found: { by: ".devcontainer.json" },
  },
  {
    name: "the folder of the Dockerfile alone",
    tree: {
      ".devcontainer/devcontainer.json": builds({ context: "../docker" }),
      "docker/Dockerfile": DOCKERFILE,
    },
    found: null,
  },
  {
    name: "a context that is not there",
    tree: { ".devcontainer/devcontainer.json": builds({ context: "../../nowhere" }) },
    found: null,
  },
];

const COMPOSED: readonly Row[] = [
  {
    name: "a service's build, short",
    tree: { "compose.yaml": "services:\n  web:\n    image: nginx\n  app:\n    build: .\n" },
    found: { by: "compose.yaml", service: "app" },
  },
  {
    name: "a service's build, long",
    tree: {
      "docker-compose.yml":
        "services:\n  app:\n    build:\n      context: ./\n      dockerfile: d/app.Dockerfile\n",
    },
    found: { by: "docker-compose.yml", service: "app" },
  },
  {
    name: "a build that names a Dockerfile alone",
    tree: { "compose.yml": "services: {app: {build: {dockerfile: app.Dockerfile}}}\n" },
    found: { by: "compose.yml", service: "app" },
  },
  {
    name: "builds of other folders and of other machines",
    tree: {
      "docker-compose.yaml":
        "services:\n  a: {build: ./app}\n  b: {build: https://example.com/acme/app.git}\n  c: {build: 'git@example.com:acme/app.git'}\n  d: {build: '${APP}'}\n",
      "app/Dockerfile": DOCKERFILE,
    },
    found: null,
  },
  {
    name: "anchors and merge keys",
    tree: {
      "compose.yaml": "x-base: &base\n  build: .\nservices:\n  app:\n    <<: *base\n    command: run\n",
    },
    found: { by: "compose.yaml", service: "app" },
  },
  {
    name: "aliases that would explode where somebody unfolds them",
    tree: { "compose.yaml": explosion() },
    found: { by: "compose.yaml", service: "app" },
  },
  {
    name: "two services of one file, and a Dockerfile",
    tree: { "compose.yaml": "services:\n  a: {build: .}\n  b: {build: .}\n", Dockerfile: DOCKERFILE },
    found: { by: "compose.yaml", service: "a", more: 2 },
  },
  {
    name: "the file that devcontainer.json names",
    tree: {
      ".devcontainer/devcontainer.json": '{"dockerComposeFile":"../deploy/dev.yml","service":"app"}',
      "deploy/dev.yml": "services:\n  app:\n    build: ..\n",
    },
    found: { by: "deploy/dev.yml", service: "app" },
  },
  {
    name: "a list of files: all paths start from the first one's folder",
    tree: {
      ".devcontainer/devcontainer.json":
        '{"dockerComposeFile":["../compose.yaml","override.yml"],"service":"app"}',
      "compose.yaml": "services:\n  app:\n    image: app\n",
      ".devcontainer/override.yml": "services:\n  app:\n    build: .\n",
    },
    found: { by: ".devcontainer/override.yml", service: "app" },
  },
  {
    name: "a file named and found at the top counts once",
    tree: {
      ".devcontainer/devcontainer.json": '{"dockerComposeFile":"../compose.yaml","service":"app"}',
      "compose.yaml": "services:\n  app:\n    build: .\n",
    },
    found: { by: "compose.yaml", service: "app" },
  },
];

const DOCKERFILES: readonly Row[] = [
  { name: "a Dockerfile at the top", tree: { Dockerfile: DOCKERFILE }, found: { by: "Dockerfile" } },
  { name: "a Containerfile at the top", tree: { Containerfile: DOCKERFILE }, found: { by: "Containerfile" } },
  { name: "a Dockerfile below", tree: { "docker/Dockerfile": DOCKERFILE }, found: null },
  { name: "a folder called Dockerfile", tree: { Dockerfile: directory() }, found: null },
];

function ignoring(name: string, text: string, found: Row["found"]): Row {
  return { name, tree: { Dockerfile: DOCKERFILE, ".dockerignore": text }, found };
}

const BY_DOCKERFILE = { by: "Dockerfile" };
const APP = "services:\n  app:\n    build: {context: ., dockerfile: d/app.Dockerfile}\n";
const IGNORED: readonly Row[] = [
  ignoring("an empty .dockerignore", "", BY_DOCKERFILE),
  ignoring("other things excluded", "node_modules\n*.log\n", BY_DOCKERFILE),
  ignoring("an end missing at the last line", "node_modules", BY_DOCKERFILE),
  ignoring("the git directory excluded", ".git\n", null),
  ignoring("the very line", "# ours\n.git/claude-credentials\r\n", null),
  ignoring("everything excluded", "*\n!src\n", null),
  ignoring("a leading slash and a trailing one", "/.git/\n", null),
  ignoring("any depth", "**/claude-credentials\n", null),
  ignoring("the credential's name", "**/.credentials.json\n", null),
  ignoring("a byte order mark", "\uFEFF.git\n", null),
  ignoring("a negation afterwards", ".git\n!.git/claude-credentials\n", BY_DOCKERFILE),
  ignoring("a negation before", "!.git\n.git\n", null),
  ignoring("a comment that looks like it", "#.git\n", BY_DOCKERFILE),
  ignoring("another case", ".GIT\n", BY_DOCKERFILE),
  ignoring("a line that is a fault to Docker", "[\n", null),
  ignoring("characters that mean nothing to Docker", "a+(b|c){2}\n.git\n", null),
  {
    name: "a .dockerignore that cannot be read as a file",
    tree: { Dockerfile: DOCKERFILE, ".dockerignore": fifo() },
    found: null,
  },
  {
    name: "an ignore file of the Dockerfile's own, which excludes it",
    tree: { "compose.yaml": APP, "d/app.Dockerfile.dockerignore": ".git\n" },
    found: null,
  },
  {
    name: "an ignore file of the Dockerfile's own, which does not: the general one is not read",
    tree: { "compose.yaml": APP, "d/app.Dockerfile.dockerignore": "dist\n", ".dockerignore": ".git\n" },
    found: { by: "compose.yaml", service: "app", ignoreFile: "d/app.Dockerfile.dockerignore" },
  },
  {
    name: "an ignore file beside devcontainer.json's Dockerfile, which its builds do not read",
    tree: { ...UP, ".devcontainer/Dockerfile.dockerignore": ".git\n" },
    found: BY_UP,
  },
  {
    name: "the same for the service that devcontainer.json names",
    tree: {
      ".devcontainer.json": '{"dockerComposeFile":"compose.yaml","service":"app"}',
      "compose.yaml": APP,
      "d/app.Dockerfile.dockerignore": ".git\n",
    },
    found: { by: "compose.yaml", service: "app" },
  },
  {
    name: "Podman's ignore file for a Containerfile",
    tree: { Containerfile: DOCKERFILE, ".containerignore": ".git\n" },
    found: null,
  },
  {
    name: "backups that stay in while the rest is excluded",
    tree: {
      Dockerfile: DOCKERFILE,
      ".dockerignore": "**/.claude-credentials\n",
      ".git/claude-credentials/backups": directory(0o700),
    },
    found: BY_DOCKERFILE,
  },
  {
    name: "an environment file with a token that stays in while the rest is excluded",
    tree: {
      Dockerfile: DOCKERFILE,
      ".dockerignore": "**/.claude-credentials\n",
      ".git/claude-credentials/env-vars/.claude-code-env": file("export X=made-up\n"),
    },
    found: BY_DOCKERFILE,
  },
];

const MALFORMED: readonly Row[] = [
  ["a devcontainer.json that is cut off", { ".devcontainer.json": '{"build":{"context":"."' }],
  ["one that is no object", { ".devcontainer.json": '["dockerfile"]' }],
  [
    "one with other types",
    { ".devcontainer.json": '{"build":{"dockerfile":1,"context":["."]},"dockerComposeFile":[1]}' },
  ],
  ["a compose file that is no YAML", { "compose.yaml": "services:\n\tbuild: [\n" }],
  ["one that is no map", { "compose.yaml": "- build\n" }],
  [
    "one with other types",
    { "compose.yaml": "services: {a: build, b: {build: 1}, c: {build: {context: []}}, d: null}\n" },
  ],
  ["one that is a FIFO", { "compose.yaml": fifo() }],
  [
    "one that is too large",
    { "compose.yaml": `services: {app: {build: .}}\n${"# padding\n".repeat(30_000)}` },
  ],
  ["a symlink that loops", { "compose.yaml": symlink("compose.yaml") }],
].map(([name, tree]) => ({ name: name as string, tree: tree as Tree, found: null }));

function explosion(): string {
  const levels = Array.from(
    { length: 12 },
    (_, at) => `x${at}: &x${at} [${`*x${at - 1},`.repeat(at === 0 ? 0 : 9)}build]`,
  );
  return `${levels.join("\n")}\nservices: {app: {build: ., x: *x11}}\n`;
}

const PLACES: readonly Row[] = [
  {
    name: "a store in .devcontainer.secrets",
    tree: { Dockerfile: DOCKERFILE, ".dockerignore": ".git\n" },
    options: { options: { store: "workspace" } },
    found: { by: "Dockerfile", line: "**/.devcontainer.secrets" },
  },
  {
    name: "a store in .devcontainer.secrets that is excluded",
    tree: { Dockerfile: DOCKERFILE, ".dockerignore": "**/.devcontainer.secrets\n" },
    options: { options: { store: "workspace" } },
    found: null,
  },
  {
    name: "a store on a volume",
    tree: { Dockerfile: DOCKERFILE, ...UP },
    options: { volume: true },
    found: null,
  },
];

const ALL = { DEVCONTAINERS, COMPOSED, DOCKERFILES, IGNORED, MALFORMED, PLACES };

function prepare({ tree, options }: Row): TestMachine {
  const machine = new TestMachine({ repository: true, ...options });
  machine.add(below("work", tree));
  return machine;
}

function below(folder: string, tree: Tree): Tree {
  return Object.fromEntries(Object.entries(tree).map(([name, entry]) => [`${folder}/${name}`, entry]));
}

function only(findings: readonly Finding[]): Finding | undefined {
  const found = findings.filter(({ code }) => code === "STORE_IN_BUILD_CONTEXT");
  expect(found.length).toBeLessThan(2);
  return found[0];
}

/** What a person pastes: the last line only explains. */
function commandOf(found: Finding | undefined): string {
  return found === undefined ? "false" : ownHint(found);
}

describe.each(Object.entries(ALL))("%s", (_, rows) => {
  test.each(rows)("$name", async (row) => {
    const machine = prepare(row);
    const first = await machine.start();
    expect(first.report.outcome).toBe("persistent");
    const finding = only(first.report.findings);
    const { work } = machine;
    if (row.found === null) {
      expect(finding).toBeUndefined();
      return;
    }
    const { by, service, context, ignoreFile = ".dockerignore", line = GIT_LINE, more = 0 } = row.found;
    const named = service === undefined ? `${work}/${by}` : `${work}/${by} (service ${service})`;
    expect(finding?.severity).toBe("warning");
    expect(finding?.path).toBe(first.report.store?.root);
    expect(finding?.message).toContain(`${named} builds an image from ${context ?? work}, `);
    expect(finding?.message).toContain(`${work}/${ignoreFile} does not exclude it`);
    expect(finding?.message.match(/and so (does|do) (\d+) more/)?.[2] ?? "0").toBe(more.toString());
    expect(finding?.hint).toContain(line);

    // `status` says the very same, and the hint, pasted, is the end of it.
    expect(only((await machine.status()).report.findings)).toEqual(finding);
    execFileSync("sh", ["-ec", commandOf(finding)], { cwd: "/" });
    expect(machine.read(`work/${ignoreFile}`).split("\n")).toContain(line);
    expect(only((await machine.start()).report.findings)).toBeUndefined();
    expect(only((await machine.status()).report.findings)).toBeUndefined();
  });
});

test("a line that has no end is not grown together with the new one", async () => {
  const machine = prepare(ignoring("", "node_modules", BY_DOCKERFILE));
  const { report } = await machine.start();
  execFileSync("sh", ["-ec", commandOf(only(report.findings))]);
  expect(machine.read("work/.dockerignore")).toBe(`node_modules\n${GIT_LINE}\n`);
});

test("builds that read different ignore files are mended by one line to paste", async () => {
  const tree = { "compose.yaml": APP, "d/app.Dockerfile.dockerignore": "dist\n", Dockerfile: DOCKERFILE };
  const machine = prepare({ name: "", tree, found: null });
  const { report } = await machine.start();
  execFileSync("sh", ["-ec", commandOf(only(report.findings))]);
  expect(machine.read("work/.dockerignore")).toBe(`${GIT_LINE}\n`);
  expect(machine.read("work/d/app.Dockerfile.dockerignore")).toBe(`dist\n${GIT_LINE}\n`);
  expect(only((await machine.start()).report.findings)).toBeUndefined();
});

test("a store in a folder whose name is a pattern to Docker, and more than a word to the shell", async () => {
  const odd = "we'ird [1] $(x) *dir";
  const machine = new TestMachine({ tree: { [`work/${odd}`]: directory(), "work/Dockerfile": DOCKERFILE } });
  const { report } = await machine.start("--store", `${machine.work}/${odd}/login`);
  execFileSync("sh", ["-ec", commandOf(only(report.findings))]);
  expect(machine.read("work/.dockerignore")).toBe("we'ird \\[1\\] $(x) \\*dir/login\n");
  const again = await machine.start("--store", `${machine.work}/${odd}/login`);
  expect(again.report.store?.root).toBe(`${machine.work}/${odd}/login`);
  expect(only(again.report.findings)).toBeUndefined();
});

test.each(["#login", "!login"])("a store in %s, which at the start of a line is no name", async (name) => {
  const machine = new TestMachine({ tree: { "work/Dockerfile": DOCKERFILE } });
  const { report } = await machine.start("--store", `${machine.work}/${name}`);
  execFileSync("sh", ["-ec", commandOf(only(report.findings))]);
  expect(machine.read("work/.dockerignore")).toBe(`\\${name}\n`);
  const again = await machine.start("--store", `${machine.work}/${name}`);
  expect(only(again.report.findings)).toBeUndefined();
});

describe("a workspace folder within a larger repository", () => {
  function monorepo(tree: Tree): TestMachine {
    return new TestMachine({
      tree: { ...repository("work"), "work/app": directory(), ...below("work", tree) },
    });
  }

  test("is asked about its own builds and the repository's", async () => {
    const machine = monorepo({
      "app/.devcontainer/devcontainer.json": builds({ context: "../.." }),
      Dockerfile: DOCKERFILE,
    });
    const { out } = await machine.startWith("--workspace", `${machine.work}/app`, "--json");
    const finding = only((JSON.parse(out) as { findings: Finding[] }).findings);
    expect(finding?.message).toContain(
      `${machine.work}/app/.devcontainer/devcontainer.json builds an image from ${machine.work},`,
    );
    expect(finding?.message).toContain("1 more build");
    expect(commandOf(finding)).toBe(`printf '%s\\n' ${GIT_LINE} >> ${machine.work}/.dockerignore`);
    expect(only((await machine.status()).report.findings)).toEqual(finding);
  });

  test("does not hold the repository's store", async () => {
    const machine = monorepo({
      "app/.devcontainer/devcontainer.json": builds({ context: ".." }),
      "app/Dockerfile": DOCKERFILE,
    });
    const { out } = await machine.startWith("--workspace", `${machine.work}/app`, "--json");
    expect(JSON.parse(out)).toMatchObject({ store: { kind: "git" }, findings: [] });
  });
});

describe("a context above all that is mounted here", () => {
  const tree = { ".devcontainer/devcontainer.json": builds({ context: "../.." }) };

  test("is no answer while its .dockerignore cannot be seen", async () => {
    const machine = prepare({ name: "", tree, found: null });
    expect((await machine.start()).report.findings).toEqual([]);
  });

  test("is none for a store outside of the workspace, which the host has elsewhere", async () => {
    const machine = prepare({ name: "", tree, found: null });
    machine.add({ ".dockerignore": "node_modules\n", elsewhere: directory() });
    const { report } = await machine.start("--store", `${machine.root}/elsewhere/login`);
    expect(report.store?.root).toBe(`${machine.root}/elsewhere/login`);
    expect(only(report.findings)).toBeUndefined();
  });

  test("is judged by its .dockerignore where that can be seen", async () => {
    const machine = prepare({ name: "", tree, found: null });
    machine.add({ ".dockerignore": "node_modules\n" });
    const finding = only((await machine.start()).report.findings);
    expect(commandOf(finding)).toBe(`printf '%s\\n' work/${GIT_LINE} >> ${machine.root}/.dockerignore`);
  });
});

describe("the owner of the store's files", () => {
  const DEVELOPER = { uid: 1234, gid: 1234 };

  function machineOf(user: Owner, options: MachineOptions = {}): TestMachine {
    const machine = new TestMachine({ user, repository: true, ...options });
    machine.own("work", DEVELOPER);
    machine.own("work/.git", user.uid === 0 ? DEVELOPER : user);
    machine.add(below("work", UP));
    return machine;
  }

  test("is about to be root: an error before the client has written anything", async () => {
    const machine = machineOf(ROOT);
    const { report } = await machine.start();
    expect(machine.ownerOf("work/.git/claude-credentials")).toEqual(DEVELOPER);
    const finding = only(report.findings);
    expect(finding?.severity).toBe("error");
    expect(finding?.message).toMatch(
      /\.credentials\.json is uid 0's and the workspace uid 1234's, so the next build fails/,
    );
    expect(only((await machine.status()).report.findings)).toEqual(finding);
    expect((await machine.start("--strict")).code).toBe(1);
    expect(machine.exists("home/.cache/claude-credentials/stamp")).toBe(false);
  });

  test("is another than the workspace's: an error", async () => {
    const machine = machineOf(VSCODE);
    const finding = only((await machine.start()).report.findings);
    expect(finding?.severity).toBe("error");
    expect(finding?.message).toContain("is uid 1000's and the workspace uid 1234's");
  });

  test("is no error where the line is there", async () => {
    const machine = machineOf(ROOT);
    machine.add({ "work/.dockerignore": ".git\n" });
    expect((await machine.start()).report.findings).toEqual([]);
  });

  test("is the host's matter on a mount that makes it up, as long as nothing of another's is seen", async () => {
    const machine = machineOf(ROOT, { mounts: [["work", "fuse.grpcfuse"]] });
    expect(only((await machine.start()).report.findings)?.severity).toBe("warning");
  });

  test("is root's own where the workspace is too: a warning", async () => {
    const machine = new TestMachine({ user: ROOT, repository: true });
    machine.add(below("work", UP));
    expect(only((await machine.start()).report.findings)?.severity).toBe("warning");
  });
});

test("the warning leaves the fast path open, and a dry run gives it as well", async () => {
  const machine = prepare({ name: "", tree: UP, found: BY_UP });
  machine.add({ "home/.claude/.credentials.json": file(login("home")) });
  expect(only((await machine.start("--dry-run")).report.findings)?.severity).toBe("warning");
  expect(machine.exists("home/.cache/claude-credentials/stamp")).toBe(false);
  const { report, code } = await machine.start("--strict");
  expect(code).toBe(0);
  expect(report.findings).toHaveLength(1);
  expect(machine.exists("home/.cache/claude-credentials/stamp")).toBe(true);
});

test("looking changes nothing", async () => {
  const machine = prepare({ name: "", tree: { ...UP, "compose.yaml": APP }, found: null });
  await machine.start();
  const before = machine.snapshot("work");
  expect((await machine.status()).mutations).toEqual([]);
  await machine.start();
  expect(machine.snapshot("work")).toEqual(before);
});
