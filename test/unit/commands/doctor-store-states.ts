import { utimesSync } from "node:fs";
import { login } from "../../support/login.ts";
import { NOW, type TestMachine } from "../../support/machine.ts";
import { directory, file } from "../../support/tree.ts";
import { CREDENTIAL, STORE, type DoctorState } from "./doctor-state.ts";

/** A lock that was last touched so long ago. */
function old(path: string, seconds: number): (machine: TestMachine) => void {
  return (machine) => {
    machine.add({ [path]: directory() });
    const time = new Date(NOW - seconds * 1000);
    utimesSync(machine.path(path), time, time);
  };
}

/** The store and what lies in it. */
export const STORE_STATES: readonly DoctorState[] = [
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
  { name: "a store with rules around it", check: "agent-access", result: "ok", seen: /an agent's tools/ },
  {
    ...{ name: "a store that an agent may read", check: "agent-access", result: "warning" },
    ...{ code: "STORE_READABLE_BY_AGENT", seen: /may read the login without asking/, fix: /rebuild/ },
    options: { guarded: false },
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
];
