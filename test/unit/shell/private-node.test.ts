import { describe, expect, it } from "vitest";
import { requireProgram, shells, type Shell } from "../../support/shell.ts";
import { deadPort, serve } from "../../support/web-servers.ts";
import { architecture, BareImage, dash, expectNone, expectProvided } from "./support/bare-image.ts";
import { dist } from "./support/dist.ts";

const mirror = async (mood: string): Promise<string> =>
  `http://127.0.0.1:${await serve(dist(architecture))}/${mood}`;

describe.each(shells())("install.sh under $name", (shell: Shell) => {
  it.each(["curl", "wget"])("fetches a Node.js from a mirror with %s alone", async (fetcher) => {
    const image = new BareImage(shell, [fetcher]);
    expectProvided(image, await image.install(await mirror("right")));
  });

  it("takes a mirror's address with a slash behind it, and one from the environment", async () => {
    const image = new BareImage(shell);
    expectProvided(
      image,
      await image.install("", { CLAUDE_CREDENTIALS_NODE_MIRROR: `${await mirror("right")}/` }),
    );
  });

  it("fetches nothing the second time", async () => {
    const image = new BareImage(shell);
    await image.install(await mirror("right"));
    image.sandbox.remove("/usr/bin/curl");
    image.sandbox.remove("/tmp/calls");
    expectProvided(image, await image.install("http://127.0.0.1:1"));
  });

  it.each([
    ["truncated", /curl: \(18\)/],
    ["cut-off", "cut off, or not the program that is pinned"],
    ["altered", "cut off, or not the program that is pinned"],
    ["page", /curl: \(23\)|cut off, or not the program that is pinned/],
    ["missing", /curl: \(22\) [^\n]*404/],
  ])("takes nothing from a mirror where the archive is %s, and tries nodejs.org", async (mood, why) => {
    const image = new BareImage(shell);
    const result = await image.install(await mirror(mood));
    expectNone(image, result, why);
    expect(result.stderr).toMatch(/127\.0\.0\.1:\d+\/[\w-]+: .*; https:\/\/nodejs\.org\/dist: curl: \(7\)/);
    expect(image.sandbox.exists("/tmp/ALTERED")).toBe(false);
  });

  it.each(["truncated", "cut-off", "altered", "page", "missing"])(
    "nor does wget where it is %s",
    async (mood) => {
      const image = new BareImage(shell, ["wget"]);
      expectNone(image, await image.install(await mirror(mood)), /127\.0\.0\.1:\d+\/[\w-]+: ./);
    },
  );
});

describe("install.sh gives up a server that stops answering", () => {
  // Nobody waits for minutes here: the same programs, with a second in the place of each limit.
  const hurried = `#!/bin/sh
for word; do
  shift
  case $word in 20 | 300) word=1 ;; --timeout=20) word=--timeout=1 ;; esac
  set -- "$@" "$word"
done
exec "/opt/\${0##*/}" "$@"
`;

  it.each([
    ["curl", "curl", "curl", /curl: \(28\)/],
    ["GNU wget", "wget", "wget", /\/slow: ./],
    ["busybox's wget", "wget", "busybox", /\/slow: ./],
  ])("with %s", async (_, name, program, why) => {
    const image = new BareImage(dash, []);
    image.sandbox.remove("/usr/bin/timeout");
    for (const [inside, lent] of [
      [name, program],
      ["timeout", "timeout"],
    ] as const) {
      image.sandbox.lend(requireProgram(lent), `/opt/${inside}`);
      image.sandbox.file(`/usr/bin/${inside}`, hurried, 0o755);
    }
    expectNone(image, await image.install(await mirror("slow")), why);
  });
});

describe("install.sh", () => {
  const image = (fetchers?: readonly string[]): BareImage => new BareImage(dash, fetchers);

  it("says so where no server answers", async () => {
    const bare = image();
    expectNone(bare, await bare.install(`http://127.0.0.1:${await deadPort()}`), /curl: \(7\)/);
  });

  it("never shows a password that is in the mirror's address", async () => {
    const bare = image();
    const address = `http://somebody:hunter2@127.0.0.1:${await deadPort()}/dist`;
    const result = await bare.install(address);
    expectNone(bare, result, /http:\/\/127\.0\.0\.1/);
    expect(result.stderr).not.toContain("hunter2");
  });

  it.each(["ftp://127.0.0.1/dist", "file:///tmp", "--output", "/srv/node"])(
    "takes %s for no mirror",
    async (address) => {
      const bare = image();
      expectNone(bare, await bare.install(address), "is no http or https address");
    },
  );
});
