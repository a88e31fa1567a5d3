import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { shells, type Shell } from "../../support/shell.ts";
import { launcher, placeProduct } from "./support/product.ts";
import { Sandbox } from "./support/sandbox.ts";

const hook = ["start", "--workspace", "/work/project", "--devcontainer-id", "id"];
const signals = [
  { signal: "SIGTERM", code: 143 },
  { signal: "SIGINT", code: 130 },
  { signal: "SIGHUP", code: 129 },
] as const;

/** Says that it is ready, then does `onSignal` for each signal; it would run for a minute. */
const waiting = (onSignal: string): string => `
import { appendFileSync, writeFileSync } from "node:fs";
for (const name of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(name, () => { ${onSignal} });
setTimeout(() => {}, 60_000);
writeFileSync("/tmp/ready", "");
`;

const deaf = `
import { writeFileSync } from "node:fs";
setTimeout(() => {}, 60_000);
writeFileSync("/tmp/ready", "");
`;

function withBundle(shell: Shell, text: string): Sandbox {
  const sandbox = new Sandbox(shell);
  placeProduct(sandbox, sandbox.lend(process.execPath, "/usr/bin/node"), text);
  return sandbox;
}

async function until(path: string): Promise<void> {
  for (let tries = 0; !existsSync(path); tries++) {
    if (tries > 500) throw new Error(`${path} never came`);
    await sleep(10);
  }
}

describe.each(shells())("start under $name, told to stop", (shell: Shell) => {
  it.each(signals)("by $signal, passes it on and exits $code", async ({ signal, code }) => {
    const sandbox = withBundle(shell, waiting('appendFileSync("/tmp/got", name); process.exit(5);'));
    const running = sandbox.start([launcher, ...hook]);
    await until(sandbox.path("/tmp/ready"));
    running.kill(signal);
    const result = await running;
    expect({ code: result.exitCode, stderr: result.stderr }).toEqual({ code, stderr: "" });
    expect(sandbox.read("/tmp/got")).toBe(signal);
  });

  it.each(signals)("by $signal, ends a Node.js that does not listen", async ({ signal, code }) => {
    const sandbox = withBundle(shell, deaf);
    const running = sandbox.start([launcher, ...hook, "--strict"]);
    await until(sandbox.path("/tmp/ready"));
    running.kill(signal);
    expect((await running).exitCode).toBe(code);
  });

  it("waits until Node.js has put things in order, however often it is told", async () => {
    const onSignal =
      'appendFileSync("/tmp/got", "x"); setTimeout(() => { writeFileSync("/tmp/order", ""); process.exit(0); }, 300);';
    const sandbox = withBundle(shell, waiting(onSignal));
    const running = sandbox.start([launcher, ...hook]);
    await until(sandbox.path("/tmp/ready"));
    running.kill("SIGTERM");
    await until(sandbox.path("/tmp/got"));
    await sleep(50);
    running.kill("SIGTERM");
    expect((await running).exitCode).toBe(143);
    expect(sandbox.exists("/tmp/order")).toBe(true);
    expect(sandbox.read("/tmp/got")).toBe("xx");
  });
});
