import { expect, it } from "vitest";
import { expectLogin, logIn, snapshot } from "./support/checks.ts";
import type { DevContainer } from "./support/container.ts";
import { madeUpLogin } from "./support/logins.ts";
import { createProject } from "./support/project.ts";

/** Puts a wrapper in Node's place that writes each call down before it makes it. */
async function recordNodeCalls(container: DevContainer): Promise<void> {
  await container.shAsRoot(`
    node=$(readlink -f "$(command -v node)")
    mv "$node" "$node.real"
    printf '#!/bin/sh\\necho "$*" >>/tmp/node-calls\\nexec "%s" "$@"\\n' "$node.real" >"$node"
    chmod 0755 "$node"
    : >/tmp/node-calls
    chmod 0666 /tmp/node-calls`);
}

it("a container that is stopped and started finds nothing to do, and does so without Node", async () => {
  const project = await createProject();
  const container = await project.up();
  await recordNodeCalls(container);
  await container.claudeCredentials("--version");
  expect(await container.read("/tmp/node-calls"), "the recorder records").toContain("--version");
  await container.shAsRoot(": >/tmp/node-calls");
  const store = `${container.workspaceFolder}/.git/claude-credentials`;

  for (const time of ["first", "second"]) {
    // The client renews its tokens in between, as it does all day.
    const login = madeUpLogin("dev@example.com");
    await logIn(container, login);
    const before = await snapshot(container, store, "~/.claude", "~/.claude.json", "~/.cache");
    await container.stop();
    const again = await project.up();

    expect(again.id).toBe(container.id);
    expect(again.upOutput, time).toContain(`claude-credentials: unchanged, login kept in ${store}\n`);
    expect(await again.read("/tmp/node-calls"), time).toBe("");
    expect(await snapshot(again, store, "~/.claude", "~/.claude.json", "~/.cache"), time).toBe(before);
    await expectLogin(again, login);
  }
});
