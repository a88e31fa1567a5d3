import { finding, type Finding } from "../report/finding.ts";
import { quote } from "../report/quote.ts";
import { goes } from "./plan-remove-store.ts";
import type { FatedStore, Undoing } from "./undoing.ts";

/** What is said of stores that stay, and of what others keep in those that go. */
export function storeFindings({ stores }: Undoing, isStuck: boolean): Finding[] {
  return stores.flatMap((store) => {
    if (isStuck) return [kept(store, "not all of the home could be brought back", true)];
    if (store.stays !== null) return [kept(store, store.stays.why, !store.stays.asked)];
    return goes(store) && store.others.length > 0 ? [othersLeft(store)] : [];
  });
}

function kept({ candidate, others, present }: FatedStore, why: string, isUnasked: boolean): Finding {
  const { layout, kind } = candidate;
  const own = [layout.config, layout.envFile, layout.containers, layout.format].filter(
    (path) => path === layout.config || present.has(path),
  );
  // Backups of a store in the work tree lie in the git directory.
  const backups = present.has(layout.backups) ? [layout.backups] : [];
  const isWhole = others.length === 0 && kind !== "mount" && kind !== "workspace";
  const paths = isWhole ? [layout.root] : [...own, ...backups];
  return finding(
    "STORE_KEPT",
    `${layout.root} stays, since ${why}. A login that is in it and in the home is one login: where one of the two renews it, the other is logged out`,
    `when nothing uses it any more: rm -rf ${paths.map(quote).join(" ")}`,
    layout.root,
    isUnasked ? "warning" : "info",
  );
}

function othersLeft({ candidate, others }: FatedStore): Finding {
  const { root } = candidate.layout;
  const names = others.slice(0, 5).join(", ") + (others.length > 5 ? ", ..." : "");
  return finding(
    "STORE_KEPT",
    `${root} stays, since it holds what is not ours: ${names}. What keeps git away from it stays as well`,
    `look at it: ls -la ${quote(root)}`,
    root,
    "info",
  );
}

/** What root alone can remove, told where everything else is gone (or would be). */
export function featureFinding(paths: readonly string[]): Finding[] {
  const [first] = paths;
  if (first === undefined) return [];
  return [
    finding(
      "FEATURE_INSTALLED",
      "as long as devcontainer.json names the Feature, the next start of the container links again",
      `take its line out of devcontainer.json first; then rebuild, or: sudo rm -rf ${paths.map(quote).join(" ")}`,
      first,
    ),
  ];
}

/** What is in the home's own place for what is not deleted silently. */
export function keptFinding(kept: string): Finding {
  return finding(
    "BACKUPS_KEPT",
    `${kept} holds what lost a conflict, or a token of the API mode: credentials are not deleted silently`,
    `when nothing in it is needed: rm -rf ${quote(kept)}`,
    kept,
  );
}

/** The home goes with the container, and what outlived it is gone. */
export function fleetingFinding(config: string): Finding {
  return finding(
    "STORE_NOT_PERSISTENT",
    `${config} does not outlive the container, and the store that did is gone`,
    "copy what you need of it before you rebuild; or keep it: claude-credentials start",
    config,
  );
}

export function absentFinding(config: string): Finding {
  return finding(
    "CREDENTIAL_ABSENT",
    `there was no login to bring back to ${config}`,
    "log in: run claude",
    config,
  );
}

/** A link of somebody else's, which stays. */
export function foreignLink(path: string, text: string, hint: string): Finding {
  const message = `${path} is a link to ${text}, which is not ours: left alone`;
  return finding("LINK_FOREIGN", message, hint, path, "warning");
}
