import { type TestMachine } from "../../support/machine.ts";
import { directory, file, symlink } from "../../support/tree.ts";
import { CREDENTIAL, type DoctorState } from "./doctor-state.ts";

/** Where the native installer puts the client. */
const BIN = "home/.local/bin";
const DEVCONTAINER = "work/.devcontainer/devcontainer.json";

/** The client as its native installer leaves it. */
function client(version: string): (machine: TestMachine) => void {
  return (machine) => {
    machine.add({
      [`home/.local/share/claude/versions/${version}`]: file("", 0o755),
      [`${BIN}/claude`]: symlink(`../share/claude/versions/${version}`),
    });
  };
}

function devcontainer(config: unknown, more: Record<string, string> = {}): (machine: TestMachine) => void {
  return (machine) => {
    machine.add({ [DEVCONTAINER]: JSON.stringify(config), ...more });
  };
}

/** Mounts, hooks, Claude Code itself, and other tools. */
export const CONTAINER_STATES: readonly DoctorState[] = [
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
];
