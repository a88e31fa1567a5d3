import type { MarkedSection } from "../env/marked-section.ts";
import type { RcKind } from "../env/section-texts.ts";

/** A startup file of the whole machine, root's, that an interactive shell reads. */
export interface NoticePlace {
  readonly path: string;
  readonly kind: RcKind;
  /**
   * `file`: written to where it is there; `directory`: made where its directory is there, since what reads it reads all
   * of that directory; `whole`: made with its directories.
   */
  readonly needs: "file" | "directory" | "whole";
}

/**
 * Everything that the option `notice` writes to outside the homes. Debian's, Ubuntu's and Arch's bash reads the first,
 * Alpine's the second; the skeleton's `.bashrc` of Fedora and its kin reads the third.
 */
export const NOTICE_PLACES: readonly NoticePlace[] = [
  { path: "/etc/bash.bashrc", kind: "bash", needs: "file" },
  { path: "/etc/bash/bashrc", kind: "bash", needs: "file" },
  { path: "/etc/bashrc", kind: "bash", needs: "file" },
  { path: "/etc/profile.d/claude-credentials.sh", kind: "profile", needs: "directory" },
  { path: "/etc/zsh/zshrc", kind: "zsh", needs: "directory" },
  { path: "/etc/zshrc", kind: "zsh", needs: "file" },
  { path: "/etc/fish/conf.d/claude-credentials.fish", kind: "fish", needs: "whole" },
];

const LAUNCHER = "/usr/local/bin/claude-credentials";
/** Other marks than those of the API mode: the two never take each other for their own. */
const BEGIN = "# >>> claude-credentials notice >>>";
const END = "# <<< claude-credentials notice <<<";
const HEADING = [
  BEGIN,
  "# One line in a new terminal where Claude Code's login needs attention: option 'notice' of the Feature claude-credentials.",
];

/**
 * Editors start interactive shells without a terminal to learn the environment: a line said there is read by nobody.
 * Nothing here can fail, leave a variable or take what a person types ahead; the last status is 0 whatever comes.
 */
const SAY = `[ ! -t 2 ] || [ ! -x ${LAUNCHER} ] || ${LAUNCHER} notice </dev/null || :`;

const FOR_INTERACTIVE = [...HEADING, "case $- in", `  *i*) ${SAY} ;;`, "esac", END, ""].join("\n");

/** bash and zsh have files of their own; some of these read `profile.d` as well, some of them twice. */
const FOR_OTHERS = [
  ...HEADING,
  '[ -n "${BASH_VERSION-}${ZSH_VERSION-}" ] || case $- in',
  `  *i*) ${SAY} ;;`,
  "esac",
  END,
  "",
].join("\n");

const FOR_FISH = [
  ...HEADING,
  "status is-interactive",
  `and test -t 2 -a -x ${LAUNCHER}`,
  `and ${LAUNCHER} notice </dev/null`,
  "or true",
  END,
  "",
].join("\n");

const marked = (text: string): MarkedSection => ({ begin: BEGIN, end: END, texts: [text] });

/** What makes each kind of shell ask, once it is interactive and has a terminal, whether there is something to say. */
export const NOTICE_SECTIONS: Readonly<Record<RcKind, MarkedSection>> = {
  bash: marked(FOR_INTERACTIVE),
  profile: marked(FOR_OTHERS),
  zsh: marked(FOR_INTERACTIVE),
  fish: marked(FOR_FISH),
};
