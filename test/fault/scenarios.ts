import { execFileSync } from "node:child_process";
import { linkSync, lstatSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Stat } from "../../src/apply/file-system.ts";
import type { FaultyOptions } from "../support/faulty-file-system.ts";
import type { Depth } from "./sweep.ts";
import { CANARY, FAST, link, makePlace, write, type Meanwhile, type Place } from "./place.ts";

/** A state in which `start` may find home and store. */
export interface Scenario {
  readonly name: string;
  readonly build: () => Place;
  /** The login that must be live in the end. */
  readonly newest: string;
  /** What the file systems of this scenario are like, and what others do to them. */
  readonly fileSystems?: (
    place: Place,
  ) => Pick<FaultyOptions, "deviceOf" | "isInImage"> & Pick<Meanwhile, "beforeEachCall">;
  readonly depth: Depth;
}

const HOUR = 3_600_000;
const DAY = 1_800_000_000_000;

/** A login as the client writes it. The newer, the later it expires. */
export function login(name: string, expiresAt: number): string {
  const [accessToken, refreshToken] = [`${CANARY}-access-${name}`, `${CANARY}-refresh-${name}`];
  const refreshTokenExpiresAt = expiresAt + 720 * HOUR;
  const scopes = ["user:inference"];
  return JSON.stringify({
    claudeAiOauth: { accessToken, refreshToken, expiresAt, refreshTokenExpiresAt, scopes },
  });
}

export function state(name: string, more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ numStartups: name, hasCompletedOnboarding: true, ...more });
}

export const OLD = login("old", DAY);
export const NEW = login("new", DAY + HOUR);
export const ACCOUNT = { oauthAccount: { emailAddress: "who@example.com" } };

/** What a client leaves after a few days, small. */
export function configDirectory(directory: string, of: string, credential: string | null): void {
  if (credential !== null) write(join(directory, ".credentials.json"), credential);
  write(join(directory, "settings.json"), `{"of":"${of}"}`, 0o644);
  write(join(directory, "history.jsonl"), `${of}\n`);
  write(join(directory, "projects/-work/one.jsonl"), `${of}: one\n`);
  write(join(directory, `projects/-${of}/two.jsonl`), `${of}: two\n`);
  link("../settings.json", join(directory, `links/${of}`));
}

export function home(place: Place, of: string, credential: string | null): void {
  configDirectory(join(place.home, ".claude"), of, credential);
  write(join(place.home, ".claude.json"), state(of, ACCOUNT));
}

export function store(place: Place, of: string, credential: string | null): void {
  configDirectory(join(place.store, ".claude-credentials"), of, credential);
  write(join(place.store, ".claude-credentials/.claude.json"), state(of));
}

export function links(place: Place): void {
  link(join(place.store, ".claude-credentials"), join(place.home, ".claude"));
  link(join(place.store, ".claude-credentials/.claude.json"), join(place.home, ".claude.json"));
}

export function made(
  where: Parameters<typeof makePlace>[0],
  ...parts: ((place: Place) => void)[]
): () => Place {
  return () => {
    const place = makePlace(where);
    for (const part of parts) part(place);
    return place;
  };
}

/** Home and store on two file systems. */
export function twoFileSystems({ home: path }: Place): Pick<FaultyOptions, "deviceOf"> {
  return { deviceOf: (entry) => (entry === path || entry.startsWith(`${path}/`) ? "home" : "store") };
}

/** Every directory of the home came with the image, as on overlayfs. */
export function imageLayer({ home: path }: Place): Pick<FaultyOptions, "deviceOf" | "isInImage"> {
  const born = new Set<string>();
  const note = (directory: string): void => {
    const { ino, birthtimeNs } = lstatSync(directory, { bigint: true });
    born.add(`${ino.toString()} ${birthtimeNs.toString()}`);
    for (const entry of readdirSync(directory, { withFileTypes: true }))
      if (entry.isDirectory()) note(join(directory, entry.name));
  };
  note(path);
  const isInImage = (stat: Stat): boolean => born.has(`${stat.inode.toString()} ${stat.bornNs.toString()}`);
  return { ...twoFileSystems({ home: path } as Place), isInImage };
}

