import type { Owner } from "../apply/file-system.ts";
import type { HomeEntry } from "../inspect/entry.ts";
import type { EnvMode } from "../inspect/env-mode.ts";
import type { FormatFile } from "../inspect/format-file.ts";
import type { Inspection } from "../inspect/inspection.ts";
import { MOUNT_ROOT, storeLayout, type HomeLayout } from "../layout.ts";
import type { FeatureOptions } from "../options.ts";
import { plan, type Plan } from "./plan.ts";

/** What the image's home holds while the image is built. */
export interface BuildInspection {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly nonce: string;
  readonly homeLayout: HomeLayout;
  readonly config: HomeEntry;
  readonly state: HomeEntry | null;
  readonly homeLeftovers: Inspection["homeLeftovers"];
  /** The build-time store as it is: its root, its configuration directory, its `format`. */
  readonly root: string;
  readonly rootExists: boolean;
  readonly realConfig: string | null;
  readonly format: FormatFile | null;
  readonly identity: string | null;
  /** The configuration directory in another variant's build-time store, if the image has one. */
  readonly otherConfig: string | null;
  readonly owner: Owner;
}

/** Where a variant's links lead while the image is built: where its volume will be, else to a place of the user's own. */
export function buildRoots(
  { variant }: FeatureOptions,
  { buildRoot }: HomeLayout,
): { readonly root: string; readonly other: string } {
  return variant === "plain"
    ? { root: buildRoot, other: MOUNT_ROOT }
    : { root: MOUNT_ROOT, other: buildRoot };
}

/**
 * The links of the build's time: the same tables as at `start`, the store being a directory of the user's in the
 * image, so that nothing dangles before the first `start`.
 */
export function planInstall(build: BuildInspection, perContainer: boolean): Plan {
  const { homeLayout, owner, otherConfig, realConfig, root, rootExists } = build;
  const inspection: Inspection = {
    now: build.now,
    nonce: build.nonce,
    user: owner,
    homeLayout,
    config: build.config,
    state: build.state,
    buildConfig: otherConfig,
    buildHolds: false,
    configMounts: [],
    buildMounts: [],
    homeLeftovers: build.homeLeftovers,
    missingWorkspace: null,
    tops: [],
    wantedStore: "",
    candidates: [
      {
        candidate: {
          kind: "path",
          layout: storeLayout(root),
          exists: rootExists,
          holdsConfig: realConfig !== null,
          realConfig,
          state: "absent",
          loginDigest: null,
          persistent: true,
          verdict: { usable: true, making: rootExists ? "none" : "mkdir", owner, keepsModes: true },
          credential: { state: "absent" },
          format: build.format,
          identity: build.identity,
          wrongModes: [],
          deliveries: null,
          ownIgnore: null,
        },
        reason: "the image's own directory, until the first start",
        eligible: true,
      },
    ],
    imageHome: null,
    olderCopy: null,
    abandonedLocks: [],
    storeLeftovers: [],
    ignoreFiles: null,
    lastKnownGood: null,
    env: noEnvMode(homeLayout),
  };
  const options = { adopt: false, perContainer, devcontainerId: null, homeOwner: owner };
  return plan(inspection, { ...options, env: { kind: "keep" } });
}

/** No image is built with somebody's token. */
function noEnvMode({ envFile, state, config }: HomeLayout): EnvMode {
  return {
    link: { kind: "absent", realPath: envFile, persistent: false },
    holdsDirectory: false,
    stored: { state: "absent" },
    sources: [],
    refused: [],
    rcFiles: [],
    settings: null,
    state: { path: state ?? `${config}/.claude.json`, file: { state: "absent" } },
    leftovers: [],
  };
}
