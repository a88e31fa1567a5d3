import { spawn } from "node:child_process";
import { testBed } from "./bed.ts";

/**
 * Whether any layer or the history of an image holds a text, also one of a layer that a later layer hides. Looks
 * through what `docker save` gives, which has the layers as plain archives.
 */
export async function imageHolds(image: string, text: string): Promise<boolean> {
  const wanted = Buffer.from(text);
  const child = spawn("docker", ["save", image], {
    env: { ...process.env, ...testBed().env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  let found = false;
  let tail: Buffer = Buffer.alloc(0);
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    const seen = Buffer.concat([tail, chunk]);
    found ||= seen.includes(wanted);
    tail = seen.subarray(Math.max(0, seen.length - wanted.length + 1));
  }
  const exitCode = await ended;
  if (exitCode !== 0) throw new Error(`docker save ${image} ended with ${exitCode ?? "a signal"}`);
  return found;
}
