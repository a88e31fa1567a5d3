import { beforeAll, describe, expect, test } from "vitest";
import { logIn, openClientIn, quit, send, trustFolder } from "./support/client-session.ts";
import type { CommandResult } from "./support/command.ts";
import type { DevContainer } from "./support/container.ts";
import type { FakeAnthropic } from "./support/fake-anthropic.ts";
import { promptForTools } from "./support/fake-model.ts";
import { clientContainer } from "./support/unmoved-login.ts";

let fake: FakeAnthropic;
let container: DevContainer;
let rebuild: () => Promise<DevContainer>;

beforeAll(async () => {
  const bed = await clientContainer();
  ({ fake, container, rebuild } = bed);
  await logIn(container, fake);
  return bed.close;
});

/** One execution in a session: the client with these flags, asked so. */
function askIn(session: string, prompt: string, ...flags: readonly string[]): Promise<CommandResult> {
  return container.trySh(
    'session=$1; prompt=$2; shift 2; exec claude-credentials run --session "$session" -- claude -p "$@" -- "$prompt" </dev/null',
    [session, prompt, ...flags],
  );
}

/** Whether the request that carried these words carried those as well: what a conversation consists of is sent each time. */
function wasSentWith(words: string, earlier: string): boolean {
  const sent = fake.requests.filter(({ path, body }) => path === "/v1/messages" && body.includes(words));
  expect(sent, `no request with '${words}'`).not.toEqual([]);
  return sent.some(({ body }) => body.includes(earlier));
}

const SESSIONS = "~/.claude/run-sessions";

describe("run --session, with the real client", () => {
  test("a conversation goes on in the next execution and in a new container, in its own session alone", async () => {
    const long = promptForTools([{ name: "Bash", input: { command: "seq 1 60000" } }], "counted");
    const first = await askIn("night", `the first words\n${long}`, "--allowedTools", "Bash");
    expect(first).toMatchObject({ exitCode: 0, stdout: "counted\n" });
    expect(await askIn("night", "the second words", "--continue")).toMatchObject({ exitCode: 0 });
    expect(wasSentWith("the second words", "the first words")).toBe(true);
    expect(await askIn("day", "other words", "--continue")).toMatchObject({ exitCode: 0 });
    expect(wasSentWith("other words", "the first words")).toBe(false);
    container = await rebuild();
    const transcript = await container.sh(`cd ${SESSIONS}/night/projects && ls ./*/*.jsonl`);
    const [, id = ""] = /\/([0-9a-f-]{36})\.jsonl$/m.exec(transcript) ?? [];
    expect(await askIn("night", "the third words", "--resume", id)).toMatchObject({ exitCode: 0 });
    expect(wasSentWith("the third words", "the first words")).toBe(true);
    // What its tools said at length is in a file of its own, which it reads without a question in its own directory alone.
    const said = (await container.sh(`ls ${SESSIONS}/night/projects/*/*/tool-results/*`)).trim();
    const reading = promptForTools([{ name: "Read", input: { file_path: said, limit: 2 } }], "read again");
    expect(await askIn("night", reading)).toMatchObject({ exitCode: 0 });
    expect(fake.toolResults("read again")).toMatchObject([{ name: "Read", isError: false }]);
    expect(await container.sh(`ls -A ${SESSIONS}/night`)).toBe("projects\n");
    expect(await container.sh(`grep -rlE 'sk-ant-o[ra]t' ${SESSIONS} || true`)).toBe("");
  });

  test("two at once: the second ends at once; a killed one's client has it to its end, and all its words are kept", async () => {
    const tools = promptForTools(
      [{ name: "Bash", input: { command: "touch /tmp/up; until [ -e /tmp/go ]; do sleep 0.1; done" } }],
      "over",
    );
    const first = askIn("killed", `spoken before the kill\n${tools}`, "--allowedTools", "Bash");
    await expect.poll(() => container.entry("/tmp/up"), { timeout: 30_000 }).toBeDefined();
    const second = await askIn("killed", "never sent");
    expect(second).toMatchObject({ exitCode: 125, stdout: "" });
    expect(second.stderr).toMatch(/run: process \d+ works in the session killed\n/);
    await container.sh("pkill -KILL -f '[c]laude-credentials.mjs run'");
    expect(await first).not.toMatchObject({ exitCode: 0 });
    expect(await askIn("killed", "never sent")).toMatchObject({ exitCode: 125 });
    await container.sh("touch /tmp/go");
    await expect.poll(() => container.sh("pgrep -c '^claude$'; true"), { timeout: 30_000 }).toBe("0\n");
    expect(await askIn("killed", "said after the kill", "--continue")).toMatchObject({ exitCode: 0 });
    expect(wasSentWith("said after the kill", "spoken before the kill")).toBe(true);
    expect(fake.requests.some(({ body }) => body.includes("never sent"))).toBe(false);
  });

  test("what a person types in one is in the history of the next", async () => {
    const program = ["claude-credentials", "run", "--session", "typed", "--", "claude"];
    const terminal = await openClientIn(container, program);
    await trustFolder(terminal);
    await send(terminal, "typed by a person");
    await terminal.waitFor(["pong"]);
    await quit(terminal);
    const history = `${SESSIONS}/typed/history.jsonl`;
    expect(await container.sh(`stat -c '%F %a' ${history}; cat ${history}`)).toMatch(
      /^regular file 600\n.*"display":"typed by a person"/,
    );
    const next = await openClientIn(container, program);
    await trustFolder(next);
    await next.press("Up");
    await next.waitFor(["/exit"]);
    await next.press("Up");
    await next.waitFor(["typed by a person"]);
    await next.close();
  });
});