const BEGUN = "said by a client that began between the two renames\n";

/** A client that finds no `~/.claude` makes it, once. The work tree has what it writes too, so that the store must have it. */
function clientBegins(place: Place): Pick<Meanwhile, "beforeEachCall"> {
  const config = join(place.home, ".claude");
  let begun = false;
  const beforeEachCall = (): void => {
    if (begun || lstatSync(config, { throwIfNoEntry: false }) !== undefined) return;
    begun = true;
    write(join(config, "history.jsonl"), BEGUN);
  };
  return { beforeEachCall };
}

const interrupted = ".claude-credentials-incoming-00000000-1-0badcafe";

/** What a run leaves that is killed right after it renamed `~/.claude`. */
export function interruptedSwap(place: Place): void {
  store(place, "home", NEW);
  configDirectory(join(place.home, `${interrupted}-moved`), "home", NEW);
  write(join(place.home, `${interrupted}-moved/late.txt`), "written while it was moved\n");
  write(join(place.home, ".claude.json"), state("home", ACCOUNT));
}

/** What a run leaves that is killed while it stages, and one that is killed while it removes. */
function interruptedStaging(place: Place): void {
  home(place, "home", NEW);
  write(join(place.store, `${interrupted}-merge/tree/settings.json`), `{"of":"home"}`);
  write(join(place.store, `${interrupted}-merge-file`), NEW.slice(0, 20));
  link("/nowhere", join(place.home, `${interrupted}-link`));
  write(join(place.home, `${interrupted}-moved/projects/-work/one.jsonl`), "home: one\n");
}

export function buildDirectory(place: Place): void {
  const built = join(place.home, ".local/share/claude-credentials/.claude-credentials");
  configDirectory(built, "image", NEW);
  write(join(built, ".claude.json"), state("image", ACCOUNT));
  configDirectory(join(place.root, "feature/home"), "image", null);
  link(built, join(place.home, ".claude"));
  link(join(built, ".claude.json"), join(place.home, ".claude.json"));
}

let madePipe: string | undefined;

/** Made once for a test, by a program; each further one is another name for it. */
function pipe(path: string): void {
  if (madePipe === undefined) {
    const directory = mkdtempSync(join(FAST, "cc-fault-"));
    onTestFinished(() => {
      rmSync(directory, { recursive: true, force: true });
      madePipe = undefined;
    });
    madePipe = join(directory, "pipe");
    execFileSync("mkfifo", [madePipe]);
  }
  linkSync(madePipe, path);
}

function fifo(place: Place): void {
  pipe(join(place.home, ".claude/projects/-work/pipe"));
}

function damagedState(place: Place): void {
  const live = join(place.store, ".claude-credentials");
  write(join(live, ".claude.json"), `{"numStartups": 7, "hasComp`);
  write(join(live, "backups/.claude.json.backup.1800000000000"), state("backup", ACCOUNT));
  link(live, join(place.home, ".claude"));
  write(join(place.home, ".claude.json"), `{"numStartups"`);
}

/** The five start states of acceptance. */
export const START_STATES: readonly Scenario[] = [
  {
    name: "S1 first migration",
    depth: "reads",
    newest: NEW,
    build: made("git", (place) => {
      home(place, "home", NEW);
    }),
  },
  {
    name: "S2 steady",
    depth: "reads",
    newest: NEW,
    build: made(
      "git",
      (place) => {
        store(place, "store", NEW);
      },
      links,
    ),
  },
  {
    name: "S3 rebuild",
    depth: "changes",
    newest: NEW,
    build: made(
      "git",
      (place) => {
        store(place, "store", NEW);
      },
      (place) => {
        home(place, "fresh", null);
      },
    ),
  },
  {
    name: "S4 both sides, the home's login newer",
    depth: "changes",
    newest: NEW,
    build: made(
      "git",
      (place) => {
        store(place, "store", OLD);
      },
      (place) => {
        home(place, "home", NEW);
      },
    ),
  },
  {
    name: "S5 both sides, the store's login newer",
    depth: "changes",
    newest: NEW,
    build: made(
      "git",
      (place) => {
        store(place, "store", NEW);
      },
      (place) => {
        home(place, "home", OLD);
      },
    ),
  },
];

