import type { LinkStatus, StatusReport } from "../../../../src/report/status-report.ts";
import type { TestMachine } from "../../../support/machine.ts";
import { directoriesOf, viewOf } from "./build.ts";
import { NOTHING_KNOWN } from "./credentials.ts";
import type { Seen } from "./env-state.ts";
import { STORE_ACCOUNT } from "./links.ts";
import { isSeen, type Row } from "./pairs.ts";
import { cutOff, linkSaid, unanswered } from "./link-words.ts";
import { told, type Told } from "./told.ts";

/** What `status --json` must say of a state, and its exit code: from the tables alone. */
export function expectedOf(row: Row, machine: TestMachine): { code: number; report: StatusReport } {
  const { credential, store, link, env } = row;
  const at = directoriesOf(machine);
  const seen = seenOf(row, machine);
  const isThere = isSeen(row);
  const place = placeOf(row, machine);
  const isUsable = isThere && credential.isUsable;
  const state = isThere ? credential.state : "absent";
  const used = env.used(seen);
  const alone = state === "valid" ? "oauth" : "none";
  const loggedIn = used !== null || isUsable;
  const persistent = used === null ? isThere && place.isPersistent : used.isPersistent;
  const links = linksOf(row, machine);
  const isStoreSeen = isThere && link.view === "store";
  const closedRoot = link.view === "store" && row.store.closedBy !== undefined ? row.store.root(at) : null;
  const report: StatusReport = {
    version: 1,
    mode: used === null ? alone : used.mode,
    loggedIn,
    persistent,
    account: accountOf(row),
    credential: { state, ...NOTHING_KNOWN, ...(isThere ? credential.facts : {}) },
    store: isThere ? place.store : null,
    links,
    locks: [],
    findings: [
      ...credentialSaid(row, place.credential, used === null),
      ...stateSaid(row, place.credential, at.home, loggedIn),
      ...placeSaid(row, machine, place.isPersistent),
      ...(isStoreSeen && !isOfBuild(row) && store.said !== undefined
        ? [store.said(at, credential.owner)]
        : []),
      ...(store.saidAnyway === undefined ? [] : [store.saidAnyway(at)]),
      ...(isStoreSeen && isOfBuild(row) && store.said !== undefined
        ? [store.said(at, credential.owner)]
        : []),
      ...links.flatMap((one) => linkSaid(one, closedRoot)),
      ...env.said(seen),
    ],
  };
  return { code: loggedIn && persistent ? 0 : 1, report };
}

/** What builds do to the store is looked at last. */
function isOfBuild({ store }: Row): boolean {
  return store.name.includes("image build");
}

/** Where the credential is looked for, and what is said of that place. */
function placeOf({ store, link }: Row, machine: TestMachine) {
  const config = link.configDirectory === undefined ? "home/.claude" : link.configDirectory;
  if (link.view === "nowhere" || (link.view === "store" && store.closedBy !== undefined))
    return {
      credential: `${machine.path(config)}/.credentials.json`,
      isPersistent: false,
      store: null,
    };
  if (link.view === "store") {
    const root = store.root(directoriesOf(machine));
    return {
      credential: `${root}/.claude-credentials/.credentials.json`,
      isPersistent: store.isPersistent,
      store: store.kind === null ? null : { root, kind: store.kind },
    };
  }
  const { at, isPersistent, kind } = link.view;
  const root = machine.path(at);
  return {
    credential: `${root}/.credentials.json`,
    isPersistent,
    store: kind === null ? null : { root, kind },
  };
}

function seenOf(row: Row, machine: TestMachine): Seen {
  const { store, link, credential } = row;
  const isClosed = store.closedBy !== undefined;
  const isThere = isSeen(row);
  const config = machine.path(link.configDirectory ?? "home/.claude");
  const root = store.root(directoriesOf(machine));
  return {
    home: machine.home,
    work: machine.work,
    settings: isThere && viewOf(row) !== null ? `${config}/settings.json` : null,
    settingsPersist: placeOf(row, machine).isPersistent,
    file: isClosed ? null : `${root}/env-vars/.claude-code-env`,
    isFileBesideLogin: isThere && link.view === "store" && store.kind !== null,
    filePersists: store.isPersistent,
    hasLogin: isThere && credential.isUsable,
  };
}

function accountOf({ store, link }: Row): StatusReport["account"] {
  const email = link.account;
  const isClosed = email === STORE_ACCOUNT && store.closedBy !== undefined;
  return email === null || isClosed ? null : { email, organization: "Acme" };
}

/** The state file lies beside the credential where CLAUDE_CONFIG_DIR is set. */
function stateSaid(row: Row, credential: string, home: string, loggedIn: boolean): Told[] {
  const path =
    row.link.state === null
      ? credential.replace(".credentials.json", ".claude.json")
      : `${home}/.claude.json`;
  if (row.link.isStateCutOff === true) return [cutOff(path)];
  return loggedIn && accountOf(row) === null ? [unanswered(path)] : [];
}

/** Through a store that is closed nothing is seen: a link into it leads to nothing. */
function linksOf({ store, link }: Row, machine: TestMachine): LinkStatus[] {
  const root = store.root(directoriesOf(machine));
  const status = (path: string, { target, state }: NonNullable<typeof link.config>): LinkStatus => {
    const text = target === null ? null : target(root, machine.home);
    const isInto = text?.startsWith(`${root}/`) === true && store.closedBy !== undefined;
    return { path, target: text, state: isInto ? "dangling" : state };
  };
  const config = machine.path(link.configDirectory ?? "home/.claude");
  return [
    ...(link.config === null ? [] : [status(config, link.config)]),
    ...(link.state === null ? [] : [status(`${machine.home}/.claude.json`, link.state)]),
  ];
}

function credentialSaid(row: Row, path: string, needsLogin: boolean): Told[] {
  const { credential, store, link } = row;
  if (!isSeen(row))
    return needsLogin
      ? [told("info", "CREDENTIAL_ABSENT", path, "nobody is logged in", "log in: claude auth login")]
      : [];
  const isOpen = link.view === "store" && store.mode !== undefined && credential.content !== null;
  const mode = `0${(store.mode ?? 0).toString(8)}`;
  return [
    ...(needsLogin && credential.asLogin !== undefined ? [credential.asLogin(path)] : []),
    ...(credential.always?.(path) ?? []),
    ...(isOpen
      ? [
          told(
            "warning",
            "CREDENTIAL_MODE",
            path,
            `others may read the credential (mode ${mode})`,
            `chmod 600 ${path}${mode === "0777" ? "   and where that changes nothing, no modes are kept there: claude-credentials explain STORE_MODE_IGNORED" : ""}`,
          ),
        ]
      : []),
  ];
}

/** A store that is closed, and a login that goes with the container. */
function placeSaid(row: Row, machine: TestMachine, isPersistent: boolean): Told[] {
  const { store, link } = row;
  const root = store.root(directoriesOf(machine));
  if (link.view === "store" && store.closedBy !== undefined)
    return [
      told(
        "error",
        "STORE_WRONG_OWNER",
        root,
        `${root} is closed to you (uid 1000), so the login in it cannot be used`,
        `sudo chown -hR 1000:1000 ${root}   then: claude-credentials start`,
      ),
    ];
  if (!isSeen(row) || isPersistent) return [];
  return [
    told(
      "warning",
      "STORE_NOT_PERSISTENT",
      machine.path(link.configDirectory ?? "home/.claude"),
      "the login lies in the container and is gone with it",
      `what is in the way is said by: claude-credentials start --workspace ${machine.work}`,
    ),
  ];
}
