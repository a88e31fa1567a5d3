import { utimesSync } from "node:fs";
import { systemError } from "../../../src/errors.ts";
import type { Check, CheckResult } from "../../../src/report/check.ts";
import type { CheckName } from "../../../src/report/check-table.ts";
import type { FindingCode } from "../../../src/report/finding.ts";
import { BLANK, login, state } from "../../support/login.ts";
import { HOUR, NOW, TestMachine, type MachineOptions } from "../../support/machine.ts";
import { directory, file, symlink } from "../../support/tree.ts";

export const STORE = "work/.git/claude-credentials";
export const CREDENTIAL = `${STORE}/.claude-credentials/.credentials.json`;
/** Where the native installer puts the client. */
const BIN = "home/.local/bin";
const BACKUPS = "home/.local/share/claude-credentials/backups";
const DEVCONTAINER = "work/.devcontainer/devcontainer.json";

/** A machine with a good login, after its first start. */
export async function settled(options: MachineOptions = {}): Promise<TestMachine> {
  const machine = new TestMachine({ repository: true, ...options });
  await machine.start();
  machine.add({
    [CREDENTIAL]: file(login("canary", 8, { refreshTokenExpiresAt: NOW + 1000 * HOUR })),
    [`${STORE}/.claude-credentials/.claude.json`]: file(state("a@b")),
  });
  return machine;
}

/** A state of the machine, and a row that doctor has for it. */
export interface DoctorState {
  readonly name: string;
  readonly check: CheckName;
  readonly result: CheckResult;
  readonly code?: FindingCode;
  readonly seen: RegExp;
  readonly fix?: RegExp;
  readonly options?: MachineOptions;
  /** Left out: the machine is the settled one. */
  readonly make?: (machine: TestMachine) => void;
  /** No start before. */
  readonly isNew?: true;
}

/** From here on a call on exactly this path fails. */
function failing(
  machine: TestMachine,
  call: "lstat" | "realpath" | "list" | "openForReading",
  path: string,
  code: string,
): void {
  const { fs } = machine.machine;
  const real = fs[call].bind(fs) as (path: string) => never;
  const at = machine.path(path);
  Object.assign(fs, {
    [call]: (asked: string) => {
      if (asked === at) throw systemError(code, "canary", at);
      return real(asked);
    },
  });
}

/** The client as its native installer leaves it. */
function client(version: string): (machine: TestMachine) => void {
  return (machine) => {
    machine.add({
      [`home/.local/share/claude/versions/${version}`]: file("", 0o755),
      [`${BIN}/claude`]: symlink(`../share/claude/versions/${version}`),
    });
  };
}

/** A lock that was last touched so long ago. */
function old(path: string, seconds: number): (machine: TestMachine) => void {
  return (machine) => {
    machine.add({ [path]: directory() });
    const time = new Date(NOW - seconds * 1000);
    utimesSync(machine.path(path), time, time);
  };
}

function devcontainer(config: unknown, more: Record<string, string> = {}): (machine: TestMachine) => void {
  return (machine) => {
    machine.add({ [DEVCONTAINER]: JSON.stringify(config), ...more });
  };
}

function replaceCredential(text: string): (machine: TestMachine) => void {
  return (machine) => {
    machine.forget(CREDENTIAL);
    machine.add({ [CREDENTIAL]: file(text) });
  };
}

const ENDED = login("canary", -1, { refreshTokenExpiresAt: NOW - HOUR });

