import { describe, expect, test } from "vitest";
import type { Shell } from "../../../src/inspect/rc-files.ts";
import { NOTICE_PLACES, NOTICE_SECTIONS } from "../../../src/notice/notice-sections.ts";
import { ROOT, TestMachine, VSCODE, type MachineOptions } from "../../support/machine.ts";
import { directory, file, symlink, type Tree } from "../../support/tree.ts";

const SHELLS: readonly Shell[] = ["bash", "zsh", "fish"];
const section = (kind: keyof typeof NOTICE_SECTIONS): string => NOTICE_SECTIONS[kind].texts[0];

/** What distributions bring in /etc. */
const DEBIAN: Tree = {
  "machine/etc/bash.bashrc": file("# Debian's\n", 0o644),
  "machine/etc/profile.d": directory(),
  "machine/etc/zsh/zshrc": file("# zsh's, no line end", 0o644),
  "machine/etc/fish/conf.d": directory(),
};
const FEDORA: Tree = {
  "machine/etc/bashrc": file("# Fedora's\n", 0o644),
  "machine/etc/zshrc": file("# zsh's\n", 0o644),
  "machine/etc/profile.d": directory(),
};
const ALPINE: Tree = {
  "machine/etc/bash/bashrc": file("# Alpine's\n", 0o644),
  "machine/etc/profile.d": directory(),
};

function image(tree: Tree, options: MachineOptions = {}): TestMachine {
  const machine = new TestMachine({
    user: ROOT,
    options: { notice: true },
    shells: SHELLS,
    ...options,
    tree,
  });
  machine.own("home", VSCODE);
  return machine;
}

function rewrite(machine: TestMachine, path: string, change: (text: string) => string): void {
  const text = change(machine.read(path));
  machine.forget(path);
  machine.add({ [path]: file(text, 0o644) });
}

/** The same image, built on with another choice. */
function choose(machine: TestMachine, notice: boolean): void {
  rewrite(machine, "share/options.env", (text) =>
    text.replace(/(OPTION_NOTICE=)'\w+'/, `$1'${String(notice)}'`),
  );
}

