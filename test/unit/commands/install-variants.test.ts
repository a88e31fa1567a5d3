import { describe, expect, test } from "vitest";
import type { Variant } from "../../../src/options.ts";
import { login, state } from "../../support/login.ts";
import { ROOT, TestMachine, VOLUME, VSCODE, type MachineOptions } from "../../support/machine.ts";
import { file } from "../../support/tree.ts";

const IN_HOME = "home/.local/share/claude-credentials";
const IMAGE_HOME = {
  "home/.claude/.credentials.json": file(login("image")),
  "home/.claude/CLAUDE.md": file("read me"),
  "home/.claude.json": file(state("a@b")),
};

/** An image that is being built, by root, for the user vscode; `variant` is the Feature's. */
function image(variant: Variant, options: MachineOptions = {}): TestMachine {
  const machine = new TestMachine({
    guarded: false,
    user: ROOT,
    mounts: [["/", "overlay"]],
    ...options,
    options: { variant, perContainer: variant === "shared" },
  });
  for (const path of Object.keys(machine.snapshot("home"))) machine.own(`home/${path}`, VSCODE);
  machine.own("home", VSCODE);
  return machine;
}

/** The next Feature in the same image. */
function becomes(machine: TestMachine, variant: Variant): void {
  machine.forget("share/options.env");
  const id = variant === "plain" ? "claude-credentials" : `claude-credentials-${variant}`;
  machine.add({ "share/options.env": file(`CLAUDE_CREDENTIALS_FEATURE='${id}'\n`) });
}

describe("the image of a variant with a volume", () => {
  test.each(["volume", "shared"] as const)(
    "links to a private directory of the user's where the volume will be: %s",
    async (variant) => {
      const machine = image(variant);
      const { report } = await machine.install();
      expect(report).toMatchObject({ outcome: "installed", findings: [] });
      expect(machine.linkText("home/.claude")).toBe(`${VOLUME}/.claude-credentials`);
      for (const path of ["volume", "volume/.claude-credentials"]) {
        expect(machine.mode(path)).toBe("0700");
        expect(machine.ownerOf(path)).toEqual(VSCODE);
      }
      expect(machine.exists(IN_HOME)).toBe(false);
      expect(machine.exists("home/.claude.json")).toBe(variant === "volume");
      expect((await machine.install()).report.outcome).toBe("unchanged");
    },
  );

  test("has what lay in ~/.claude there, so that a new volume has it too, and a copy without secrets", async () => {
    const machine = image("volume", { tree: IMAGE_HOME });
    const { report } = await machine.install();
    expect(report.findings.map(({ code }) => code)).toEqual(["IMAGE_HOLDS_CREDENTIAL"]);
    expect(machine.read("volume/.claude-credentials/.credentials.json")).toBe(login("image"));
    expect(machine.read("volume/.claude-credentials/.claude.json")).toBe(state("a@b"));
    expect(Object.keys(machine.snapshot("share/home"))).toEqual(["CLAUDE.md"]);
    const made = Object.keys(machine.snapshot("volume")).map((path) => `volume/${path}`);
    expect(made.filter((path) => machine.ownerOf(path).uid !== VSCODE.uid)).toEqual([]);
  });
});

describe("two variants in one image: the last one counts", () => {
  // The other way about, and a start without the volume: test/e2e/volume-variant.test.ts, where the links really lead there.
  test("what the plain one had moves to where the volume will be", async () => {
    const machine = image("plain", { tree: IMAGE_HOME });
    await machine.install();
    becomes(machine, "volume");
    await machine.install();
    expect(machine.linkText("home/.claude")).toBe(`${VOLUME}/.claude-credentials`);
    expect(machine.linkText("home/.claude.json")).toBe(`${VOLUME}/.claude-credentials/.claude.json`);
    expect(machine.read("volume/.claude-credentials/.credentials.json")).toBe(login("image"));
    expect(machine.read("volume/.claude-credentials/.claude.json")).toBe(state("a@b"));
    expect(machine.exists(`${IN_HOME}/.claude-credentials/.credentials.json`)).toBe(false);
    expect((await machine.install()).report.outcome).toBe("unchanged");
  });

  test("but a volume that is mounted keeps what it holds", async () => {
    const machine = image("volume", { volume: true, tree: IMAGE_HOME });
    await machine.install();
    const before = machine.snapshot("volume");
    becomes(machine, "plain");
    const { report } = await machine.install();
    expect(machine.snapshot("volume")).toEqual(before);
    expect(report.findings.map(({ code }) => code)).toContain("LINK_FOREIGN");
  });
});