export const OTHER_STATES: readonly Scenario[] = [
  {
    name: "S1 in the API mode, its variables a file in the home",
    depth: "changes",
    newest: NEW,
    build: made("git", (place) => {
      home(place, "home", NEW);
      write(
        join(place.home, ".claude-code-env"),
        `export ANTHROPIC_API_KEY="${CANARY}-of-the-environment"\n`,
      );
    }),
  },
  {
    name: "S1, store on another file system",
    depth: "worst",
    newest: NEW,
    build: made("elsewhere", (place) => {
      home(place, "home", NEW);
    }),
    fileSystems: twoFileSystems,
  },
  {
    name: "S1, ~/.claude from the image (overlay)",
    depth: "worst",
    newest: NEW,
    build: made("elsewhere", (place) => {
      home(place, "home", NEW);
    }),
    fileSystems: imageLayer,
  },
  {
    name: "S1, and a client begins between the two renames",
    depth: "worst",
    newest: NEW,
    build: made("git", (place) => {
      home(place, "home", NEW);
      write(join(place.workspace, "begun.txt"), BEGUN);
    }),
    fileSystems: clientBegins,
  },
  {
    name: "S1, ~/.claude from the image (overlay), and a client begins when it is away",
    depth: "worst",
    newest: NEW,
    build: made("elsewhere", (place) => {
      home(place, "home", NEW);
      write(join(place.workspace, "begun.txt"), BEGUN);
    }),
    fileSystems: (place) => ({ ...imageLayer(place), ...clientBegins(place) }),
  },
  {
    name: "S1, a FIFO among the files",
    depth: "worst",
    newest: NEW,
    build: made(
      "git",
      (place) => {
        home(place, "home", NEW);
      },
      fifo,
    ),
  },
  {
    name: "S4, store on another file system",
    depth: "worst",
    newest: NEW,
    build: made(
      "elsewhere",
      (place) => {
        store(place, "store", OLD);
      },
      (place) => {
        home(place, "home", NEW);
      },
    ),
    fileSystems: twoFileSystems,
  },
  {
    name: "killed between the two halves of the swap",
    depth: "worst",
    newest: NEW,
    build: made("git", interruptedSwap),
  },
  {
    name: "killed while it staged and while it removed",
    depth: "worst",
    newest: NEW,
    build: made("git", interruptedStaging),
  },
  {
    name: "~/.claude.json cut off, the store's too",
    depth: "worst",
    newest: NEW,
    build: made(
      "git",
      (place) => {
        store(place, "store", NEW);
      },
      damagedState,
    ),
  },
  {
    name: "an older tool's .devcontainer.secrets",
    depth: "worst",
    newest: NEW,
    build: made(
      "secrets",
      (place) => {
        store(place, "store", OLD);
      },
      (place) => {
        home(place, "home", NEW);
      },
    ),
  },
  {
    name: "links to the image's own directory",
    depth: "worst",
    newest: NEW,
    build: made("git", buildDirectory),
  },
  {
    name: "the same, from the image (overlay), a FIFO in it",
    depth: "worst",
    newest: NEW,
    build: made("elsewhere", buildDirectory, (place) => {
      pipe(join(place.home, ".local/share/claude-credentials/.claude-credentials/projects/-work/pipe"));
    }),
    fileSystems: imageLayer,
  },
];
