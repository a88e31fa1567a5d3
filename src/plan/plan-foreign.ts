import { finding, type Finding } from "../report/finding.ts";
import { quote } from "../report/quote.ts";
import type { Action } from "./action.ts";
import { keep, link, underLocks } from "./config-actions.ts";
import type { PartialPlan, Planning } from "./plan.ts";

/** The finding where the store and a directory lie one within the other; null where they do not. */
export function overlapping(planning: Planning, directory: string): Finding | null {
  const { root, config } = planning.store;
  const overlaps = isWithin(root, directory) || isWithin(directory, config);
  if (!overlaps) return null;
  return finding(
    "STORE_UNSAFE",
    `the store ${root} and ${directory} lie one within the other, so nothing is moved`,
    "choose another place with the Feature's option 'store'",
    directory,
  );
}

/** The finding where something is mounted inside a directory, which then cannot give way to a link; null where nothing is. */
export function mountedInside({ inspection, store }: Planning, directory: string): Finding | null {
  const [name] = inspection.configMounts;
  if (name === undefined) return null;
  const path = `${directory}/${name}`;
  return finding(
    "CONFIG_HOLDS_MOUNT",
    `${path} is a mount, so ${directory} cannot become a link to the store: it is left alone, and a login in it goes with the container`,
    `in devcontainer.json, mount it at ${store.config}/${name} instead of ${path}, or not at all, and rebuild`,
    path,
  );
}

function isWithin(path: string, directory: string): boolean {
  return directory === "/" || path === directory || path.startsWith(`${directory}/`);
}

/** A link of somebody else's is left alone; with `--adopt` a copy of what it leads to is merged and the link re-pointed. */
export function foreign(
  planning: Planning,
  path: string,
  text: string,
  realPath: string,
  isDirectory: boolean,
): PartialPlan {
  const { options, inspection } = planning;
  const code = "LINK_FOREIGN";
  const leadsTo = `${path} is a link to ${text}, which is not ours`;
  if (!options.adopt) {
    const hint =
      "if the login is to be kept with the others: claude-credentials start --adopt (copies what lies there, then links to the store)";
    return {
      actions: [keep("config", path, "a link of somebody else's")],
      findings: [finding(code, `${leadsTo}: left alone`, hint, path)],
    };
  }
  if (
    isDirectory &&
    (isWithin(inspection.homeLayout.home, realPath) || overlapping(planning, realPath) !== null)
  ) {
    const hint = `remove the link yourself if nothing needs it: rm ${quote(path)}   then: claude-credentials start`;
    return {
      actions: [keep("config", path, "it leads to far more than a configuration")],
      findings: [finding(code, `${leadsTo}; too much lies there to be taken over`, hint, path)],
    };
  }
  const merge: Action[] = isDirectory
    ? [
        {
          part: "config",
          kind: "merge",
          path: realPath,
          places: planning.places("adopt"),
          sourceGoes: false,
          losers: "keep",
          prefer: "store",
          except: null,
          leave: [],
          reason: "adopted: a copy",
        },
      ]
    : [];
  return {
    actions: underLocks(planning, "config", [
      ...merge,
      link(planning, "config", path, true, `adopted: it led to ${text}`),
    ]),
    findings: [],
  };
}
