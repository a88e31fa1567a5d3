import { expect, test } from "vitest";
import { main } from "../../../src/cli.ts";
import { login } from "../../support/login.ts";
import { ROOT, TestMachine } from "../../support/machine.ts";
import { buildTree, directory, file, symlink } from "../../support/tree.ts";
import { NOBODY_THERE } from "../../support/context.ts";

/** A container whose links lead to a store in the git directory that somebody else has closed since. */
async function closedStore(): Promise<TestMachine> {
  const machine = new TestMachine({
    repository: true,
    tree: { "home/.claude/.credentials.json": file(login("a")) },
  });
  await machine.startWith("--workspace", machine.work);
  machine.own("work/.git/claude-credentials", ROOT);
  return machine;
}

test("status says of a store that is closed to the user whose it is not, and with which command it is had back", async () => {
  const machine = await closedStore();
  const { report, code } = await machine.status();
  expect(code).toBe(1);
  expect(report).toMatchObject({ loggedIn: false, persistent: false, credential: { state: "absent" } });
  const root = `${machine.work}/.git/claude-credentials`;
  const said = report.findings.find(({ code }) => code === "STORE_WRONG_OWNER");
  expect(said?.path).toBe(root);
  expect(said?.hint).toBe(
    `sudo chown -hR 1000:1000 ${root}   then: claude-credentials start\nclaude-credentials explain STORE_WRONG_OWNER`,
  );
});

test("start leads a link away from a store that is closed to the user, and back when it is his again", async () => {
  const machine = await closedStore();
  const { report } = await machine.start("--workspace", machine.work);
  expect(report.findings.map(({ code }) => code)).toContain("STORE_WRONG_OWNER");
  const away = machine.linkText("home/.claude");
  expect(away).not.toContain("/.git/");
  expect(
    report.actions.find(({ kind, path }) => kind === "link" && path.endsWith("/.claude"))?.reason,
  ).toContain("which is closed to you");
  machine.own("work/.git/claude-credentials", { uid: 1000, gid: 1000 });
  await machine.start("--workspace", machine.work);
  expect(machine.linkText("home/.claude")).toBe(
    `${machine.work}/.git/claude-credentials/.claude-credentials`,
  );
  expect((await machine.status()).report.loggedIn).toBe(true);
});

test("a link of somebody else's to a place that is closed is left alone", async () => {
  const machine = new TestMachine({
    repository: true,
    tree: {
      "elsewhere/closed": directory(0o700),
      "elsewhere/closed/theirs": directory(),
      "home/.claude": symlink("../elsewhere/closed/theirs"),
    },
  });
  machine.own("elsewhere/closed", ROOT);
  const { report } = await machine.start("--workspace", machine.work);
  expect(machine.linkText("home/.claude")).toBe("../elsewhere/closed/theirs");
  expect(report.findings.map(({ code }) => code)).toContain("MOVE_INCOMPLETE");
});

test("a system call that fails in any command is said in two lines, without a stack", async () => {
  const root = buildTree({ "options.env": symlink("elsewhere.env") });
  let said = "";
  const exitCode = await main(["status", "--home", root], {
    env: {},
    cwd: "/",
    version: "1.0.0",
    bundlePath: `${root}/claude-credentials.mjs`,
    out: () => undefined,
    err: (text) => (said += text),
    ...NOBODY_THERE,
  });
  expect(exitCode).toBe(1);
  expect(said.replaceAll(root, "")).toBe(
    "claude-credentials: status: a system call failed (ELOOP at /options.env)\n  mend the cause, then run it again\n",
  );
});