describe("install writes the section", () => {
  test.each<[string, Tree, Readonly<Record<string, string>>]>([
    [
      "on Debian",
      DEBIAN,
      {
        "bash.bashrc": `# Debian's\n\n${section("bash")}`,
        fish: "directory",
        "fish/conf.d": "directory",
        "fish/conf.d/claude-credentials.fish": section("fish"),
        "profile.d": "directory",
        "profile.d/claude-credentials.sh": section("profile"),
        zsh: "directory",
        "zsh/zshrc": `# zsh's, no line end\n${section("zsh")}`,
      },
    ],
    [
      "on Fedora, where fish has no folder yet",
      FEDORA,
      {
        bashrc: `# Fedora's\n\n${section("bash")}`,
        fish: "directory",
        "fish/conf.d": "directory",
        "fish/conf.d/claude-credentials.fish": section("fish"),
        "profile.d": "directory",
        "profile.d/claude-credentials.sh": section("profile"),
        zshrc: `# zsh's\n\n${section("zsh")}`,
      },
    ],
    [
      "on Arch, whose zsh has a folder and no zshrc in it",
      { "machine/etc/bash.bashrc": "", "machine/etc/zsh/zprofile": "# theirs" },
      {
        "bash.bashrc": `\n${section("bash")}`,
        fish: "directory",
        "fish/conf.d": "directory",
        "fish/conf.d/claude-credentials.fish": section("fish"),
        zsh: "directory",
        "zsh/zprofile": "# theirs",
        "zsh/zshrc": section("zsh"),
      },
    ],
    [
      "once, where one file has two names",
      { "machine/etc/bashrc": file("# one\n"), "machine/etc/bash.bashrc": symlink("bashrc") },
      {
        "bash.bashrc": "bashrc",
        bashrc: `# one\n\n${section("bash")}`,
        fish: "directory",
        "fish/conf.d": "directory",
        "fish/conf.d/claude-credentials.fish": section("fish"),
      },
    ],
  ])("%s", async (_, tree, expected) => {
    const machine = image(tree);
    const before = machine.snapshot("machine/etc");
    const { report, code } = await machine.install();
    expect(code).toBe(0);
    expect(report).toMatchObject({ outcome: "installed", findings: [] });
    const after = Object.entries(machine.snapshot("machine/etc")).map(([path, text]) => [
      path,
      text.replace(/^(?:file 0\d+ |symlink |(directory) 0755$)/, "$1"),
    ]);
    expect(Object.fromEntries(after)).toEqual(expected);
    expect((await machine.install()).report.outcome).toBe("unchanged");
    choose(machine, false);
    await machine.install();
    const left = machine.snapshot("machine/etc");
    if (before["fish"] === undefined)
      for (const path of ["fish", "fish/conf.d"]) Reflect.deleteProperty(left, path);
    expect(left).toEqual(before);
  });

  test("for the shells alone that are there", async () => {
    const machine = image(ALPINE, { shells: [] });
    await machine.install();
    expect(machine.read("machine/etc/bash/bashrc")).toBe("# Alpine's\n");
    expect(machine.read("machine/etc/profile.d/claude-credentials.sh")).toBe(section("profile"));
    expect(machine.exists("machine/etc/fish")).toBe(false);
  });

  test("readable by all, owner and mode of what was there being kept", async () => {
    const machine = image({ ...ALPINE, "machine/etc/bash/bashrc": file("# theirs\n", 0o600) });
    machine.own("machine/etc/bash/bashrc", VSCODE);
    await machine.install();
    expect(machine.mode("machine/etc/bash/bashrc")).toBe("0600");
    expect(machine.ownerOf("machine/etc/bash/bashrc")).toEqual(VSCODE);
    for (const path of ["profile.d/claude-credentials.sh", "fish/conf.d/claude-credentials.fish"]) {
      expect(machine.mode(`machine/etc/${path}`)).toBe("0644");
      expect(machine.ownerOf(`machine/etc/${path}`)).toEqual(ROOT);
    }
    expect(machine.mode("machine/etc/fish/conf.d")).toBe("0755");
  });

  test("nowhere where the option says so", async () => {
    const machine = image(DEBIAN, { options: { notice: false } });
    const before = machine.snapshot("machine/etc");
    await machine.install();
    expect(machine.snapshot("machine/etc")).toEqual(before);
  });

  test("and takes out what an earlier layer wrote, whatever was written behind it", async () => {
    const machine = image(DEBIAN);
    await machine.install();
    rewrite(machine, "machine/etc/bash.bashrc", (text) => `${text}alias ll='ls -l'\n`);
    choose(machine, false);
    expect((await machine.install()).report.outcome).toBe("installed");
    expect(machine.read("machine/etc/bash.bashrc")).toBe("# Debian's\nalias ll='ls -l'\n");
    expect(machine.exists("machine/etc/profile.d/claude-credentials.sh")).toBe(false);
  });

  test.each([true, false])(
    "but leaves one that somebody changed, and says so (option %s)",
    async (notice) => {
      const changed = section("bash").replace("esac", "esac # mine");
      const machine = image({ ...DEBIAN, "machine/etc/bash.bashrc": file(changed) });
      choose(machine, notice);
      const { report, code } = await machine.install();
      expect(code).toBe(0);
      expect(report.findings).toMatchObject([{ code: "SHELL_SECTION_FOREIGN", path: "/etc/bash.bashrc" }]);
      expect(machine.read("machine/etc/bash.bashrc")).toBe(changed);
      expect(machine.exists("machine/etc/profile.d/claude-credentials.sh")).toBe(notice);
    },
  );

  test("to the other files where one cannot be written", async () => {
    const machine = image({ ...DEBIAN, "machine/etc/zsh/zshrc": directory() });
    const { report } = await machine.install();
    expect(report.findings).toMatchObject([{ code: "SHELL_SECTION_FOREIGN", path: "/etc/zsh/zshrc" }]);
    expect(machine.read("machine/etc/bash.bashrc")).toContain(section("bash"));
    expect(machine.read("machine/etc/fish/conf.d/claude-credentials.fish")).toBe(section("fish"));
  });
});

test("every place of a section is in /etc, and named once", () => {
  const paths = NOTICE_PLACES.map(({ path }) => path);
  expect(new Set(paths).size).toBe(paths.length);
  expect(paths.filter((path) => !path.startsWith("/etc/"))).toEqual([]);
});
