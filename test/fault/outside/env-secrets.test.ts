import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ID, ensureBuilt, ROOT } from "../../../scripts/build.ts";
import { keyRecord } from "../../../src/plan/answer-onboarding.ts";
import { findLeak } from "../../support/leak.ts";
import { deadPort, serve } from "../../support/web-servers.ts";
import { look } from "../checker.ts";
import { makePlace, removePlace, write, type Place } from "../place.ts";
import { findSecretFiles } from "./secret-files.ts";
import { traceRun, type TracedCall, type TracedRun } from "./strace.ts";

await ensureBuilt();
const BUNDLE = join(ROOT, "dist/features/src", ID, `${ID}.mjs`);

const ENV_FILE = "workspace/.devcontainer.secrets/env-vars/.claude-code-env";
const SETTINGS = "workspace/.devcontainer.secrets/.claude-credentials/settings.json";
const STATE = "workspace/.devcontainer.secrets/.claude-credentials/.claude.json";

interface Secret {
  readonly token: string;
  readonly header: string;
}

/** Nothing else has eight characters in a row of it; the header's has some that are percent-encoded. */
function makeSecret(): Secret {
  return { token: randomBytes(36).toString("base64url"), header: randomBytes(36).toString("base64") };
}

function leakIn(text: string, ...secrets: readonly Secret[]): string | null {
  for (const { token, header } of secrets) {
    const found = findLeak(text, token) ?? findLeak(text, header);
    if (found !== null) return found;
  }
  return null;
}

/** A home in which a client has worked, with files that everybody may read. */
function layOut(): Place {
  const place = makePlace("secrets");
  onTestFinished(() => {
    removePlace(place);
  });
  write(join(place.home, ".claude/settings.json"), '{ "model": "opus" }\n', 0o644);
  write(join(place.home, ".claude.json"), '{ "numStartups": 3 }\n', 0o644);
  write(join(place.home, ".bashrc"), "# mine\n", 0o644);
  return place;
}

/** The files below home and workspace that have a secret in them or in their names. */
function filesWith(place: Place, ...secrets: readonly Secret[]): string[] {
  return look(place)
    .filter(({ path, content }) => leakIn(`${path}\n${content}`, ...secrets) !== null)
    .map(({ path }) => path)
    .sort();
}

/** The processes of this machine in whose arguments or environment a secret is. */
function processesWith(secret: Secret): string[] {
  const shown = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`]);
  return shown.filter((path) => {
    try {
      return leakIn(readFileSync(path, "latin1"), secret) !== null;
    } catch {
      // Ended meanwhile, or somebody else's.
      return false;
    }
  });
}

test.for([
  ["api-key", "oauth-token"],
  ["auth-token", "api-key"],
] as const)(
  "G01 and G02: of an %s, and of an %s in its place, nothing is ever seen elsewhere, nor open to others under umask 000",
  async ([firstKind, secondKind]) => {
    const place = layOut();
    const [first, second] = [makeSecret(), makeSecret()];
    const calls: TracedCall[] = [];
    const run = async (command: readonly string[], secret?: Secret): Promise<TracedRun> => {
      const flags = ["--home", place.home, "--workspace", place.workspace, "--store", "workspace"];
      const whole = [process.execPath, BUNDLE, ...command, ...flags];
      const traced = await traceRun(join(place.root, "trace"), whole, {
        input: secret === undefined ? "" : `${secret.token}\n${secret.header}\n`,
        cwd: "/",
        env: { PATH: process.env["PATH"] ?? "", HOME: place.home },
      });
      calls.push(...traced.calls);
      expect(leakIn(traced.output, first, second), command.join(" ")).toBeNull();
      return traced;
    };
    const set = (kind: string, port: number, ...flags: string[]): string[] => {
      const given = ["--base-url", `http://127.0.0.1:${port}`, "--kind", kind, "--token-stdin"];
      return ["env", "set", ...given, "--header", "X-Team", ...flags];
    };
    const looks: string[][] = [];
    const listening = await serve((request, response) => {
      looks.push(processesWith(second));
      expect(leakIn(JSON.stringify(request.headers), second)).not.toBeNull();
      response.writeHead(200, { "content-type": "application/json" }).end('{"data":[]}');
    });

    expect(await run(set(firstKind, await deadPort(), "--no-test"), first)).toMatchObject({ exitCode: 0 });
    expect(filesWith(place, first)).toEqual(places(firstKind));
    expect(await run(["env", "show"])).toMatchObject({ exitCode: 0 });
    expect(await run(["env", "show", "--json", "--verbose"])).toMatchObject({ exitCode: 0 });
    expect(await run(["env", "verify"])).toMatchObject({ exitCode: 0 });
    expect(await run(["env", "test"])).toMatchObject({ exitCode: 1 });

    expect(await run(set(secondKind, listening), second)).toMatchObject({ exitCode: 0 });
    expect(looks.length).toBeGreaterThan(0);
    expect(looks.flat()).toEqual([]);
    await run(["start", "--verbose"]);
    await run(["status"]);
    expect(filesWith(place, first)).toEqual([]);
    expect(filesWith(place, second)).toEqual(places(secondKind));
    for (const { path, content } of look(place).filter((entry) => entry.path === STATE))
      expect(leakIn(content.replace(keyRecord(second.token), ""), second), path).toBeNull();

    expect(await run(["env", "unset"])).toMatchObject({ exitCode: 0 });
    expect(filesWith(place, first, second)).toEqual([]);

    const executed = calls.filter(({ name }) => name.startsWith("execve"));
    expect(executed.some(({ text }) => text.includes("git"))).toBe(true);
    expect(executed.filter(({ text }) => leakIn(text, first, second) !== null)).toEqual([]);
    const { files, elsewhere } = findSecretFiles(calls, (text) => leakIn(text, first, second) !== null);
    expect(elsewhere.filter((path) => !path.startsWith("socket:"))).toEqual([]);
    expect(new Set(files.map(({ path }) => path.slice(place.root.length + 1)))).toEqual(
      new Set([ENV_FILE, SETTINGS, STATE]),
    );
    const open = files.filter(
      ({ modes }) => modes.length === 0 || modes.some((mode) => (mode & 0o077) !== 0),
    );
    expect(open).toEqual([]);
  },
);

/** Where a secret is to be. The client itself wants to find the end of an API key in its state. */
function places(kind: string): string[] {
  return [ENV_FILE, SETTINGS, ...(kind === "api-key" ? [STATE] : [])].sort();
}
