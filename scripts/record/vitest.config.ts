import { defineConfig } from "vitest/config";

/** The recording uses the bed of the end-to-end tests, and is none of them: it writes a file of this repository. */
export default defineConfig({
  test: {
    include: ["scripts/record/*.record.ts"],
    globalSetup: ["test/e2e/support/global-setup.ts"],
    testTimeout: 180_000,
  },
});
