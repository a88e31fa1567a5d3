import type { MachineOptions } from "../../../support/machine.ts";
import { state } from "../../../support/login.ts";
import { directory, fifo, file, symlink, type Tree } from "../../../support/tree.ts";
import type { LinkStatus } from "../../../../src/report/status-report.ts";

/** Where a client comes to by `~/.claude`: the store, a directory below the machine's tree, or nowhere. */
type View =
  | "store"
  | { readonly at: string; readonly isPersistent: boolean; readonly kind: "mount" | "path" | null }
  | "nowhere";

type State = LinkStatus["state"];
/** The account that the state file of each store names. */
export const STORE_ACCOUNT = "store@example.com";

type Target = (store: string, home: string) => string;

/** What the home has in the places of the two links. */
export interface LinkState {
  readonly name: string;
  /** Entries of the machine's tree; `store` is the store's root as links name it, `home` the home's path. */
  readonly tree: (store: string, home: string) => Tree;
  readonly options?: MachineOptions;
  readonly view: View;
  /** Whether the last start left a stamp. */
  readonly isStamped?: false;
  /** Whether the store's state file is there; true where nothing is said. */
  readonly hasStateFile?: false;
  /** Below the tree; where CLAUDE_CONFIG_DIR is not set this is `home/.claude`. */
  readonly configDirectory?: string;
  /** The text of `~/.claude` where it is a link, and what status says of it; null where it is not told of. */
  readonly config: { readonly target: Target | null; readonly state: State } | null;
  /** The same for `~/.claude.json`; null with CLAUDE_CONFIG_DIR. */
  readonly state: { readonly target: Target | null; readonly state: State } | null;
  /** Whether the state file that the client would read is cut off. */
  readonly isStateCutOff?: true;
  /** The account in the state file that the client would read. */
  readonly account: string | null;
}

const toConfig = (store: string): string => `${store}/.claude-credentials`;
const toState = (store: string): string => `${store}/.claude-credentials/.claude.json`;
const CONFIG_OK = { target: toConfig, state: "ok" } as const;
const STATE_OK = { target: toState, state: "ok" } as const;
const stateLink = (store: string): Tree => ({ "home/.claude.json": symlink(toState(store)) });
const links = (store: string): Tree => ({ "home/.claude": symlink(toConfig(store)), ...stateLink(store) });
const text = (target: string) => () => target;

/** The config link is somehow else, and all the rest as it should be. */
function config(
  name: string,
  entry: Tree[string] | null,
  state: State,
  view: View,
  more: Partial<LinkState> = {},
): LinkState {
  const target =
    entry !== null && typeof entry === "object" && entry.type === "symlink" ? text(entry.text) : null;
  return {
    name,
    tree: (store) => ({ ...stateLink(store), ...(entry === null ? {} : { "home/.claude": entry }) }),
    view,
    config: { target, state },
    state: STATE_OK,
    account: STORE_ACCOUNT,
    ...more,
  };
}

/** The same for the state file's link. */
function stateFile(
  name: string,
  entry: Tree[string] | null,
  state: State,
  account: string | null,
): LinkState {
  const target =
    entry !== null && typeof entry === "object" && entry.type === "symlink" ? text(entry.text) : null;
  return {
    name,
    tree: (store) => ({
      "stranger/state": file(STATE_ELSEWHERE),
      "home/.claude": symlink(toConfig(store)),
      ...(entry === null ? {} : { "home/.claude.json": entry }),
    }),
    view: "store",
    config: CONFIG_OK,
    state: { target, state },
    account,
  };
}

const STATE_ELSEWHERE = state("elsewhere@example.com");
const inContainer = (at: string): View => ({ at, isPersistent: false, kind: null });

export const LINKS: readonly LinkState[] = [
  {
    name: "both as start makes them",
    tree: links,
    view: "store",
    config: CONFIG_OK,
    state: STATE_OK,
    account: STORE_ACCOUNT,
  },
  {
    name: "both, and no stamp",
    tree: links,
    view: "store",
    isStamped: false,
    config: CONFIG_OK,
    state: STATE_OK,
    account: STORE_ACCOUNT,
  },
  {
    name: "both, no state file yet",
    tree: links,
    view: "store",
    hasStateFile: false,
    config: CONFIG_OK,
    state: STATE_OK,
    account: null,
  },
  config("~/.claude is missing", null, "missing", "nowhere"),
  {
    name: "both are missing",
    tree: () => ({}),
    view: "nowhere",
    config: { target: null, state: "missing" },
    state: { target: null, state: "missing" },
    account: null,
  },
  config("~/.claude dangles", symlink("/gone/.claude-credentials"), "dangling", "nowhere"),
  config("~/.claude leads to itself", symlink(".claude"), "dangling", "nowhere"),
  config("~/.claude is a directory again", directory(), "replaced", inContainer("home/.claude")),
  config("~/.claude is a file", file("x"), "replaced", "nowhere"),
  config("~/.claude is a FIFO", fifo(), "replaced", "nowhere"),
  config("~/.claude leads to somebody's", symlink("../stranger"), "foreign", inContainer("stranger")),
  config(
    "~/.claude is a mount",
    directory(),
    "mount",
    { at: "home/.claude", isPersistent: true, kind: "mount" },
    {
      options: { mounts: [["home/.claude", "ext4"]] },
      tree: (_, home) => ({
        "home/.claude": directory(),
        "home/.claude.json": symlink(`${home}/.claude/.claude.json`),
      }),
      state: { target: (_, home) => `${home}/.claude/.claude.json`, state: "ok" },
      account: null,
    },
  ),
  {
    name: "CLAUDE_CONFIG_DIR is a link to the store",
    tree: (store) => ({ "home/config": symlink(toConfig(store)) }),
    configDirectory: "home/config",
    view: "store",
    config: CONFIG_OK,
    state: null,
    account: STORE_ACCOUNT,
  },
  {
    name: "CLAUDE_CONFIG_DIR persists by itself",
    tree: () => ({ "theirs/config": directory() }),
    options: { mounts: [["theirs", "ext4"]] },
    configDirectory: "theirs/config",
    view: { at: "theirs/config", isPersistent: true, kind: "path" },
    config: null,
    state: null,
    account: null,
  },
  stateFile("~/.claude.json is missing", null, "missing", null),
  stateFile(
    "~/.claude.json is a file again",
    file(state("home@example.com")),
    "replaced",
    "home@example.com",
  ),
  {
    ...stateFile(
      "~/.claude.json is a file, cut off",
      file('{"oauthAccount":{"emailAddress":"canary'),
      "replaced",
      null,
    ),
    isStateCutOff: true,
  },
  stateFile(
    "~/.claude.json leads to somebody's",
    symlink("../stranger/state"),
    "foreign",
    "elsewhere@example.com",
  ),
  stateFile("~/.claude.json dangles", symlink("/gone/state"), "dangling", null),
];
