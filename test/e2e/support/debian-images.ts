import { testBed } from "./bed.ts";
import { debianArchive } from "./base-images.ts";
import { run } from "./command.ts";
import { cacheDirectory } from "./run-directory.ts";

/** What every image of the matrix is made of, whatever else it has. */
const NEEDED = ["ca-certificates", "passwd", "procps"];

const made = new Map<string, Promise<string>>();

/**
 * An image of a Debian release with nothing but the packages named, once for all tests of a file.
 * @returns its tag
 */
export function debianImage(suite: string, packages: readonly string[] = []): Promise<string> {
  const tag = `debian:${[suite, ...packages].join("-")}`;
  const image = made.get(tag) ?? importImage(tag, suite, packages);
  made.set(tag, image);
  return image;
}

async function importImage(tag: string, suite: string, packages: readonly string[]): Promise<string> {
  const archive = await debianArchive(cacheDirectory(), suite, [...NEEDED, ...packages]);
  await run("docker", ["import", archive, tag], { env: testBed().env });
  return tag;
}
