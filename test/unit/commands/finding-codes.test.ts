import { describe, expect, test } from "vitest";
import { FINDING_SEVERITY, type Finding, type FindingCode } from "../../../src/report/finding.ts";
import { runMain } from "../../support/machine.ts";
import { ENV_RECIPES } from "./finding-recipes/env-recipes.ts";
import { LOGIN_RECIPES } from "./finding-recipes/login-recipes.ts";
import { asErrorState, cook, textOf, type Elsewhere, type Recipe } from "./finding-recipes/recipe.ts";
import { STORE_RECIPES } from "./finding-recipes/store-recipes.ts";

const PAGE = new URL("../../../docs/claude-credentials.mjs", import.meta.url).pathname;

/** How each code there is comes to be said. */
const RECIPES = {
  ...LOGIN_RECIPES,
  ...STORE_RECIPES,
  ...ENV_RECIPES,
  STORE_TRACKED_BY_GIT: asErrorState("STORE_TRACKED_BY_GIT"),
  STORE_UNSAFE: asErrorState("STORE_UNSAFE"),
  STORE_NOT_WRITABLE: asErrorState("STORE_NOT_WRITABLE"),
  STORE_WRONG_OWNER: asErrorState("STORE_WRONG_OWNER"),
  STORE_IN_BUILD_CONTEXT: asErrorState("STORE_IN_BUILD_CONTEXT"),
  STORE_NEWER: asErrorState("STORE_NEWER"),
  CONFIG_HOLDS_MOUNT: asErrorState("CONFIG_HOLDS_MOUNT"),
  LINK_FOREIGN: asErrorState("LINK_FOREIGN"),
  MOVE_INCOMPLETE: asErrorState("MOVE_INCOMPLETE"),
  LOCK_HELD: asErrorState("LOCK_HELD"),
  // Where no Node is found none of the program runs.
  RUNTIME_MISSING: { saidIn: "test/unit/shell/launcher.test.ts" },
  // A check of doctor's has one as its code.
  CLIENT_OUTDATED: { saidIn: "test/unit/commands/doctor-container-states.ts" },
  HOME_MOUNTED: { saidIn: "test/unit/commands/doctor-container-states.ts" },
  MOUNT_MISPLACED: { saidIn: "test/unit/commands/doctor-container-states.ts" },
  HOOKS_NOT_RUN: { saidIn: "test/unit/commands/doctor-container-states.ts" },
  LINK_REPOINTED: { saidIn: "test/unit/commands/doctor-container-states.ts" },
  RENEWAL_FAILED: { saidIn: "test/unit/commands/refresh.test.ts" },
  LOCK_STALE: { saidIn: "test/unit/commands/doctor-store-states.ts" },
} satisfies Readonly<Record<FindingCode, Recipe | Elsewhere>>;

const ALL = Object.entries(RECIPES) as [FindingCode, Recipe | Elsewhere][];
const COOKED = ALL.flatMap(([code, recipe]) => ("command" in recipe ? [[code, recipe] as const] : []));
const POINTED = ALL.flatMap(([code, recipe]) => ("saidIn" in recipe ? [[code, recipe] as const] : []));

describe("every code that there is", () => {
  test.each(COOKED)("%s is said, in JSON and in text, and explained", async (code, recipe) => {
    const { out } = await cook(recipe, "--json");
    const { findings } = JSON.parse(out) as { readonly findings: readonly Finding[] };
    const said = findings.find((finding) => finding.code === code);
    expect(findings.map((finding) => finding.code)).toContain(code);
    expect(Object.keys(FINDING_SEVERITY)).toEqual(expect.arrayContaining(findings.map((one) => one.code)));
    expect(said?.hint.split("\n").at(-1)).toBe(`claude-credentials explain ${code}`);
    expect(said?.hint.split("\n")[0]?.length).toBeGreaterThan(0);

    const text = await cook(recipe);
    expect(text.out + text.err).toContain(`claude-credentials: ${said?.severity ?? "?"} ${code}:`);
    expect(text.out + text.err).toContain(`claude-credentials explain ${code}\n`);

    const explained = await runMain(["explain", code], { bundlePath: PAGE });
    expect({ code: explained.code, err: explained.err }).toEqual({ code: 0, err: "" });
    expect(explained.out.split("\n")[0]).toBe(code);
  });

  test.each(POINTED)("%s is said by what another test runs", (code, elsewhere) => {
    expect(textOf(elsewhere)).toContain(`"${code}"`);
  });
});
