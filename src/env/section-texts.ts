/** A kind of startup file; `profile` is what a login shell reads, dash among them. */
export type RcKind = "bash" | "profile" | "zsh" | "fish";

/** What every first line of a section begins with, of whatever version. */
export const BEGIN = "# >>> claude-credentials >>>";
export const END = "# <<< claude-credentials <<<";

/** The words `Claude Code environment` and `claude-code-env` keep the older tool from adding a section of its own. */
const HEADING = [
  `${BEGIN} Claude Code environment`,
  "# Reads ~/.claude-code-env. To change that: claude-credentials env set. To take this away: claude-credentials env unset",
];

/**
 * PCRE2: a line that sets a variable to constants which fish reads as the other shells do. Nothing is given back once it
 * is taken (`*+`), so that no value is too long for it.
 */
const CONSTANTS = [
  String.raw`'[^'\\]*+'`,
  String.raw`"(?:[^"\\$\x60]|\\["\\$])*+"`,
  String.raw`\\['\\]`,
  String.raw`[\w@+:,./=-]`,
];
const LINE = String.raw`(?m)^export [A-Za-z_]\w*=(?:${CONSTANTS.join("|")})*+[ \t]*(?:[ \t]#.*)?$`;

/**
 * A subshell reads the file first, and what does not go through there is not read: a syntax error ends dash, an `exit`
 * any shell, and after `set -e` a failing command ends dash and ash even before `||`, so that it has to end the subshell
 * as well. Both readings have nothing to read from and nowhere to write to.
 */
function forBourne(read: string): string {
  return [
    ...HEADING,
    'if [ -f "${HOME-}/.claude-code-env" ] && [ -r "${HOME-}/.claude-code-env" ] &&',
    `  [ "$(set -e; ${read} </dev/null >/dev/null 2>&1 && echo read)" = read ]; then`,
    `  ${read} </dev/null >/dev/null 2>&1 || :`,
    "fi",
    END,
    "",
  ].join("\n");
}

/** Nothing of the file is run: what has the form of a constant becomes a `set`, the rest is left out. */
const FOR_FISH = [
  ...HEADING,
  'if test -f "$HOME/.claude-code-env"; and test -r "$HOME/.claude-code-env"',
  '    read -lz claude_code_env <"$HOME/.claude-code-env"',
  `    string match -ar -- ${quoteForFish(LINE)} "$claude_code_env" |`,
  String.raw`        string replace -r -- '^export (\w+)=' 'set -gx $1 ' | source`,
  "end 2>/dev/null",
  END,
  "",
].join("\n");

function quoteForFish(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&")}'`;
}

const FOR_SH = forBourne('. "${HOME-}/.claude-code-env"');
/** Whatever options a person's zsh has, the file is read as it is meant. */
const FOR_ZSH = forBourne(`emulate sh -c '. "\${HOME-}/.claude-code-env"'`);

/**
 * All that was ever written as a section, the present text first: what else stands between the two marks is somebody's
 * own. A changed text is put before the others, which stay.
 */
export const SECTION_TEXTS: Readonly<Record<RcKind, readonly [present: string, ...earlier: string[]]>> = {
  bash: [FOR_SH],
  profile: [FOR_SH],
  zsh: [FOR_ZSH],
  fish: [FOR_FISH],
};
