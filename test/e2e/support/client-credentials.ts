import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { onTestFinished } from "vitest";
import { nodeFileSystem } from "../../../src/apply/node-file-system.ts";
import type { SettingsSource } from "../../../src/env/mode-in-force.ts";
import { readSettingsSources } from "../../../src/inspect/settings-sources.ts";
import { temporaryDirectory } from "../../support/tree.ts";
import { findClient } from "./client.ts";
import { type Credentials, startRecordingEndpoint } from "./recording-endpoint.ts";

/** The access token of a stored login. */
export const LOGIN = "stored-login";

const FILES = {
  user: "home/.claude/settings.json",
  project: "project/.claude/settings.json",
  "project-local": "project/.claude/settings.local.json",
} as const;

/** What one place says: names whose values are made up by `valueIn`, or names and values. */
export type Said = readonly string[] | Readonly<Record<string, string>>;

/** What a client is started with: the environment, settings and the login. `apiKeyHelper` goes among the variables. */
export interface ClientSetting extends Partial<Record<keyof typeof FILES | "environment", Said>> {
  /** The user's settings have a comment in them. */
  readonly isCommented?: true;
  readonly login?: true;
}

/** What came from a client, and what it read that from. */
export interface ClientCredentials {
  readonly arrived: readonly Credentials[];
  readonly sources: readonly SettingsSource[];
}

/** The value of a variable that a place is said to have; it tells both. */
export function valueIn(source: string, variable: string): string {
  return `${variable}-of-${source}`;
}

/** Starts the real client with each setting and sees what it sends; the answers have the names of the settings. */
export async function askClients<Name extends string>(
  settings: Readonly<Record<Name, ClientSetting>>,
): Promise<Readonly<Record<Name, ClientCredentials>>> {
  const endpoint = await startRecordingEndpoint();
  onTestFinished(endpoint.stop);
  const left = Object.entries<ClientSetting>(settings);
  const found = new Map<string, ClientCredentials>();
  async function work(): Promise<void> {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [name, setting] = next;
      const place = name.replaceAll(/\W/g, "-");
      const sources = await startClient(setting, endpoint.baseUrl(place));
      found.set(name, { arrived: endpoint.arrived(place), sources });
    }
  }
  // Starting a client is work for one core, waiting for it is not.
  await Promise.all([work(), work(), work()]);
  return Object.fromEntries(found) as Record<Name, ClientCredentials>;
}

async function startClient(setting: ClientSetting, baseUrl: string): Promise<readonly SettingsSource[]> {
  const folder = temporaryDirectory();
  const [home, cwd] = [join(folder, "home"), join(folder, "project")];
  layOut(folder, setting);
  const env = {
    ...{ PATH: "/usr/bin:/bin", HOME: home, ANTHROPIC_BASE_URL: baseUrl, CLAUDE_CODE_MAX_RETRIES: "0" },
    ...{ DISABLE_AUTOUPDATER: "1", CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1" },
    // Nobody listens there.
    ...{ ANTHROPIC_BEDROCK_BASE_URL: "http://127.0.0.1:9", CLAUDE_CODE_SKIP_BEDROCK_AUTH: "1" },
    ...{ AWS_REGION: "us-east-1" },
    ...variables("environment", setting.environment ?? []),
  };
  const options = { cwd, env, extendEnv: false, reject: false, input: "", timeout: 60_000 } as const;
  const { timedOut, stderr } = await execa(findClient(), ["-p", "hi"], options);
  if (timedOut) throw new Error(`the client did not end: ${stderr}`);
  return readSettingsSources(nodeFileSystem, join(home, ".claude"), cwd, env);
}

function layOut(folder: string, setting: ClientSetting): void {
  for (const name of ["home", "project"]) mkdirSync(join(folder, name, ".claude"), { recursive: true });
  for (const source of ["user", "project", "project-local"] as const) {
    const said = setting[source];
    if (said === undefined) continue;
    const { apiKeyHelper: output, ...env } = variables(source, said);
    const helper = output === undefined ? {} : { apiKeyHelper: output === "" ? "" : `echo ${output}` };
    const comment = source === "user" && setting.isCommented === true ? "// mine\n" : "";
    writeFileSync(join(folder, FILES[source]), `${comment}${JSON.stringify({ env, ...helper })}\n`);
  }
  if (setting.login !== true) return;
  const claudeAiOauth = {
    ...{ accessToken: LOGIN, refreshToken: "made-up", expiresAt: Date.now() + 86_400_000 },
    ...{ scopes: ["user:inference", "user:profile"], subscriptionType: "max" },
  };
  writeFileSync(join(folder, "home/.claude/.credentials.json"), JSON.stringify({ claudeAiOauth }));
}

function variables(source: string, said: Said): Readonly<Record<string, string>> {
  return isList(said) ? Object.fromEntries(said.map((name) => [name, valueIn(source, name)])) : said;
}

function isList(said: Said): said is readonly string[] {
  return Array.isArray(said);
}
