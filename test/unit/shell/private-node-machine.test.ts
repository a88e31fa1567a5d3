import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { wrapNode } from "../../support/node-archive.ts";
import { serve } from "../../support/web-servers.ts";
import {
  architecture,
  BareImage,
  dash,
  expectNone,
  expectProvided,
  privateNode,
} from "./support/bare-image.ts";
import { archiveName, dist, pinLine, standIn } from "./support/dist.ts";
import { placeNode, sources } from "./support/product.ts";

const mirror = async (of: string = architecture): Promise<string> =>
  `http://127.0.0.1:${await serve(dist(of))}/right`;

/** An image on another kind of machine. */
function machine(name: string): BareImage {
  const image = new BareImage(dash);
  image.sandbox.remove("/usr/bin/uname");
  image.sandbox.file("/usr/bin/uname", `#!/bin/sh\necho ${name}\n`, 0o755);
  return image;
}

describe("install.sh", () => {
  it.each([
    ["x86_64", "x64", "/lib64/ld-linux-x86-64.so.2"],
    ["aarch64", "arm64", "/lib/ld-linux-aarch64.so.1"],
  ])("takes the program of an %s from the archive for %s", async (name, of, loader) => {
    const image = machine(name);
    image.pin(
      ["x64", "arm64", "riscv64"].map((each) => pinLine(each === of ? standIn : "other", each)).join(""),
    );
    image.addLibrary(loader);
    expectProvided(image, await image.install(await mirror(of)));
  });

  it.each(["armv7l", "i686", "s390x"])(
    "says that there is none for %s, and asks nobody for it",
    async (name) => {
      const image = machine(name);
      expectNone(image, await image.install(await mirror()), `names none for this machine (${name})`);
    },
  );

  const musl = "/lib/ld-musl-x86_64.so.1";

  it("takes the distribution's own where musl is the C library", async () => {
    const image = new BareImage(dash);
    image.addLibrary(musl);
    const node = placeNode(image.sandbox, "/opt/node", "v22.1.0");
    image.sandbox.file(
      "/usr/bin/apk",
      `#!/bin/sh\necho "apk $*" >>/tmp/apk\n[ $1 != add ] || cp ${node} /usr/bin/node\n`,
      0o755,
    );
    expect((await image.install(await mirror())).stderr).toBe("");
    expect(image.chosen()).toBe("/usr/bin/node");
    expect(image.left()).toEqual([]);
    expect(image.sandbox.read("/tmp/apk")).toContain("apk add -q --no-cache nodejs\n");
  });

  it("removes the distribution's own again where that is too old", async () => {
    const image = new BareImage(dash);
    image.addLibrary(musl);
    const node = placeNode(image.sandbox, "/opt/node", "v16.1.0");
    const does = `case $1 in add) cp ${node} /usr/bin/node ;; del) rm /usr/bin/node ;; esac`;
    image.sandbox.file("/usr/bin/apk", `#!/bin/sh\n${does}\n`, 0o755);
    expectNone(image, await image.install(await mirror()), "the nodejs of apk is not to be had, or older");
    expect(image.sandbox.exists("/usr/bin/node")).toBe(false);
  });

  it("takes a Debian that has musl beside glibc for a Debian", async () => {
    const image = new BareImage(dash);
    image.addLibrary(musl);
    expectProvided(image, await image.install(await mirror()));
  });

  it("removes a private one that does not run, and says why", async () => {
    const image = new BareImage(dash);
    const broken = "#!/bin/sh\necho 'node: libstdc++.so.6: cannot open shared object file' >&2\nexit 127\n";
    image.pin(pinLine(broken, architecture));
    const archive = wrapNode(broken, archiveName(architecture));
    const port = await serve((_request, response) => response.end(archive));
    expectNone(
      image,
      await image.install(`http://127.0.0.1:${port}`),
      "does not run here: node: libstdc++.so.6",
    );
  });

  it.each(["/usr/local/lib/claude-credentials", privateNode])(
    "puts nothing where %s is in the way",
    async (path) => {
      const image = new BareImage(dash);
      if (path === privateNode) image.sandbox.directory(path);
      else image.sandbox.file(path, "");
      const { exitCode, stderr } = await image.install(await mirror());
      expect({ exitCode, stderr }).toEqual({
        exitCode: 0,
        stderr: expect.stringContaining(`${privateNode} cannot be written`) as string,
      });
    },
  );

  it("replaces a file that has the private one's name and is another, and does not run it", async () => {
    const image = new BareImage(dash);
    image.sandbox.file(privateNode, "#!/bin/sh\ntouch /tmp/ALTERED\n", 0o755);
    expectProvided(image, await image.install(await mirror()));
    expect(image.sandbox.exists("/tmp/ALTERED")).toBe(false);
  });

  it("says that there is none where glibc is missing", async () => {
    const image = machine(architecture === "x64" ? "aarch64" : "x86_64");
    image.pin(["x64", "arm64"].map((each) => pinLine(standIn, each)).join(""));
    expectNone(image, await image.install(await mirror()), "needs glibc");
  });
});

it("node.sha256 pins one version of an even number, for both architectures", () => {
  const lines = readFileSync(join(sources, "node.sha256"), "utf8").trimEnd().split("\n");
  const version = /node-(v\d+\.\d+\.\d+)-linux/.exec(lines[0] ?? "")?.[1] ?? "";
  expect(Number(/\d+/.exec(version)?.[0]) % 2).toBe(0);
  expect(lines.map((line) => line.replace(/^[0-9a-f]{64} {2}/, ""))).toEqual(
    ["x64", "arm64"].map((each) => `node-${version}-linux-${each}/bin/node`),
  );
});
