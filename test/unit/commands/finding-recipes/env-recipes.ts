import { file, symlink, type Tree } from "../../../support/tree.ts";
import { start, status, type Recipe } from "./recipe.ts";

const GIT = "work/.git/claude-credentials";
const VARIABLES: Tree = {
  [`${GIT}/env-vars/.claude-code-env`]: file("export ANTHROPIC_API_KEY=sk-key\n"),
};
const SECTION =
  "# >>> claude-credentials >>> Claude Code environment\necho mine\n# <<< claude-credentials <<<\n";

/** How each code is had that says something of the API mode. */
export const ENV_RECIPES = {
  MODE_CONFLICT: {
    options: { env: { ANTHROPIC_API_KEY: "sk-key", ANTHROPIC_AUTH_TOKEN: "sk-token" } },
    command: status,
  },
  ENV_INCOMPLETE: {
    options: { tree: { "home/.claude-code-env": file("export ANTHROPIC_API_KEY=$(id)\n") } },
    command: status,
  },
  ENV_REMAINS: {
    options: { repository: true, tree: VARIABLES },
    prepare: async (machine) => {
      await start(machine);
      machine.add({
        "elsewhere/settings.json": file('{"env":{"ANTHROPIC_API_KEY":"sk-key"}}'),
        [`${GIT}/.claude-credentials/settings.json`]: symlink(machine.path("elsewhere/settings.json")),
      });
    },
    command: (machine, ...format) => machine.env("unset", "--workspace", machine.work, ...format),
  },
  SHELL_SECTION_FOREIGN: {
    options: { repository: true, tree: { ...VARIABLES, "home/.profile": file(SECTION) } },
    command: start,
  },
  SHELL_SECTION_MISSING: {
    options: { repository: true, tree: { ...VARIABLES, "home/.profile": symlink("/gone/profile") } },
    command: start,
  },
} as const satisfies Readonly<Record<string, Recipe>>;
