import { symlinkSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { anchored } from "../../../src/apply/anchored-file-system.ts";
import { inspectUninstall } from "../../../src/inspect/inspect-uninstall.ts";
import type { FeatureOptions } from "../../../src/options.ts";
import { eachAction, type Action } from "../../../src/plan/action.ts";
import { planUninstall, type UninstallPlan } from "../../../src/plan/plan-uninstall.ts";
import { parseUninstallOptions } from "../../../src/uninstall-options.ts";
import { login, state } from "../../support/login.ts";
import { TestMachine } from "../../support/machine.ts";
import { file, type Tree } from "../../support/tree.ts";

const STORE = "work/.git/claude-credentials";
const FEATURE: FeatureOptions = {
  variant: "plain",
  store: "",
  perContainer: false,
  guard: true,
  notice: true,
};
const IN_STORE: Tree = {
  [`${STORE}/format`]: file("1\n0 0\n"),
  [`${STORE}/.claude-credentials/.credentials.json`]: file(login("store")),
  [`${STORE}/.claude-credentials/.claude.json`]: file(state("store@example.com")),
};
const IN_HOME: Tree = {
  "home/.claude/.credentials.json": file(login("home", 20)),
  "home/.claude.json": file(state("home@example.com")),
};

/** What changes something, as `kind path`. */
function changes(machine: TestMachine, actions: readonly Action[]): string[] {
  return eachAction(actions)
    .filter(({ kind }) => kind !== "keep")
    .map(({ kind, path }) =>
      `${kind} ${path.replace(`${machine.root}/`, "")}`.replace(/incoming-[^/]*-/, "incoming-"),
    );
}

function planned(
  tree: Tree,
  {
    isLinked,
    args = [],
    feature = {},
  }: { isLinked: boolean; args?: string[]; feature?: Partial<FeatureOptions> },
): { readonly machine: TestMachine; readonly plan: UninstallPlan } {
  const machine = new TestMachine({ repository: true, tree });
  const config = machine.path(`${STORE}/.claude-credentials`);
  if (isLinked) symlinkSync(config, `${machine.home}/.claude`);
  if (isLinked) symlinkSync(`${config}/.claude.json`, `${machine.home}/.claude.json`);
  const fs = anchored(machine.machine.fs);
  try {
    const options = parseUninstallOptions(["--workspace", machine.work, ...args], {
      env: { HOME: machine.home },
      cwd: "/",
      bundlePath: machine.path("share/claude-credentials.mjs"),
      feature: { ...FEATURE, ...feature },
    });
    return { machine, plan: planUninstall(inspectUninstall({ ...machine.machine, fs }, options), options) };
  } finally {
    fs.release();
  }
}

const BACK_FROM_LINKS = [
  "make-directory home/.local/share/claude-credentials",
  "make-directory home/.claude-credentials-incoming-back",
  `merge ${STORE}/.claude-credentials`,
  "return-directory home/.claude",
  "return-file home/.claude.json",
];
const STORE_AWAY = [
  `merge-state ${STORE}/.claude-credentials/.claude.json`,
  `remove-file ${STORE}/.claude-credentials/.claude.json`,
  `settle ${STORE}/.claude-credentials`,
];

describe("what uninstall decides", () => {
  test.each([
    { name: "nothing of ours anywhere", tree: IN_HOME, isLinked: false, back: [], clear: [] },
    {
      name: "links into a store: nothing is removed before it is back",
      tree: IN_STORE,
      isLinked: true,
      back: BACK_FROM_LINKS,
      clear: [],
    },
    {
      name: "links into a store that is asked to stay",
      tree: IN_STORE,
      isLinked: true,
      args: ["--keep-store"],
      back: BACK_FROM_LINKS,
      clear: [],
    },
    {
      name: "all is back, and the store goes",
      tree: { ...IN_STORE, ...IN_HOME },
      isLinked: false,
      back: ["make-directory home/.local/share/claude-credentials", `merge ${STORE}/.claude-credentials`],
      clear: STORE_AWAY,
    },
    {
      name: "all is back, and the store stays",
      tree: { ...IN_STORE, ...IN_HOME },
      isLinked: false,
      args: ["--keep-store"],
      back: [],
      clear: [],
    },
    {
      name: "all is back, and other containers may use the store",
      tree: { ...IN_STORE, ...IN_HOME },
      isLinked: false,
      feature: { perContainer: true },
      back: [],
      clear: [],
    },
  ])("$name", ({ tree, back, clear, ...rest }) => {
    const { machine, plan } = planned(tree, rest);
    expect(changes(machine, plan.back)).toEqual(back);
    expect(changes(machine, plan.clear)).toEqual(clear);
    expect(plan.refusals).toEqual([]);
  });

  test("the store's root goes with its format, and the stamp after everything", () => {
    const { machine, plan } = planned(
      { ...IN_STORE, ...IN_HOME, "home/.cache/claude-credentials/stamp": "" },
      { isLinked: false },
    );
    expect(changes(machine, plan.last)).toEqual([
      `remove-directory ${STORE}`,
      "remove-file home/.cache/claude-credentials/stamp",
      "remove-directory home/.cache/claude-credentials",
    ]);
  });

  test("Claude Code's locks are held while the directory takes the link's name", () => {
    const { machine, plan } = planned(IN_STORE, { isLinked: true });
    const under = plan.back.find((action) => action.kind === "under-locks" && action.part === "config");
    expect(under?.kind === "under-locks" ? under.locks : []).toEqual([
      machine.path(`${STORE}/.claude-credentials/.oauth_refresh.lock`),
      machine.path(`${STORE}/.claude-credentials.lock`),
      machine.path(`${STORE}/.claude-credentials/.storage-write.lock`),
    ]);
  });
});
