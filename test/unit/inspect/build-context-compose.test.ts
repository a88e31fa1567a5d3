import { describe, expect, test } from "vitest";
import { parseCompose } from "../../../src/inspect/build-context-compose.ts";

const APP = "services:\n  app:\n";

/** The service `app` is built from the file's own folder in each of these. */
const ACCEPTED: readonly (readonly [string, string])[] = [
  ["block style", `${APP}    build: .\n`],
  ["flow style", "services: {app: {build: .}}\n"],
  ["JSON", '{"services":{"app":{"build":{"context":"."}}}}'],
  ["JSON indented by tabs", '{\n\t"services": {\n\t\t"app": {"build": "."}\n\t}\n}\n'],
  ["brackets closed in their key's own column", `${APP}    build: {\n      context: .\n    }\n`],
  ["a list closed in its key's own column", `${APP}    command: [\n      a\n    ]\n    build: .\n`],
  ["all in braces, closed in the first column", "services: {\n  app: {build: .}\n}\n"],
  ["lists that are not indented", `${APP}    ports:\n    - 80:80\n    build: .\n`],
  ["a byte order mark and Windows' line ends", `\uFEFF${APP}    build: .\n`.replaceAll("\n", "\r\n")],
  ["tabs within a line", `${APP}    build:\t.\t\n`],
  ["comments and a folded scalar", `# build\n${APP}    build: >- # here\n      .\n`],
  ["a key with a question mark", "services:\n  ? app\n  : build: .\n"],

  ["an anchor", "x-here: &here .\nservices: {app: {build: *here}}\n"],
  ["an anchor that is given twice", "x-a: &here a\nx-b: &here .\nservices: {app: {build: *here}}\n"],
  ["an anchor that holds itself", "services: &all\n  app: {build: ., x-all: *all}\n"],
  ["a merge key", "x-base: &base {build: .}\nservices: {app: {<<: *base}}\n"],
  ["a merge key's value that is overridden", "x-b: &b {build: a}\nservices: {app: {build: ., <<: *b}}\n"],
  ["a merge key of a merge key", "x-a: &a {build: .}\nx-b: &b {<<: *a}\nservices: {app: {<<: *b}}\n"],
  ["a merge key with a list", "x-a: &a {image: a}\nx-b: &b {build: .}\nservices: {app: {<<: [*a, *b]}}\n"],
  ["two merge keys", `x-a: &a {image: a}\nx-b: &b {build: .}\n${APP}    <<: *a\n    <<: *b\n`],
  ["a merge key within the build", "x-b: &b {context: .}\nservices: {app: {build: {<<: *b}}}\n"],

  ["!reset of something else", `${APP}    ports: !reset []\n    image: !reset null\n    build: .\n`],
  ["!override of a build", `${APP}    build: !override\n      context: .\n`],
  ["!override of a short build", `${APP}    build: !override .\n`],
  ["!override of a list", `${APP}    ports: !override ["80:80"]\n    build: .\n`],
  ["a tag and an anchor", "services:\n  app: !override &app\n    build: .\n"],
  ["tags of YAML's own", `${APP}    x-set: !!set {a, b}\n    x-bytes: !!binary aGk=\n    build: !!str .\n`],
  ["a tag with a handle of its own", `%TAG !e! tag:e.com,2000:\n---\n${APP}    build: !e!path .\n`],

  ["a key that is there twice", `${APP}    build: a\n    build: .\n`],
  ["a service that is there twice", "services:\n  app: {build: a}\n  app: {build: .}\n"],
  ["a second document", `---\n${APP}    build: .\n---\nservices: {b: {build: b}}\n`],
  ["an end of the document", `${APP}    build: .\n...\n`],
];

const IN_WORK = { service: "app", context: "/work", dockerfile: "/work/Dockerfile" };

test.each(ACCEPTED)("%s is read", async (_, text) => {
  expect(await parseCompose(text, "/work")).toEqual([IN_WORK]);
});

test.each([
  ["nothing", ""],
  ["a comment", "# build\n"],
  ["no YAML", "services:\n\tbuild: [\n"],
  ["an alias without an anchor", `${APP}    build: .\n    x: *nowhere\n`],
  ["a merge key with a number", `${APP}    <<: 3\n    build: .\n`],
  ["a list", "- build\n"],
  ["services in a list", "services: [{build: .}]\n"],
  ["!reset of the build", `${APP}    build: !reset null\n`],
  ["a build that is a number or nothing", "services: {a: {build: 1.0}, b: {build: ~}, c: {build: }}\n"],
  ["an empty document first", `---\n---\n${APP}    build: .\n`],
])("%s builds nothing", async (_, text) => {
  expect(await parseCompose(text, "/work")).toEqual([]);
});

describe("words that other versions of YAML take for more", () => {
  test.each(["yes", "off", "y"])("%s is a folder", async (word) => {
    const [build] = await parseCompose(`${APP}    build: ${word}\n`, "/work");
    expect(build?.context).toBe(`/work/${word}`);
  });

  test("a day is a folder", async () => {
    expect((await parseCompose(`${APP}    build: 2001-01-01\n`, "/work"))[0]?.context).toBe(
      "/work/2001-01-01",
    );
  });

  test("a number is a service", async () => {
    expect((await parseCompose("services: {1: {build: .}}\n", "/work"))[0]?.service).toBe("1");
  });

  test("the name of every object's prototype is a service", async () => {
    const found = await parseCompose("services:\n  __proto__: {build: a}\n  b: {build: b}\n", "/work");
    expect(found.map(({ context }) => context)).toEqual(["/work/a", "/work/b"]);
  });
});

test("a Dockerfile within the compose file is told from one beside it", async () => {
  const text = `${APP}    build:\n      context: d\n      dockerfile_inline: |\n        FROM debian\n`;
  expect(await parseCompose(text, "/work")).toEqual([
    { service: "app", context: "/work/d", dockerfile: null },
  ]);
});

/** 256 kB at most are read of a file; each of these stays below. */
const HOSTILE: readonly (readonly [string, string])[] = [
  ["aliases that explode", bomb((before) => `[${`${before},`.repeat(9)}build]`)],
  ["merge keys that explode", bomb((before) => `{<<: [${`${before},`.repeat(9)}], a: 1}`)],
  [
    "a long string for a key, ten thousand times",
    `x: &x ${"a".repeat(100_000)}\n${"? *x\n:\n".repeat(10_000)}`,
  ],
  ["lists in lists", `x: ${"[".repeat(60_000)}${"]".repeat(60_000)}`],
  ["maps in maps", `x: ${"{a: ".repeat(40_000)}`],
  ["a bracket that never closes", `x: [${"a, ".repeat(60_000)}`],
  ["a quote that never closes", `x: "${"a\n ".repeat(60_000)}`],
];

function bomb(level: (before: string) => string): string {
  const levels = Array.from({ length: 12 }, (_, at) => {
    const text = level(`*x${(at - 1).toString()}`);
    return `x${at.toString()}: &x${at.toString()} ${at === 0 ? "{a: 1}" : text}\n`;
  });
  return `${levels.join("")}services: {app: {build: ., x-all: *x11}}\n`;
}

test.each(HOSTILE)("%s: a second is enough to know what is built, if anything", async (_, text) => {
  const begun = performance.now();
  expect([[], [IN_WORK]]).toContainEqual(await parseCompose(text, "/work"));
  expect(performance.now() - begun).toBeLessThan(1000);
});
