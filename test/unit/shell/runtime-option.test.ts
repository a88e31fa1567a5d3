import { describe, expect, it } from "vitest";
import { shells, type Shell } from "../../support/shell.ts";
import { serve } from "../../support/web-servers.ts";
import { architecture, BareImage, expectProvided, privateNode } from "./support/bare-image.ts";
import { dist, standIn } from "./support/dist.ts";
import { bundle, calls, launcher, placeNode } from "./support/product.ts";

const mirror = async (mood = "right"): Promise<string> =>
  `http://127.0.0.1:${await serve(dist(architecture))}/${mood}`;

const nothingSaid = { exitCode: 0, stdout: "", stderr: "", signal: undefined };

describe.each(shells())("the option runtime under $name", (shell: Shell) => {
  it.each([undefined, "auto", "nonsense"])(
    "at %s takes the image's Node.js, and fetches nothing",
    async (runtime) => {
      const image = new BareImage(shell);
      placeNode(image.sandbox, "/usr/bin/node");
      const env = runtime === undefined ? {} : { RUNTIME: runtime };
      expect(await image.install(await mirror("altered"), env)).toEqual(nothingSaid);
      expect(image.chosen()).toBe("/usr/bin/node");
      expect(image.left()).toEqual([]);
    },
  );

  it("at auto provides one where the image's is too old", async () => {
    const image = new BareImage(shell);
    placeNode(image.sandbox, "/usr/bin/node", "v18.18.2");
    expectProvided(image, await image.install(await mirror(), { RUNTIME: "auto" }));
  });

  it("at system never fetches one", async () => {
    const image = new BareImage(shell);
    const { exitCode, stderr } = await image.install(await mirror(), { RUNTIME: "system" });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: expect.stringMatching(
        /RUNTIME_MISSING: no Node.js [^\n]+ was found \([^)]+\)\n {2}add "ghcr/,
      ) as string,
    });
    expect(image.left()).toEqual([]);
    expect(image.chosen()).toBe("");
  });

  it("at download provides one beside the image's", async () => {
    const image = new BareImage(shell);
    placeNode(image.sandbox, "/usr/bin/node", "v99.0.0");
    expectProvided(image, await image.install(await mirror(), { RUNTIME: "download" }));
  });

  it("at download makes do with the image's where none can be had, and says so", async () => {
    const image = new BareImage(shell);
    placeNode(image.sandbox, "/usr/bin/node");
    const { exitCode, stderr } = await image.install(await mirror("missing"), { RUNTIME: "download" });
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(
      /^[^\n]+ not every source provided Node.js: http:[^\n]+\n {2}the build goes on with \/usr\/bin\/node\n$/,
    );
    expect(calls(image.sandbox)).toEqual([["/usr/bin/node", bundle, "install"]]);
  });

  it("at none uses none at all, neither at build nor later, and says what needs one", async () => {
    const image = new BareImage(shell);
    placeNode(image.sandbox, "/usr/bin/node");
    image.sandbox.file(privateNode, standIn, 0o755);
    expect(await image.install(await mirror(), { RUNTIME: "none" })).toEqual(nothingSaid);
    expect(image.chosen()).toBe("none");
    const status = await image.sandbox.run([launcher, "status"]);
    expect(status).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(
        /RUNTIME_MISSING: [^\n]+ option runtime [^\n]+\n {2}set the Feature's option runtime to "auto"/,
      ) as string,
    });
    expect(await image.sandbox.run([launcher, "notice"])).toEqual(nothingSaid);
    expect(calls(image.sandbox)).toEqual([]);
  });
});
