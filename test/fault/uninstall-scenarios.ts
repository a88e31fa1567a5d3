import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { CANARY, link, write, type Place } from "./place.ts";
import {
  ACCOUNT,
  buildDirectory,
  configDirectory,
  home,
  interruptedSwap,
  links,
  made,
  NEW,
  OLD,
  state,
  store,
  twoFileSystems,
  type Scenario,
} from "./scenarios.ts";

/** What a `start` writes in a store besides, and what lost a conflict in it once. */
function settled(place: Place): void {
  write(join(place.store, "format"), "1\n0 0\n");
}

function backups(place: Place): void {
  const kept = place.store.endsWith(".devcontainer.secrets")
    ? join(place.workspace, ".git/claude-credentials/backups")
    : join(place.store, "backups");
  write(join(kept, "20260101T000000000Z-merge/.credentials.json"), OLD);
  write(join(kept, "20260101T000000000Z-merge/projects/-old/lost.jsonl"), "lost once\n");
}

function apiMode(place: Place): void {
  const variables = join(place.store, "env-vars/.claude-code-env");
  write(variables, `export ANTHROPIC_API_KEY='${CANARY}-of-the-environment'\n`);
  link(variables, join(place.home, ".claude-code-env"));
}

/** What keeps git away from the store, and the copy of its login. */
function marks(place: Place): void {
  write(join(place.store, ".gitignore"), "*\n", 0o644);
  write(join(place.store, ".git/HEAD"), "ref: refs/heads/main\n", 0o644);
  for (const name of ["objects", "refs"]) mkdirSync(join(place.store, ".git", name));
  write(join(place.workspace, ".git/info/exclude"), "# own\n/.devcontainer.secrets/\n", 0o644);
  write(join(place.workspace, ".git/claude-credentials/last-known-good/.credentials.json"), NEW);
  write(join(place.workspace, ".git/claude-credentials/last-known-good/.claude.json"), state("store"));
}

function linked(place: Place): void {
  store(place, "store", NEW);
  links(place);
  settled(place);
}

/** Killed after `~/.claude` became real and before the store was gone. */
function halfUndone(place: Place): void {
  store(place, "home", NEW);
  settled(place);
  configDirectory(join(place.home, ".claude"), "home", NEW);
  write(join(place.home, ".claude.json"), state("home", ACCOUNT));
}

function keepStore(build: () => Place): () => Place {
  return () => ({ ...build(), args: ["--keep-store"] });
}

/** States in which `uninstall` may find home and store. */
export const UNINSTALL_STATES: readonly Scenario[] = [
  { name: "linked", depth: "reads", newest: NEW, build: made("git", linked) },
  {
    name: "linked, with backups and the API mode",
    depth: "changes",
    newest: NEW,
    build: made("git", linked, backups, apiMode),
  },
  {
    name: "linked, the home on another file system, with backups",
    depth: "worst",
    newest: NEW,
    build: made("git", linked, backups),
    fileSystems: twoFileSystems,
  },
  { name: "linked, the store stays", depth: "changes", newest: NEW, build: keepStore(made("git", linked)) },
  {
    name: "linked to a store in the work tree",
    depth: "changes",
    newest: NEW,
    build: made("secrets", linked, backups, marks),
  },
  { name: "half undone", depth: "changes", newest: NEW, build: made("git", halfUndone) },
  {
    name: "a real directory with an older login",
    depth: "changes",
    newest: NEW,
    build: made(
      "git",
      (place) => {
        store(place, "store", NEW);
        settled(place);
      },
      (place) => {
        home(place, "home", OLD);
      },
    ),
  },
  {
    name: "start was killed between the two halves of the swap",
    depth: "worst",
    newest: NEW,
    build: made("git", interruptedSwap, settled),
  },
  {
    name: "links to the image's own directory",
    depth: "worst",
    newest: NEW,
    build: made("git", buildDirectory),
  },
];
