import { execFileSync } from "node:child_process";
import { linkSync } from "node:fs";
import { options, placeOptions } from "./product.ts";
import { node, type Settled } from "./settled.ts";

/** What happened to a settled container since, in words. */
export type Changes = Readonly<Record<string, (settled: Settled) => unknown>>;

/** Every one of these makes a full start necessary. */
export const broken: Changes = {
  "there is no stamp": ({ sandbox, stampPath }) => sandbox.remove(stampPath),
  "the stamp is a symlink": (settled) => {
    const { sandbox, stampPath } = settled;
    sandbox.age(sandbox.own(sandbox.file("/home/dev/elsewhere", settled.stampText)), -100);
    sandbox.remove(stampPath);
    sandbox.link(stampPath, "/home/dev/elsewhere");
  },
  "the stamp is a directory": ({ sandbox, stampPath }) => {
    sandbox.remove(stampPath);
    sandbox.age(sandbox.own(sandbox.directory(stampPath)), -100);
  },
  "the stamp is a FIFO": ({ sandbox, stampPath }) => {
    sandbox.remove(stampPath);
    execFileSync("mkfifo", ["-m", "600", sandbox.path(stampPath)]);
    sandbox.age(sandbox.own(stampPath), -100);
  },
  "the stamp is empty": (settled) => settled.writeStampText(""),
  "the stamp is cut off in a line of its head": (settled) =>
    settled.writeStampText(settled.stampText.slice(0, settled.stampText.indexOf("/.claude.json") + 5)),
  "the stamp is cut off in a watched path": (settled) =>
    settled.writeStampText(settled.stampText.slice(0, -5)),
  "the stamp is of another format": (settled) => settled.writeStamp({ title: "claude-credentials stamp 2" }),
  "the stamp is of another version": (settled) => settled.writeStamp({ version: "1.2.4" }),
  "the stamp was made under another host name": (settled) => settled.writeStamp({ hostname: "decaf" }),
  "/etc/hostname is missing": ({ sandbox }) => sandbox.remove("/etc/hostname"),
  "the stamp is for another workspace": (settled) => settled.writeStamp({ workspace: "/work/other" }),
  "the stamp is for another dev container": (settled) => settled.writeStamp({ devcontainerId: "other" }),
  "the stamp knew another CLAUDE_CONFIG_DIR": (settled) => settled.writeStamp({ configDirectory: "/x" }),
  "neither container marker is there": ({ sandbox }) => sandbox.remove("/.dockerenv"),
  "the container is newer than the stamp": ({ sandbox }) => sandbox.age("/.dockerenv", -50),
  "the container is as old as the stamp": ({ sandbox }) => sandbox.age("/.dockerenv", -100),
  "the other container marker is newer": ({ sandbox }) =>
    sandbox.age(sandbox.file("/run/.containerenv", ""), -50),
  "~/.claude is missing": ({ sandbox, link }) => sandbox.remove(link),
  "~/.claude is a directory": ({ sandbox, link }) => {
    sandbox.remove(link);
    sandbox.own(sandbox.directory(link, 0o700));
  },
  "~/.claude leads elsewhere": ({ sandbox, link }) => {
    sandbox.remove(link);
    sandbox.own(sandbox.directory("/home/dev/other", 0o700));
    sandbox.link(link, "/home/dev/other");
  },
  "~/.claude dangles": ({ sandbox, target }) => sandbox.remove(target),
  "the store's directory is a file": (settled) => {
    const { sandbox, target } = settled;
    sandbox.remove(target);
    sandbox.own(sandbox.file(target, ""));
    settled.writeStamp({ stateLink: "", stateTarget: "" });
  },
  "~/.claude.json is missing": ({ sandbox, stateLink }) => sandbox.remove(stateLink),
  "~/.claude.json was replaced by a file": ({ sandbox, stateLink }) => {
    sandbox.remove(stateLink);
    sandbox.own(sandbox.file(stateLink, "{}"));
  },
  "~/.claude.json is a second name of the store's file, not a link": ({
    sandbox,
    stateLink,
    stateTarget,
  }) => {
    sandbox.remove(stateLink);
    linkSync(sandbox.path(stateTarget), sandbox.path(stateLink));
  },
  "~/.claude.json dangles": ({ sandbox, stateTarget }) => sandbox.remove(stateTarget),
  "the stamp names only one end of ~/.claude.json": (settled) => settled.writeStamp({ stateTarget: "" }),
  "the stamp names no link": (settled) => settled.writeStamp({ link: "", target: "" }),
  "the store root is gone from the stamp": (settled) => settled.writeStamp({ store: "" }),
  "an interrupted run left something in the home": ({ sandbox }) =>
    sandbox.own(sandbox.directory("/home/dev/.claude-credentials-incoming-4f2a")),
  "an interrupted run left a dangling link in the home": ({ sandbox }) =>
    sandbox.link("/home/dev/.claude-credentials-incoming-4f2a", "/nowhere"),
  "an interrupted run left several things in the store": ({ sandbox, store }) => {
    sandbox.link(`${store}/.claude-credentials-incoming-1`, "/nowhere");
    sandbox.link(`${store}/.claude-credentials-incoming-2`, "/nowhere");
  },
  "a leftover's name is the pattern itself": ({ sandbox, store }) =>
    sandbox.own(sandbox.directory(`${store}/.claude-credentials-incoming-*`)),
  "a watched path is newer": ({ sandbox, present }) => sandbox.age(present, -50),
  "a watched path is gone": ({ sandbox, present }) => sandbox.remove(present),
  "a path that must not be there is there": ({ sandbox, absent }) =>
    sandbox.age(sandbox.file(absent, ""), -300),
  "a path that must not be there is a dangling link": ({ sandbox, absent }) =>
    sandbox.link(absent, "/nowhere"),
  "a watched line has no sign": (settled) => settled.writeStamp({ watched: [settled.present] }),
  "a watched line is empty": (settled) => settled.writeStamp({ watched: [""] }),
  "the options are newer": ({ sandbox }) => sandbox.age(options, -50),
  "the options are missing": ({ sandbox }) => sandbox.remove(options),
  "neither the options nor the stamp name a version": (settled) => {
    settled.writeStamp({ version: "" });
    settled.sandbox.age(settled.sandbox.file(options, `CLAUDE_CREDENTIALS_VERSION=''\n`), -500);
  },
  "the options are not as install.sh writes them": ({ sandbox }) =>
    sandbox.age(sandbox.file(options, "CLAUDE_CREDENTIALS_VERSION=1.2.3\n"), -500),
  "the store's name holds an escape sequence": (settled) => {
    const store = `${settled.store}\u001b[2J`;
    settled.sandbox.own(settled.sandbox.directory(store));
    settled.writeStamp({ store });
  },
};

