import { displayPath } from "../layout.ts";
import { envState } from "../plan/env-state.ts";
import { reachesShells } from "../plan/plan-env-sections.ts";
import type { Sight } from "./check.ts";
import type { CheckName } from "./check-table.ts";
import type { SightName, Sights } from "./doctor-looks.ts";
import {
  describeCredentialFile,
  describeInForce,
  describeLinks,
  describeLogin,
  describeOnboarding,
} from "./login-sights.ts";
import {
  describeAgentAccess,
  describeBuildContext,
  describeGit,
  describeModes,
  describeOwner,
  describePending,
  describeStore,
} from "./store-sights.ts";
import { duration } from "./times.ts";

/** Which look a check rests on, and what is said of what it saw where nothing was found wrong. */
export interface Description<Name extends SightName = SightName> {
  readonly sight: Name;
  readonly describe: (seen: Sights[Name], home: string) => Sight;
}

/** A description, whatever it rests on. */
export type AnyDescription = { [Name in SightName]: Description<Name> }[SightName];

function by<Name extends SightName>(sight: Name, describe: Description<Name>["describe"]): Description<Name> {
  return { sight, describe };
}

const NO_API_MODE: Sight = { result: "skipped", seen: "the API mode is not set" };
const NO_CONTAINER: Sight = { result: "skipped", seen: "this is no container" };

function ok(seen: string): Sight {
  return { result: "ok", seen };
}

/** Every check but `live`, which looks at nothing by itself. */
export const DESCRIPTIONS = {
  login: by("status", describeLogin),
  "credential-file": by("status", describeCredentialFile),
  onboarding: by("status", describeOnboarding),
  links: by("status", describeLinks),
  "re-pointing": by("repointing", ({ hasProject }) =>
    hasProject
      ? ok("nothing in devcontainer.json changes ~/.claude")
      : { result: "skipped", seen: "there is no devcontainer.json to look at" },
  ),
  start: by("start", describePending),
  moves: by("start", () => ok("every file could be looked at")),
  backups: by("backups", () => ok("no loser of a conflict is kept")),
  locks: by("locks", ({ held }, home) =>
    ok(
      held.length === 0
        ? "none is held"
        : held
            .map(
              ({ path, ageSeconds }) =>
                `${displayPath(path, home)} is held, touched ${duration(ageSeconds)} ago`,
            )
            .join("; "),
    ),
  ),
  store: by("status", describeStore),
  "store-owner": by("status", describeOwner),
  "store-modes": by("start", describeModes),
  git: by("start", describeGit),
  "build-context": by("status", describeBuildContext),
  "agent-access": by("status", describeAgentAccess),
  mode: by("status", ({ look, report }) =>
    report.mode === "none"
      ? { result: "skipped", seen: "neither a login nor a token is there" }
      : ok(`Claude Code uses ${describeInForce(look)}; nothing is set against it`),
  ),
  variables: by("status", ({ look: { env } }) =>
    envState(env).outcome === "not-configured" ? NO_API_MODE : ok("each place that must have them has them"),
  ),
  "shell-sections": by("status", ({ look: { env } }) =>
    env.file.state !== "valid" || !reachesShells(env.file.file)
      ? NO_API_MODE
      : ok(`in ${env.rcFiles.length.toString()} startup files`),
  ),
  "client-version": by("client", (client) => {
    if (client === null) return { result: "skipped", seen: "no claude is on PATH or in the home" };
    if (client.version === null)
      return { result: "skipped", seen: `the files of ${client.path} do not tell its version` };
    return ok(`Claude Code ${client.version} (${client.path})`);
  }),
  hooks: by("hooks", (hooks): Sight => {
    switch (hooks) {
      case "no-container":
        return NO_CONTAINER;
      case "unknown":
        return { result: "skipped", seen: "nothing tells when this container was made" };
      case "at-work":
        return { result: "info", seen: "a start is at work right now" };
      case "ran":
      case "not-run":
        return ok("a start ran in this container");
    }
  }),
  mounts: by("mounts", ({ inContainer }) =>
    inContainer ? ok("nothing is mounted where the login does not belong") : NO_CONTAINER,
  ),
  image: by("start", () => ok("the image brought no login")),
  program: by("program", ({ version, node, bundlePath }) =>
    ok(`version ${version} on Node.js ${node}, ${bundlePath}`),
  ),
} as const satisfies Record<Exclude<CheckName, "live">, AnyDescription>;
