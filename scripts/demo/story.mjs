import { DemoError } from "./prepare.mjs";

/**
 * The main job, told once, for either place: a real dev container or a scratch home.
 * @typedef {object} Look what lies in the home: link targets, the login's fingerprint and mode, the account
 * @typedef {object} Place
 * @property {string} what how one life of the home is called: "container"
 * @property {(screen: object) => Promise<void>} addFeature the project, and the Feature in it
 * @property {(screen: object, again: boolean) => Promise<string>} create makes one; returns its name
 * @property {(screen: object) => Promise<void>} throwAway removes it
 * @property {(args: readonly string[]) => Promise<{ code: number | null, stdout: string, stderr: string }>} command the command `claude-credentials` in it
 * @property {(what: "login" | "look") => Promise<Look>} inHome
 * @property {() => Promise<string | null>} gitStatus what git says about the project; null without git
 */

/**
 * Tells it all. Returns true where the login is there after the rebuild and everything about it is right.
 * @param {Place} place
 */
export async function tell(place, screen) {
  screen.section("A project, and the Feature in it");
  await place.addFeature(screen);

  screen.section(`The first ${place.what}`);
  const first = await place.create(screen, false);
  await showStatus(place, screen);

  screen.section("Somebody logs in to Claude Code");
  screen.line("A made-up login, written as Claude Code writes it: a new file, renamed over the old one.");
  const before = await place.inHome("login");
  await showStatus(place, screen);

  screen.section(`The ${place.what} is thrown away`);
  await place.throwAway(screen);

  screen.section("Rebuild");
  const second = await place.create(screen, true);
  await showStatus(place, screen);

  screen.section("The proof");
  const after = await place.inHome("look");
  return prove(place, screen, { first, second, before, after });
}

async function showStatus(place, screen) {
  screen.command("claude-credentials status");
  const { stdout, stderr } = await place.command(["status"]);
  screen.output(stdout + stderr);
}

async function prove(place, screen, { first, second, before, after }) {
  const status = await readStatus(place);
  const git = await place.gitStatus();
  const checks = [
    [place.what, first !== second, `${second} (before: ${first})`],
    ["~/.claude", after.config !== null && after.config === before.config, `-> ${after.config}`],
    ["~/.claude.json", after.state !== null && after.state === before.state, `-> ${after.state}`],
    [
      "login",
      after.fingerprint !== null && after.fingerprint === before.fingerprint && after.mode === "0600",
      `fingerprint ${after.fingerprint}, mode ${after.mode} (before: ${before.fingerprint})`,
    ],
    [
      "account",
      after.account !== null && after.account === before.account && after.onboarded,
      `${after.account}, onboarding ${after.onboarded ? "done" : "to be done again"}`,
    ],
    ["status", status.loggedIn === true && status.persistent === true, describeStatus(status)],
    ...(git === null
      ? []
      : [["git status", git === "", git === "" ? "clean" : git.trim().replaceAll("\n", ", ")]]),
  ];
  for (const [name, good, detail] of checks) {
    const mark = good ? screen.paint("green", "ok    ") : screen.paint("red", "FAILED");
    screen.line(`${mark} ${name.padEnd(15)} ${screen.shorten(detail)}`);
  }
  return checks.every(([, good]) => good);
}

async function readStatus(place) {
  const { stdout, stderr } = await place.command(["status", "--json"]);
  try {
    return JSON.parse(stdout);
  } catch {
    throw new DemoError(`claude-credentials status --json printed no JSON:\n${stdout}${stderr}`);
  }
}

function describeStatus({ loggedIn, persistent }) {
  return `${loggedIn === true ? "logged in" : "not logged in"}, ${persistent === true ? "persistent" : "not persistent"}`;
}
