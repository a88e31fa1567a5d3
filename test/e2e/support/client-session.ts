import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { testBed } from "./bed.ts";
import type { CommandResult } from "./command.ts";
import type { DevContainer } from "./container.ts";
import { type FakeAnthropic, startFakeAnthropic } from "./fake-anthropic.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

/** On the screen when an interactive client waits for a prompt. */
export const PROMPT = "shift+tab to cycle";
/** On the screen when it asks whether the folder is to be trusted. */
export const TRUST_QUESTION = "Yes, I trust this folder";
/** On the screens of a first start. */
export const ONBOARDING = "Let's get started";

/**
 * The servers that the client of this test speaks to; gone when it ends. Those that several tests share are made in a
 * `beforeAll`, which returns what the argument is called with.
 */
export async function fakeServers(
  atTheEnd: (cleanUp: () => Promise<void>) => void = onTestFinished,
): Promise<FakeAnthropic> {
  const fake = await startFakeAnthropic();
  atTheEnd(() => fake.close());
  return fake;
}

/**
 * Logs the remote user in with the real client and without a browser: the client itself writes the credential
 * and the account, as after any login (C10). The token goes in by standard input.
 */
export async function logIn(container: DevContainer, fake: FakeAnthropic): Promise<void> {
  const script = `read -r CLAUDE_CODE_OAUTH_REFRESH_TOKEN
export CLAUDE_CODE_OAUTH_REFRESH_TOKEN CLAUDE_CODE_OAUTH_SCOPES='user:inference user:profile'
exec claude auth login`;
  await container.sh(script, [], `${fake.issueRefreshToken()}\n`);
}

/** What later access tokens of `logInFor` last. */
export const LONG_S = 8 * 3600;

/**
 * `logIn` with an access token of so many seconds; later ones last long.
 * @returns how often a login was renewed up to then
 */
export async function logInFor(
  container: DevContainer,
  fake: FakeAnthropic,
  seconds: number,
): Promise<number> {
  fake.setAccessTokenSeconds(seconds);
  await logIn(container, fake);
  fake.setAccessTokenSeconds(LONG_S);
  await sleep(seconds === 1 ? 1500 : 0);
  return fake.tokens.refreshes;
}

/** A login as the client wrote it down. */
export interface StoredLogin {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: number;
}

/** The login in a credential file of the container. */
export async function readLogin(
  container: DevContainer,
  path = "~/.claude/.credentials.json",
): Promise<StoredLogin> {
  return (JSON.parse(await container.read(path)) as { claudeAiOauth: StoredLogin }).claudeAiOauth;
}

/** What the client says about its login. Refreshes an expired one where that is possible (C9). */
export async function authStatus(
  container: DevContainer,
): Promise<{ readonly loggedIn: boolean; readonly email?: string }> {
  const { stdout } = await container.trySh("exec claude auth status");
  return JSON.parse(stdout) as { loggedIn: boolean; email?: string };
}

/** One prompt in print mode. Returns failures too. */
export async function ask(
  container: DevContainer,
  prompt: string,
  ...flags: readonly string[]
): Promise<CommandResult> {
  return container.trySh('prompt=$(cat); exec claude -p "$@" -- "$prompt" </dev/null', flags, prompt);
}

/** The client as a developer starts it: `claude`, in a terminal, in the workspace folder. */
export async function openClient(container: DevContainer): Promise<Terminal> {
  return await openClientIn(container, ["claude"]);
}

/** The client as `program` with its arguments starts it. */
export async function openClientIn(container: DevContainer, program: readonly string[]): Promise<Terminal> {
  const where = ["--user", container.user, "--workdir", container.workspaceFolder];
  const display = ["--env", "TERM=xterm-256color", "--env", "LANG=C.UTF-8"];
  const command = [
    "docker",
    "exec",
    "--interactive",
    "--tty",
    ...where,
    ...display,
    container.id,
    ...program,
  ];
  const terminal = await openTerminal(command, { env: testBed().env });
  onTestFinished(() => terminal.close());
  return terminal;
}

/**
 * Answers the trust question with yes; its first answer is no. The client draws the question anew when it has
 * heard from its servers, and forgets what was chosen or pressed before: so each key waits for a screen at rest.
 */
export async function trustFolder(terminal: Terminal): Promise<void> {
  await terminal.waitFor([TRUST_QUESTION]);
  for (let tries = 0; tries < 5; tries += 1) {
    await terminal.waitUntilStill();
    const screen = await terminal.screen();
    if (screen.includes(PROMPT)) return;
    await terminal.press(screen.includes(`❯ ${TRUST_QUESTION}`) ? "Enter" : "Down");
  }
  await terminal.waitFor([PROMPT]);
}

/** Types a line at the client's prompt and sends it. */
export async function send(terminal: Terminal, line: string): Promise<void> {
  await terminal.waitFor([PROMPT]);
  await terminal.waitUntilStill();
  await terminal.type(line);
  await terminal.waitFor([line]);
  await terminal.press("Enter");
}

/** Ends an interactive client as a person does, so that it writes down what it knows. */
export async function quit(terminal: Terminal): Promise<void> {
  await send(terminal, "/exit");
  await terminal.waitForEnd();
}
