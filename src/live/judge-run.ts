import { isObject, parseObject } from "../inspect/credential.ts";
import type { ClientRun } from "./ask-client.ts";

/** What a run of Claude Code proves. */
export type LiveAnswer =
  | { readonly kind: "answered"; readonly model: string | null }
  | { readonly kind: "timeout"; readonly pid: number | null }
  | { readonly kind: "not-started"; readonly errnoCode: string }
  /** `code` is its exit code. */
  | { readonly kind: LiveFailure; readonly code: number | null };

export type LiveFailure = "refused" | "logged-out" | "limited" | "unreachable" | "too-old" | "failed";

/** What it says of its own failures, the first that fits. Its words are never passed on: they may hold a secret. */
const SIGNS: readonly (readonly [LiveFailure, RegExp])[] = [
  ["too-old", /unknown option/i],
  ["logged-out", /not logged in|please run \/login|session expired/i],
  ["refused", /\b40[13]\b|authenticat|invalid (?:api key|bearer)|oauth token/i],
  ["limited", /\b429\b|rate.?limit|usage limit|credit balance|overloaded|\b529\b/i],
  [
    "unreachable",
    /ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|connection error|unable to connect|fetch failed|certificate/i,
  ],
];

/** The name of a model and nothing that could be longer. */
const MODEL = /^claude-[a-z0-9.-]{1,40}$/;

/** Judges by the exit code and by what `--output-format json` gives (observed with Claude Code 2.1.330). */
export function judgeRun(run: ClientRun): LiveAnswer {
  if (run.kind !== "ended") return run;
  const { code, stdout, stderr } = run;
  const result = parseObject(stdout.trim());
  const isAnswer = result?.["type"] === "result" && typeof result["result"] === "string";
  if (code === 0 && isAnswer && result["is_error"] === false)
    return { kind: "answered", model: modelOf(result) };
  const said = isAnswer ? String(result["result"]) : `${stdout}\n${stderr}`;
  const sign = SIGNS.find(([, pattern]) => pattern.test(said));
  return { kind: sign?.[0] ?? "failed", code };
}

function modelOf({ modelUsage }: Readonly<Record<string, unknown>>): string | null {
  const names = isObject(modelUsage) ? Object.keys(modelUsage) : [];
  return names.find((name) => MODEL.test(name)) ?? null;
}