export const STATES: readonly DoctorState[] = [
  // The four cases of the documents that this grew from.
  {
    ...{ name: "an empty .credentials.json", check: "credential-file", result: "warning" },
    ...{ code: "CREDENTIAL_MALFORMED", seen: /empty/, fix: /claude auth login/ },
    make: replaceCredential(""),
  },
  {
    ...{ name: "permission errors", check: "credential-file", result: "warning" },
    ...{ code: "CREDENTIAL_MODE", seen: /cannot be read \(EACCES\)/, fix: /ls -l / },
    make: (machine) => {
      failing(machine, "openForReading", CREDENTIAL, "EACCES");
    },
  },
  {
    ...{ name: "expired tokens", check: "login", result: "warning" },
    ...{ code: "CREDENTIAL_EXPIRED", seen: /the login has ended/, fix: /claude auth login/ },
    make: replaceCredential(ENDED),
  },
  {
    ...{ name: "an access token that expired and renews itself", check: "login", result: "ok" },
    seen: /logged in as a@b, access token expired 2 h ago, renews itself/,
    make: replaceCredential(login("canary", -2)),
  },
  {
    ...{ name: "a mount at the wrong path", check: "mounts", result: "warning", code: "MOUNT_MISPLACED" },
    ...{ seen: /\/root\/\.claude is mounted, and neither/, fix: /\/var\/lib\/claude-credentials/ },
    options: { mounts: [["/root/.claude", "ext4"]] },
  },
  {
    ...{ name: "a volume at a place that nothing uses", check: "mounts", result: "warning" },
    ...{ code: "MOUNT_MISPLACED", seen: /home\/\.claude-credentials is mounted/, fix: /rebuild/ },
    options: { mounts: [["home/.claude-credentials", "ext4"]] },
  },
  {
    ...{ name: "a mount on the credential itself", check: "mounts", result: "warning" },
    ...{ code: "MOUNT_MISPLACED", seen: /a mount of one file/, fix: /take that mount out/ },
    options: { mounts: [[CREDENTIAL, "ext4"]] },
  },
  {
    ...{ name: "a mount inside of ~/.claude", check: "mounts", result: "error", code: "CONFIG_HOLDS_MOUNT" },
    ...{ seen: /cannot become a link/, fix: /devcontainer\.json/, isNew: true },
    options: { tree: { "home/.claude/projects": directory() }, mounts: [["home/.claude/projects", "ext4"]] },
  },
  {
    ...{ name: "a home that is a mount", check: "mounts", result: "info", code: "HOME_MOUNTED" },
    ...{ seen: /home is a mount of its own/, fix: /nothing has to be done/ },
    options: { mounts: [["home", "ext4"]] },
  },
  {
    name: "the volume where it belongs",
    check: "mounts",
    result: "ok",
    seen: /nothing is mounted/,
    options: { volume: true },
  },
  {
    name: "a plain host",
    check: "mounts",
    result: "skipped",
    seen: /no container/,
    options: { container: false },
  },

  { name: "a good login", check: "login", result: "ok", seen: /^logged in as a@b, login good until 11 Feb/ },
  {
    ...{ name: "nobody logged in", check: "login", result: "info", code: "CREDENTIAL_ABSENT" },
    ...{ seen: /nobody is logged in/, fix: /claude auth login/ },
    make: (machine) => {
      machine.forget(CREDENTIAL);
    },
  },
  {
    ...{ name: "a login that the server refused", check: "login", result: "warning" },
    ...{ code: "CREDENTIAL_BLANK", seen: /refused/, fix: /claude auth login/ },
    make: replaceCredential(BLANK),
  },
  {
    ...{ name: "a file that is no login", check: "login", result: "skipped", seen: /no login to look at/ },
    make: replaceCredential("{"),
  },
  { name: "a private credential", check: "credential-file", result: "ok", seen: /mode 0600, yours, valid/ },
  {
    name: "no credential file",
    check: "credential-file",
    result: "skipped",
    seen: /no credential file/,
    isNew: true,
  },
  { name: "answered questions", check: "onboarding", result: "ok", seen: /are answered/ },
  {
    name: "no state file",
    check: "onboarding",
    result: "skipped",
    seen: /no ~\/\.claude\.json/,
    isNew: true,
  },
  {
    ...{
      name: "a broken state file",
      check: "onboarding",
      result: "info",
      seen: /no JSON object/,
      fix: /start/,
    },
    make: (machine) => {
      machine.forget(`${STORE}/.claude-credentials/.claude.json`);
      machine.add({ [`${STORE}/.claude-credentials/.claude.json`]: file("") });
    },
  },
  { name: "links as they should be", check: "links", result: "ok", seen: /^~\/\.claude leads to / },
  {
    ...{ name: "a link that was replaced", check: "links", result: "warning", code: "LINK_REPLACED" },
    ...{ seen: /is no link to the store/, fix: /claude-credentials start/ },
    make: (machine) => {
      machine.forget("home/.claude.json");
      machine.add({ "home/.claude.json": file("{}") });
    },
  },
  {
    ...{ name: "a link that another tool re-pointed", check: "re-pointing", result: "warning" },
    ...{ code: "LINK_REPOINTED", seen: /now it leads to .*elsewhere/, fix: /start --adopt/ },
    make: (machine) => {
      machine.add({ elsewhere: directory() });
      machine.relink("home/.claude", machine.path("elsewhere"));
    },
  },
  {
    ...{ name: "a lifecycle command that re-points", check: "re-pointing", result: "warning" },
    ...{ code: "LINK_REPOINTED", seen: /^postStartCommand in .*devcontainer\.json/, fix: /take that out of/ },
    make: devcontainer({ postStartCommand: { link: ["bash", "-c", "ln -sfn /data ~/.claude"] } }),
  },
  {
    ...{ name: "a script of the workspace that re-points", check: "re-pointing", result: "warning" },
    ...{
      code: "LINK_REPOINTED",
      seen: /\(.*work\/\.devcontainer\/post\.sh\)/,
      fix: /take that out of .*post\.sh/,
    },
    make: devcontainer(
      { postStartCommand: "bash .devcontainer/post.sh" },
      { "work/.devcontainer/post.sh": "#!/bin/sh\n# rm ~/.cache\nln -sfn /data/.claude ~/.claude\n" },
    ),
  },
  {
    ...{ name: "another Feature with ~/.claude in its options", check: "re-pointing", result: "warning" },
    ...{ code: "LINK_REPOINTED", seen: /^features in .*acme\/persist:1/, fix: /take that out of/ },
    make: devcontainer({ features: { "acme/persist:1": { paths: "~/.claude" } } }),
  },
  {
    ...{
      name: "a project that leaves ~/.claude alone",
      check: "re-pointing",
      result: "ok",
      seen: /nothing in/,
    },
    make: devcontainer({
      features: { "acme/claude-credentials:1": { store: "/x/.claude" } },
      postCreateCommand: "cat ~/.claude/CLAUDE.md; rm -rf .claude-cache; sh ../elsewhere.sh",
    }),
  },
  { name: "no devcontainer.json", check: "re-pointing", result: "skipped", seen: /no devcontainer\.json/ },

  { name: "nothing to do", check: "start", result: "ok", seen: /a start has nothing to do/ },
  {
    ...{ name: "something to do", check: "start", result: "info", fix: /doctor --fix/ },
    seen: /a start would: .*\(~\/\.claude\.json\)/,
    make: (machine) => {
      machine.forget("home/.claude.json");
    },
  },
  {
    name: "no store",
    check: "start",
    result: "skipped",
    seen: /no store/,
    isNew: true,
    options: { repository: false, options: { store: "git" } },
  },
  { name: "no backups", check: "backups", result: "ok", seen: /no loser/ },
  {
    ...{ name: "backups", check: "backups", result: "info", code: "BACKUPS_KEPT" },
    ...{ seen: /backups holds 1 of what lost/, fix: /rm -rf / },
    make: (machine) => {
      machine.add({ [`${STORE}/backups/x/.credentials.json`]: file(login("canary")) });
    },
  },
  { name: "no locks", check: "locks", result: "ok", seen: /none is held/ },
  {
    ...{ name: "a lock that is held", check: "locks", result: "ok", seen: /is held, touched 3 s ago/ },
    make: old(`${STORE}/.claude-credentials.lock`, 3),
  },
  {
    ...{ name: "a lock that was left an hour ago", check: "locks", result: "info", code: "LOCK_STALE" },
    ...{ seen: /\.oauth_refresh\.lock .* 1 h ago/, fix: /^run: claude-credentials start$/ },
    make: old(`${STORE}/.claude-credentials/.oauth_refresh.lock`, 3600),
  },
  {
    ...{ name: "a lock that was left two days ago", check: "locks", result: "info", code: "LOCK_STALE" },
    ...{ seen: / 2 d ago/, fix: /or: rmdir / },
    make: old(`${STORE}/.claude-credentials.lock`, 2 * 86_400),
  },

  {
    name: "a store",
    check: "store",
    result: "ok",
    seen: /the repository's git directory; outlives rebuilds/,
  },
  { name: "a store of one's own", check: "store-owner", result: "ok", seen: /uid 1000/ },
  {
    ...{ name: "a credential of somebody else's", check: "store-owner", result: "error" },
    ...{ code: "STORE_WRONG_OWNER", seen: /belongs to uid 1234/, fix: /sudo chown/ },
    make: (machine) => {
      machine.own(CREDENTIAL, { uid: 1234, gid: 1234 });
    },
  },
  { name: "a store that git does not track", check: "git", result: "ok", seen: /which git does not track/ },
  {
    name: "a volume",
    check: "git",
    result: "ok",
    seen: /in no work tree/,
    options: { volume: true, repository: false },
  },
  { name: "no build", check: "build-context", result: "ok", seen: /no image build/ },
  {
    ...{ name: "a build that takes the store along", check: "build-context", result: "warning" },
    ...{ code: "STORE_IN_BUILD_CONTEXT", seen: /build/, fix: /\.dockerignore/ },
    make: (machine) => {
      machine.add({ "work/Dockerfile": "FROM scratch\nCOPY . .\n" });
    },
  },

  {
    name: "a login alone",
    check: "mode",
    result: "ok",
    seen: /uses the stored login; nothing is set against it/,
  },
  {
    ...{ name: "a token before the login", check: "mode", result: "warning", code: "MODE_CONFLICT" },
    ...{ seen: /a login is stored, and/, fix: /env unset/ },
    options: { env: { ANTHROPIC_API_KEY: "sk-ant-canary-canary-canary" } },
  },
  { name: "no API mode", check: "variables", result: "skipped", seen: /API mode is not set/ },
  { name: "no API mode", check: "shell-sections", result: "skipped", seen: /API mode is not set/ },

  { name: "no client", check: "client-version", result: "skipped", seen: /no claude is on PATH/ },
  {
    name: "a new client",
    check: "client-version",
    result: "ok",
    seen: /Claude Code 2\.1\.330/,
    make: client("2.1.330"),
  },
  {
    ...{ name: "an old client", check: "client-version", result: "warning", code: "CLIENT_OUTDATED" },
    ...{ seen: /Claude Code 2\.0\.14 .* is older than 2\.1\.220/, fix: /claude update/ },
    make: client("2.0.14"),
  },
  {
    ...{
      name: "a client that does not tell",
      check: "client-version",
      result: "skipped",
      seen: /do not tell/,
    },
    make: (machine) => {
      machine.add({ [`${BIN}/claude`]: file("#!/bin/sh\n", 0o755) });
    },
  },

  { name: "a container that was started", check: "hooks", result: "ok", seen: /a start ran/ },
  {
    ...{ name: "a container in which no hook ran", check: "hooks", result: "warning", code: "HOOKS_NOT_RUN" },
    ...{ seen: /no start came to its end/, fix: /claude-credentials start --workspace/, isNew: true },
  },
  {
    name: "a plain host",
    check: "hooks",
    result: "skipped",
    seen: /no container/,
    options: { container: false },
  },
  {
    ...{ name: "a rebuilt container whose hook did not run", check: "hooks", result: "warning" },
    ...{ code: "HOOKS_NOT_RUN", seen: /no start came to its end/, fix: /start --workspace .*work/ },
    make: (machine) => {
      machine.forget("home/.claude");
      machine.forget("machine/hostname");
      machine.add({ "machine/hostname": "another\n", "home/.claude": directory() });
    },
  },

  // A look that fails takes no other with it.
  {
    ...{ name: "a disk error at the client", check: "client-version", result: "failed" },
    ...{ seen: /input\/output error \(EIO at .*claude\)/, fix: /then: claude-credentials doctor/ },
    make: (machine) => {
      failing(machine, "realpath", `${BIN}/claude`, "EIO");
    },
  },
  {
    ...{ name: "backups that may not be listed", check: "backups", result: "failed" },
    ...{ seen: /permission denied \(EACCES/, fix: /ls -ld/ },
    make: (machine) => {
      machine.add({ [BACKUPS]: directory(0o700) });
      failing(machine, "list", BACKUPS, "EACCES");
    },
  },
  {
    ...{
      name: "a disk error at the container's name",
      check: "hooks",
      result: "failed",
      seen: /EIO/,
      fix: /doctor/,
    },
    make: (machine) => {
      failing(machine, "openForReading", "/etc/hostname", "EIO");
    },
  },
  ...(["login", "credential-file", "onboarding", "links", "store", "mode", "variables"] as const).map(
    (check): DoctorState => ({
      ...{ name: "a disk error at the state file", check, result: "failed", seen: /EIO/, fix: /doctor/ },
      make: (machine) => {
        failing(machine, "realpath", "home/.claude.json", "EIO");
      },
    }),
  ),
  ...(["start", "moves", "git", "store-modes", "image"] as const).map((check): DoctorState => ({
    ...{
      name: "a disk error at the image's own directory",
      check,
      result: "failed",
      seen: /EIO/,
      fix: /doctor/,
    },
    make: (machine) => {
      failing(machine, "realpath", "home/.local/share/claude-credentials/.claude-credentials", "EIO");
    },
  })),
];

/** The machine of a row. */
export async function machineOf({ options = {}, make, isNew }: DoctorState): Promise<TestMachine> {
  const more = { ...options, env: { PATH: "", ...options.env } };
  const machine = isNew === true ? new TestMachine({ repository: true, ...more }) : await settled(more);
  make?.(machine);
  return machine;
}

/** The rows of one check. */
export function rowsOf(checks: readonly Check[], name: CheckName): Check[] {
  return checks.filter((check) => check.name === name);
}
