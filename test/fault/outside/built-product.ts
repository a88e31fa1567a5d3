import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll } from "vitest";
import { ensureBuilt, ID, ROOT } from "../../../scripts/build.ts";
import { FAST } from "../place.ts";
import { buildStrike } from "./build-strike.ts";

/** Where the launcher looks for its bundle; a program under test sees `share` of a `BuiltProduct` there. */
export const SHARE = "/usr/local/share";

/** What the build made, set out as `install.sh` does it, and the description of a plain machine beside it. */
export interface BuiltProduct {
  /** The compiled `strike.c`, below which it is run. */
  readonly strike: string;
  readonly launcher: string;
  readonly share: string;
  /** As the program sees it: one disk, no container. */
  readonly mountInfo: string;
}

/** Copies the product to a directory of its own, so that a build meanwhile changes nothing; removed after the tests. */
export async function layOutProduct(): Promise<BuiltProduct> {
  await ensureBuilt();
  const share = realpathSync(mkdtempSync(join(FAST, "cc-share-")));
  afterAll(() => {
    rmSync(share, { recursive: true, force: true });
  });
  const built = join(ROOT, "dist/features/src", ID);
  const installed = join(share, ID);
  mkdirSync(installed);
  const program = readdirSync(built).filter((name) => name === ID || name.endsWith(".mjs"));
  for (const name of program) copyFileSync(join(built, name), join(installed, name));
  const options = [
    `CLAUDE_CREDENTIALS_VERSION='1.0.0'`,
    `CLAUDE_CREDENTIALS_NODE='${visibleNode(share)}'`,
    "",
  ];
  writeFileSync(join(installed, "options.env"), options.join("\n"));
  writeFileSync(join(share, "m"), "1 0 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n");
  return { strike: buildStrike(), launcher: join(installed, ID), share, mountInfo: join(SHARE, "m") };
}

/** This very Node.js. One that lies below `SHARE` would be hidden, so it is copied. */
function visibleNode(share: string): string {
  const node = realpathSync(process.execPath);
  if (!node.startsWith(`${SHARE}/`)) return node;
  if (!existsSync(join(share, "node"))) copyFileSync(node, join(share, "node"));
  return join(SHARE, "node");
}
