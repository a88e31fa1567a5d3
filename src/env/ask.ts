import type { Terminal } from "../context.ts";
import { UserError } from "../errors.ts";
import { checkBaseUrl } from "./check-base-url.ts";
import { checkToken, whyNoRefreshToken } from "./check-token.ts";
import { checkHeader } from "./custom-headers.ts";
import type { Draft } from "./draft.ts";
import type { TokenKind } from "./env-names.ts";
import type { Target } from "./options.ts";

const KINDS: readonly { value: TokenKind; label: string; hint: string }[] = [
  { value: "auth-token", label: "auth token", hint: "of a LiteLLM or other proxy; sent as Bearer" },
  { value: "api-key", label: "API key", hint: "of Anthropic's console or a proxy; sent as x-api-key" },
  { value: "oauth-token", label: "OAuth token", hint: "a long-lived one, from: claude setup-token" },
];

const TARGETS: readonly { value: Target; label: string; hint: string }[] = [
  {
    value: "both",
    label: "shells and settings",
    hint: "every process: terminals, editors, docker exec, cron",
  },
  { value: "shell", label: "shells alone", hint: "bash, zsh, fish and sh" },
  { value: "settings", label: "Claude Code's settings alone", hint: "no shell sees the token" },
];

/** So a variable that switches something off is set. */
const ON = "1";

/**
 * Asks for the API mode, with what is set already as the default of each question. The token is typed without echo.
 * @throws UserError where the person gives up
 */
export async function askDraft(present: Draft, terminal: Terminal, insecure: boolean): Promise<Draft> {
  const { confirm, password, select, text } = await import("../libraries.ts");
  const baseUrl = await answered(
    text({
      ...terminal,
      message: "Base URL (empty for Anthropic's own)",
      placeholder: "http://litellm:4000",
      initialValue: present.baseUrl ?? "",
      validate: (value = "") => {
        const checked = value === "" ? null : checkBaseUrl(value, insecure);
        return checked?.ok === false ? checked.why : undefined;
      },
    }),
  );
  const kind = await answered(
    select<TokenKind>({
      ...terminal,
      message: "Kind of token",
      initialValue: present.kind ?? "auth-token",
      options: [...KINDS],
    }),
  );
  const kept = kind === present.kind ? present.token : null;
  const token = await answered(
    password({
      ...terminal,
      message: kept === null ? "Token (not shown)" : "Token (not shown; empty keeps the present one)",
      mask: "",
      validate: (value = "") => {
        if (value === "" && kept !== null) return undefined;
        const checked = checkToken(kind, value);
        return checked.ok ? undefined : `the token ${checked.why}`;
      },
    }),
  );
  const headers = await askHeaders(present.headers, terminal);
  const others = new Map(present.others);
  for (const [name, message] of [
    ["DISABLE_TELEMETRY", "Switch telemetry off?"],
    ["DISABLE_AUTOUPDATER", "Switch the automatic update off?"],
  ] as const) {
    const isOff = present.token === null || (present.others.get(name) ?? "") !== "";
    if (await answered(confirm({ ...terminal, message, initialValue: isOff }))) others.set(name, ON);
    else others.delete(name);
  }
  const to = await answered(
    select<Target>({
      ...terminal,
      message: "Who is to get it",
      initialValue: present.to,
      options: [...TARGETS],
    }),
  );
  return {
    baseUrl: baseUrl === "" ? null : baseUrl,
    ...{ kind, headers, others, to },
    token: token === "" ? kept : token,
  };
}

async function askHeaders(present: Draft["headers"], terminal: Terminal): Promise<Draft["headers"]> {
  const { confirm, password, text } = await import("../libraries.ts");
  if (present.length > 0) {
    const names = present.map(([name]) => name).join(", ");
    const message = `Keep the extra headers (${names})?`;
    if (await answered(confirm({ ...terminal, message, initialValue: true }))) return present;
  }
  const headers: [string, string][] = [];
  for (;;) {
    const name = await answered(
      text({
        ...terminal,
        message: "Name of an extra header (empty for none, or no more)",
        validate: (value = "") => {
          const checked = value === "" ? null : checkHeader(value, "x");
          return checked?.ok === false ? checked.why : undefined;
        },
      }),
    );
    if (name === "") return headers;
    const value = await answered(
      password({
        ...terminal,
        message: `Value of ${name} (not shown)`,
        mask: "",
        validate: (given = "") => {
          const checked = checkHeader(name, given);
          return checked.ok ? undefined : checked.why;
        },
      }),
    );
    headers.push([name, value]);
  }
}

/** Asks for a refresh token, which is typed without echo. @throws UserError where the person gives up */
export async function askRefreshToken(terminal: Terminal): Promise<string> {
  const { password } = await import("../libraries.ts");
  const given = await password({
    ...terminal,
    message: "Refresh token (not shown)",
    mask: "",
    validate: (value = "") => {
      const why = whyNoRefreshToken(value.trim());
      return why === null ? undefined : `the token ${why}`;
    },
  });
  if (typeof given === "symbol") throw new UserError("login: given up", "run it again when you like");
  return given;
}

/** A question with yes or no, said with what makes it necessary. */
export async function askAnyway(
  said: readonly string[],
  question: string,
  terminal: Terminal,
): Promise<boolean> {
  const { confirm, log } = await import("../libraries.ts");
  for (const line of said) log.warn(line, terminal);
  return await answered(confirm({ ...terminal, message: question, initialValue: false }));
}

/** What a prompt gives, unless the person gave up. */
async function answered<T>(prompt: Promise<T | symbol>): Promise<T> {
  const answer = await prompt;
  if (typeof answer === "symbol")
    throw new UserError("env set: given up; nothing was changed", "run it again when you like");
  return answer;
}
