import { isObject } from "../inspect/credential.ts";
import type { OnboardingAnswers } from "./action.ts";

type Document = Readonly<Record<string, unknown>>;

/** What Claude Code writes down of an API key: its last 20 characters (facts C24). */
export function keyRecord(key: string): string {
  return key.slice(-20);
}

/**
 * A state file in which Claude Code finds answered what it would ask at its first start in the API mode: whether
 * onboarding is done, and whether an API key is to be used. Never whether a folder is to be trusted.
 * @param answers `approve`: the record of the key to be used, which a person's No stands against unless `overrule` is
 * set; `forget`: records that are to go, whatever was answered
 * @returns null where nothing is missing
 */
export function answerOnboarding(document: Document, answers: OnboardingAnswers): Document | null {
  const { isOnboarded } = answers;
  const onboarded =
    isOnboarded && document["hasCompletedOnboarding"] !== true ? { hasCompletedOnboarding: true } : {};
  const answered = answerKeys(document["customApiKeyResponses"], answers);
  if (Object.keys(onboarded).length === 0 && answered === null) return null;
  return { ...document, ...onboarded, ...(answered === null ? {} : { customApiKeyResponses: answered }) };
}

function answerKeys(present: unknown, { approve, overrule, forget }: OnboardingAnswers): Document | null {
  const responses = isObject(present) ? present : {};
  const [approved, rejected] = [stringsIn(responses["approved"]), stringsIn(responses["rejected"])];
  const isRefused = approve !== null && rejected.includes(approve) && !overrule;
  const added = approve === null || isRefused ? [] : [approve];
  const nowApproved = [...approved.filter((key) => !forget.includes(key) && !added.includes(key)), ...added];
  const nowRejected = rejected.filter((key) => !forget.includes(key) && !added.includes(key));
  const isSame =
    nowRejected.length === rejected.length &&
    nowApproved.length === approved.length &&
    added.every((key) => approved.includes(key));
  return isSame ? null : { ...responses, approved: nowApproved, rejected: nowRejected };
}

function stringsIn(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((entry) => typeof entry === "string") : [];
}