/** Other owners can only be had by root. */
export const brokenOwners: Changes = {
  "the stamp is somebody else's": ({ sandbox, stampPath }) => {
    sandbox.own(stampPath, 1001);
    sandbox.age(sandbox.file(stampPath, sandbox.read(stampPath), 0o644), -100);
  },
  "the store's directory is somebody else's": ({ sandbox, target }) =>
    sandbox.own(sandbox.directory(target, 0o777), 1001),
  "the store's directory cannot be written": ({ sandbox, target }) => sandbox.directory(target, 0o500),
};

/** Variables that change what start would do. */
export const brokenEnvironment: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "CLAUDE_CONFIG_DIR is set since": { CLAUDE_CONFIG_DIR: "/home/dev/config" },
  "CLAUDE_CREDENTIALS_HOME is set": { CLAUDE_CREDENTIALS_HOME: "/home/dev" },
  "CLAUDE_CREDENTIALS_WORKSPACE is set": { CLAUDE_CREDENTIALS_WORKSPACE: "" },
  "CLAUDE_CREDENTIALS_STORE is set": { CLAUDE_CREDENTIALS_STORE: "git" },
  "HOME is empty": { HOME: "" },
};

/** None of these does. */
export const kept: Changes = {
  "the stamp watches nothing": (settled) => settled.writeStamp({ watched: [] }),
  "there is no link beside the config directory": (settled) =>
    settled.writeStamp({ stateLink: "", stateTarget: "" }),
  "the credential was renewed and the state written since": ({ sandbox, target, stateTarget }) => {
    sandbox.own(sandbox.file(`${target}/.credentials.json`, "{}", 0o600));
    sandbox.age(stateTarget, 0);
  },
  "the link is relative and through a linked parent": ({ sandbox, link }) => {
    sandbox.remove(link);
    sandbox.link("/home/dev/git", "../../work/project/.git");
    sandbox.link(link, "git/claude-credentials/.claude-credentials");
  },
  "it is Podman": ({ sandbox }) => {
    sandbox.remove("/.dockerenv");
    sandbox.age(sandbox.file("/run/.containerenv", ""), -400);
  },
  "/etc/hostname has no line end": ({ sandbox }) => sandbox.file("/etc/hostname", "c0ffee"),
  "a Feature option has lines that look like ours": ({ sandbox }) => {
    placeOptions(sandbox, node, "'x\nCLAUDE_CREDENTIALS_VERSION='\\''9'\\''\n'");
  },
};
