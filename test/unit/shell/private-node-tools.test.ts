import { describe, expect, it } from "vitest";
import { requireProgram } from "../../support/shell.ts";
import { serve } from "../../support/web-servers.ts";
import { architecture, BareImage, dash, expectNone, expectProvided } from "./support/bare-image.ts";
import { dist } from "./support/dist.ts";

const mirror = async (mood: string): Promise<string> =>
  `http://127.0.0.1:${await serve(dist(architecture))}/${mood}`;

const log = "/var/log/manager";

/** An image that fetches with what a package manager adds; `scripts` are its programs. */
function managed(scripts: Readonly<Record<string, string>>): BareImage {
  const image = new BareImage(dash, []);
  image.sandbox.lend(requireProgram("curl"), "/opt/curl");
  image.sandbox.directory("/var/log", 0o777);
  image.sandbox.file("/var/packages", "base-files\n");
  for (const [name, script] of Object.entries(scripts))
    image.sandbox.file(
      `/usr/bin/${name}`,
      `#!/bin/sh\necho "\${0##*/} $*" >>${log}\nadd() { cp -P /opt/curl /usr/bin/curl; }\n${script}\n`,
      0o755,
    );
  return image;
}

const lists = "printf 'base-files\\n'; [ ! -e /usr/bin/curl ] || printf 'curl\\nlibcurl4:amd64\\n'";
const removes = "rm -f /usr/bin/curl";

const managers: Readonly<Record<string, { scripts: Record<string, string>; removed: string }>> = {
  "apt-get": {
    scripts: {
      "apt-get": 'cp "$APT_CONFIG" /var/log/apt.conf; case " $* " in *" install "*) add ;; esac',
      "dpkg-query": lists,
      dpkg: removes,
    },
    removed: "dpkg --purge curl libcurl4:amd64",
  },
  apk: {
    scripts: { apk: `case $1 in add) add ;; del) ${removes} ;; esac` },
    removed: "apk del -q .claude-credentials-fetch",
  },
  dnf: {
    scripts: { dnf: "add", rpm: `case $1 in -qa) ${lists} ;; *) ${removes} ;; esac` },
    removed: "rpm -e curl libcurl4:amd64",
  },
  microdnf: {
    scripts: { microdnf: "add", rpm: `case $1 in -qa) ${lists} ;; *) ${removes} ;; esac` },
    removed: "rpm -e curl libcurl4:amd64",
  },
  yum: {
    scripts: { yum: "add", rpm: `case $1 in -qa) ${lists} ;; *) ${removes} ;; esac` },
    removed: "rpm -e curl libcurl4:amd64",
  },
  zypper: {
    scripts: { zypper: "add", rpm: `case $1 in -qa) ${lists} ;; *) ${removes} ;; esac` },
    removed: "rpm -e curl libcurl4:amd64",
  },
};

describe("where nothing fetches, install.sh has curl added by", () => {
  it.each(Object.entries(managers))("%s, and removed again", async (name, { scripts, removed }) => {
    const image = managed(scripts);
    expectProvided(image, await image.install(await mirror("right")));
    const said = image.sandbox.read(log).trimEnd().split("\n");
    expect(said.find((line) => / (?:install|add) /.test(line))).toMatch(new RegExp(`^${name} .*\\bcurl\\b`));
    expect(said).toContain(removed);
    expect(image.sandbox.exists("/usr/bin/curl")).toBe(false);
    expect(image.sandbox.list("/tmp")).toEqual(["calls", "dev-container-features"]);
  });

  it("apt-get, with lists and archives of its own", async () => {
    const image = managed(managers["apt-get"]?.scripts ?? {});
    expectProvided(image, await image.install(await mirror("right")));
    const [, lists = "", cache = ""] =
      /^Dir::State::Lists "(.+)\/lists";\nDir::Cache "(.+)";$/m.exec(
        image.sandbox.read("/var/log/apt.conf"),
      ) ?? [];
    expect(lists).toMatch(/^\/tmp\/./);
    expect(cache).toBe(lists);
  });

  it("apt-get, removed also where the download fails", async () => {
    const image = managed(managers["apt-get"]?.scripts ?? {});
    expectNone(image, await image.install(await mirror("altered")), "cut off, or not the program");
    expect(image.sandbox.exists("/usr/bin/curl")).toBe(false);
    const asked = image.sandbox.read(log).match(/^apt-get .* install /gm);
    expect(asked).toHaveLength(1);
  });

  it("nobody, where a package manager cannot, and says so", async () => {
    const image = managed({ "apt-get": "exit 100", "dpkg-query": "echo base-files", dpkg: "exit 1" });
    expectNone(image, await image.install(await mirror("right")), "no package manager added it");
    expect(image.sandbox.read(log)).not.toContain("dpkg --purge");
  });
});

describe("the SHA-256 is taken by", () => {
  it.each([
    ["openssl", "openssl"],
    ["shasum", "shasum"],
  ])("%s where there is no sha256sum", async (_, program) => {
    const image = new BareImage(dash, ["curl", program]);
    image.sandbox.remove("/usr/bin/sha256sum");
    // shasum is a script of perl's.
    if (program === "shasum") image.sandbox.lend(requireProgram("perl"), "/usr/bin/perl");
    expectProvided(image, await image.install(await mirror("right")));
  });

  it.each([
    ["nothing is there for it", undefined],
    ["the program for it fails", "exit 1"],
    ["the program for it says nothing", ":"],
  ])("nobody where %s, and then nothing is taken", async (_, script) => {
    const image = new BareImage(dash, ["curl"]);
    image.sandbox.remove("/usr/bin/sha256sum");
    if (script !== undefined) image.sandbox.file("/usr/bin/sha256sum", `#!/bin/sh\n${script}\n`, 0o755);
    expectNone(image, await image.install(await mirror("right")), "not the program that is pinned");
  });

  it("nobody where node.sha256 has no sum, whatever comes", async () => {
    const image = new BareImage(dash, ["curl"]);
    image.sandbox.remove("/usr/bin/sha256sum");
    image.sandbox.file("/usr/bin/sha256sum", "#!/bin/sh\necho ' -'\n", 0o755);
    image.pin(`  node-v24.99.1-linux-${architecture}/bin/node\n`);
    expectNone(image, await image.install(await mirror("right")), "none was provided");
  });
});
