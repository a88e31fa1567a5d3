import { afterAll, expect, it, vi } from "vitest";
import { busyboxImage } from "./support/busybox-image.ts";
import { expectLogin, logIn } from "./support/checks.ts";
import { debianImage } from "./support/debian-images.ts";
import { madeUpLogin } from "./support/logins.ts";
import { createProject, type Json } from "./support/project.ts";

vi.setConfig({ testTimeout: 300_000 });

/** One row of the matrix. */
interface Row {
  readonly image: string;
  readonly from: () => Promise<string>;
  /** Lines of its Dockerfile. */
  readonly lines?: readonly string[];
  readonly user: string;
  readonly repository?: boolean;
  readonly devcontainer?: Readonly<Record<string, Json>>;
  readonly options?: Readonly<Record<string, string | boolean>>;
  /** What the command is run by: a Node.js of the image's, or the shell alone. */
  readonly runsOn: "Node.js" | "sh";
  readonly store: string;
}

const GIT = "/workspaces/project/.git/claude-credentials";
const FOLDER = "/workspaces/project/.devcontainer.secrets";
const VSCODE = "RUN useradd --create-home --uid 1000 --shell /bin/sh vscode";

const BUSYBOX: Pick<Row, "image" | "from" | "lines" | "runsOn" | "options"> = {
  ...{ image: "busybox alone", from: busyboxImage, runsOn: "sh" },
  lines: ["RUN mkdir -p /home/dev && chown 1000:1000 /home/dev"],
};

const rows: readonly Row[] = [
  {
    ...{ image: "Debian 13", from: () => debianImage("trixie", ["nodejs", "git"]), runsOn: "Node.js" },
    ...{ user: "root", store: GIT },
  },
  {
    ...{ image: "Debian 13, no git", from: () => debianImage("trixie", ["nodejs", "git"]) },
    lines: [VSCODE, "RUN rm /usr/bin/git"],
    ...{ user: "vscode", runsOn: "Node.js", repository: false, store: FOLDER },
  },
  {
    ...{ image: "Debian 11, no Node.js", from: () => debianImage("bullseye") },
    ...{ lines: [VSCODE], user: "vscode", runsOn: "sh", options: { runtime: "none" }, store: GIT },
  },
  {
    ...{ image: "Debian 11, no Node.js", from: () => debianImage("bullseye") },
    ...{ user: "root", runsOn: "sh", options: { runtime: "none" }, repository: false, store: FOLDER },
  },
  {
    ...{ image: "Debian 13, home elsewhere", from: () => debianImage("trixie", ["nodejs", "git"]) },
    lines: ["RUN useradd --create-home --home-dir /srv/people/dev --uid 1000 --shell /bin/sh dev"],
    ...{ user: "dev", runsOn: "Node.js", store: GIT },
  },
  {
    ...{
      image: "Debian 13, read-only, the home writable",
      from: () => debianImage("trixie", ["nodejs", "git"]),
    },
    ...{ lines: [VSCODE, "RUN rm -rf /home/vscode && install -d -o 1000 -g 1000 /home/vscode"] },
    devcontainer: {
      runArgs: [
        "--network=host",
        "--read-only",
        "--tmpfs=/tmp",
        "--tmpfs=/home/vscode:mode=0755,uid=1000,gid=1000",
      ],
    },
    ...{ user: "vscode", runsOn: "Node.js", store: GIT },
  },
  { ...BUSYBOX, user: "dev", store: GIT },
  { ...BUSYBOX, user: "root", repository: false, store: FOLDER },
];

const done: string[] = [];

afterAll(() => {
  console.log(["image | user | store | runs on | login after a rebuild", ...done].join("\n"));
});

it.each(rows.map((row) => [`${row.image}, ${row.user}, ${row.store}, ${row.runsOn}`, row] as const))(
  "a login survives a rebuild: %s",
  async (_, row) => {
    const dockerfile = [`FROM ${await row.from()}`, ...(row.lines ?? []), ""].join("\n");
    const project = await createProject({
      repository: row.repository ?? true,
      options: row.options ?? {},
      files: { ".devcontainer/Dockerfile": dockerfile },
      devcontainer: {
        build: { dockerfile: "Dockerfile" },
        remoteUser: row.user,
        workspaceFolder: "/workspaces/project",
        workspaceMount: "source=${localWorkspaceFolder},target=/workspaces/project,type=bind",
        ...row.devcontainer,
      },
    });
    const login = madeUpLogin("dev@example.com");
    const first = await project.up();
    expect(await first.realPath("~/.claude")).toBe(`${row.store}/.claude-credentials`);
    await logIn(first, login);
    const second = await project.rebuild();
    await expectLogin(second, login);
    expect(second.upOutput.includes("RUNTIME_MISSING")).toBe(row.runsOn === "sh");
    done.push([row.image, row.user, row.store, row.runsOn, "there"].join(" | "));
  },
);
