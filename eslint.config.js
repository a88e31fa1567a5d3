import js from "@eslint/js";
import n from "eslint-plugin-n";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", "test/e2e/node_modules/", "coverage/"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "no-restricted-exports": ["error", { restrictDefaultExports: { direct: true } }],
    },
  },
  {
    // 2026-11: what ships runs on Node 18.19, whatever the developer's own Node is.
    files: ["src/**/*.ts"],
    plugins: { n },
    rules: {
      "n/no-unsupported-features/node-builtins": [
        "error",
        { version: ">=18.19.0", ignores: ["util.parseArgs"] },
      ],
      "n/no-unsupported-features/es-builtins": ["error", { version: ">=18.19.0" }],
      "no-console": "error",
      "no-restricted-syntax": [
        "error",
        {
          selector: "ImportExpression[source.value=/^node:/]",
          message: "Import it as any other module: the build loads it at its first use (scripts/bundle.ts).",
        },
      ],
    },
  },
  {
    // Decisions are pure: what they need is handed to them, what they decide is handed back.
    files: ["src/plan/**/*.ts", "src/report/**/*.ts", "src/layout.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          paths: ["fs", "node:fs", "node:fs/promises", "node:process", "node:child_process", "node:os"],
          patterns: [{ group: ["**/apply/*"], allowTypeImports: true }],
        },
      ],
      "no-restricted-globals": ["error", "process"],
    },
  },
  {
    files: ["**/*.mjs", "**/*.js"],
    languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly" } },
  },
  {
    files: ["**/vitest.config.ts"],
    rules: { "no-restricted-exports": "off" },
  },
);
