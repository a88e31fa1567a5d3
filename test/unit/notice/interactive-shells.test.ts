import { describe, expect, it } from "vitest";
import { NOTICE_SECTIONS } from "../../../src/notice/notice-sections.ts";
import { requireProgram, shells } from "../../support/shell.ts";
import { launcher } from "../shell/support/product.ts";
import { Sandbox } from "../shell/support/sandbox.ts";

interface Interactive {
  readonly name: string;
  readonly program: string;
  readonly kind: keyof typeof NOTICE_SECTIONS;
  /** The startup file of the machine that it reads. */
  readonly startup: string;
  /** What makes it interactive. */
  readonly flags: string;
  /** Options of a person's that must not be hurt, set in front of the section. */
  readonly strict: string;
}

const STRICT = "set -eu\n";
const INTERACTIVE: readonly Interactive[] = [
  {
    name: "bash",
    program: "bash",
    kind: "bash",
    startup: "/etc/bash.bashrc",
    flags: "-i",
    strict: `${STRICT}set -o pipefail -o noclobber\n`,
  },
  {
    name: "zsh",
    program: "zsh",
    kind: "zsh",
    startup: "/etc/zsh/zshrc",
    flags: "-i",
    strict: `${STRICT}setopt noclobber nomatch ksharrays\n`,
  },
  {
    name: "dash as a login shell",
    program: "dash",
    kind: "profile",
    startup: "/etc/profile",
    flags: "-l -i",
    strict: STRICT,
  },
  {
    name: "busybox ash as a login shell",
    program: "busybox",
    kind: "profile",
    startup: "/etc/profile",
    flags: "ash -l -i",
    strict: STRICT,
  },
  {
    name: "fish",
    program: "fish",
    kind: "fish",
    startup: "/etc/fish/conf.d/claude-credentials.fish",
    flags: "-i",
    strict: "",
  },
];

/** A container with one of these shells and its section; the launcher does `body`. */
function container(
  { program, kind, startup, strict }: Interactive,
  body: string | null,
  before = strict,
): Sandbox {
  const [dash] = shells();
  if (dash === undefined) throw new Error("no shell");
  const sandbox = new Sandbox(dash);
  sandbox.lend(
    requireProgram(program, program === "busybox" ? "busybox-static" : program),
    `/usr/bin/${program}`,
  );
  sandbox.lend(requireProgram("script", "bsdutils"), "/usr/bin/script");
  sandbox.link("/usr/share", "/host/usr/share");
  sandbox.file(startup, `${before}${NOTICE_SECTIONS[kind].texts[0]}`);
  sandbox.file("/home/dev/.zshrc", "");
  sandbox.own("/home/dev/.zshrc");
  if (body !== null) sandbox.file(launcher, `#!/bin/sh\necho "$*" >>/tmp/called\n${body}\n`, 0o755);
  return sandbox;
}

/** Opens a terminal with the shell in it, which then runs `command`. */
async function inTerminal(
  sandbox: Sandbox,
  { program, flags }: Interactive,
  command: string,
): Promise<string> {
  const line = `exec ${program} ${flags} -c '${command}'`;
  const env = { TERM: "dumb", SHELL: "/bin/sh" };
  const run = await sandbox.run(["/usr/bin/script", "-q", "-e", "-c", line, "/dev/null"], { env });
  return run.stdout.replaceAll("\r", "");
}

const STATUS = { fish: "echo status=$status", other: "echo status=$?" };
const statusOf = ({ program }: Interactive): string => (program === "fish" ? STATUS.fish : STATUS.other);

describe.each(INTERACTIVE)("$name in a terminal", (shell) => {
  it("calls the launcher once and shows what that says", async () => {
    const sandbox = container(shell, "echo 'one line' >&2; cat");
    const shown = await inTerminal(sandbox, shell, `${statusOf(shell)}; echo here`);
    expect(shown).toContain("one line\n");
    expect(shown).toMatch(/status=0\nhere\n/);
    expect(sandbox.read("/tmp/called")).toBe("notice\n");
  });

  it("goes on where the launcher fails, is killed, or is no program", async () => {
    for (const body of ["exit 3", "kill -KILL $$", "not-there"]) {
      const shown = await inTerminal(container(shell, body), shell, `${statusOf(shell)}; echo here`);
      expect(shown, body).toMatch(/status=0\nhere\n/);
    }
  });

  it("says nothing where the launcher is not there", async () => {
    const shown = await inTerminal(container(shell, null), shell, `${statusOf(shell)}; echo here`);
    expect(shown).toMatch(/(?:^|\n)status=0\nhere\n$/);
    expect(shown).not.toContain("claude");
  });

  it("has no variable and no function that it would not have without the section", async () => {
    const list =
      shell.program === "fish"
        ? "set -n; functions -an"
        : shell.program === "zsh"
          ? "print -l ${(ko)parameters}; print -l ${(ko)functions}"
          : "set";
    const without = container(shell, ":");
    without.file(shell.startup, shell.strict);
    const names = (text: string): string[] =>
      text
        .split("\n")
        .filter(
          (name) =>
            !/^(?:_|BASH_LINENO|EPOCH|LINENO|PPID|RANDOM|SECONDS|SRANDOM|TTY)\b|^BASHPID|^SHELLOPTS|^PIPESTATUS/.test(
              name,
            ),
        );
    const [before, after] = [
      await inTerminal(without, shell, list),
      await inTerminal(container(shell, ":"), shell, list),
    ].map(names);
    expect(after).toEqual(before);
  });

  it("is asked nothing where it is not interactive, or has no terminal", async () => {
    const sandbox = container(shell, "echo 'one line' >&2");
    const program = `/usr/bin/${shell.program}`;
    const flags = shell.flags.split(" ");
    const plain = flags.filter((flag) => flag !== "-i");
    expect((await sandbox.run([program, ...plain, "-c", "echo here"])).stdout).toBe("here\n");
    await sandbox.run([program, ...flags, "-c", "echo here"]);
    expect(sandbox.exists("/tmp/called")).toBe(false);
    const shown = await inTerminal(sandbox, { ...shell, flags: plain.join(" ") }, "echo here");
    expect(shown).toContain("here\n");
    expect(sandbox.exists("/tmp/called")).toBe(false);
  });
});

it("bash and zsh leave profile.d to others, so that no shell asks twice", async () => {
  for (const shell of INTERACTIVE.filter(({ program }) => program === "bash" || program === "zsh")) {
    const sandbox = container({ ...shell, kind: "profile" }, "echo 'one line' >&2");
    expect(await inTerminal(sandbox, shell, "echo here")).toContain("here\n");
    expect(sandbox.exists("/tmp/called")).toBe(false);
  }
});
