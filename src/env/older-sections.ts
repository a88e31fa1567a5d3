import { cutLines, type Span } from "./cut-lines.ts";

/** What the older tool added to a `.bashrc`. */
export interface OlderSections {
  /** Whether it reads `~/.claude-code-env`. */
  readonly environment: boolean;
  /** Path of the file whose content it makes `ANTHROPIC_API_KEY`, or null. */
  readonly apiKey: string | null;
}

/** As `config-ai-claudecode.sh` of devcontainer-toolbox writes it, under its two names. */
const ENVIRONMENT =
  /(?<![^\n])# Claude Code environment - managed by config-(?:ai-claudecode|claude-code)\.sh\n\[ -f ~\/\.claude-code-env \] && source ~\/\.claude-code-env(?:\n|$)/g;
/** As its `lib/claude-credential-sync.sh` does. */
const API_KEY =
  /(?<![^\n])# ANTHROPIC_API_KEY persistence \(issue #58\)\n\[ -f "([^"\n]*)" \] && export ANTHROPIC_API_KEY="\$\(cat "\1" 2>\/dev\/null\)"(?:\n|$)/g;

/** @param text in latin1, and so is the path */
export function findOlderSections(text: string): OlderSections {
  return {
    environment: [...text.matchAll(ENVIRONMENT)].length > 0,
    apiKey: [...text.matchAll(API_KEY)].at(-1)?.[1] ?? null,
  };
}

/** The text as it was before the older tool wrote into it: its sections go, and the line break before each. */
export function removeOlderSections(text: string, which: "environment" | "apiKey" | "both"): string {
  const spans: Span[] = [
    ...(which === "apiKey" ? [] : text.matchAll(ENVIRONMENT)),
    ...(which === "environment" ? [] : text.matchAll(API_KEY)),
  ].map((match) => ({ start: match.index, end: match.index + match[0].length }));
  return cutLines(text, spans);
}
