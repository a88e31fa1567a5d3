import type { FileSystem } from "./file-system.ts";

/** `name`, or it with a number behind, from 2 on: the first that nothing has. */
export function freeName(fs: FileSystem, name: string): string {
  return numbered(name, namesakes(fs, name).length);
}

/** `name`, if something has it, and those with a number behind that `freeName` gave after it. */
export function namesakes(fs: FileSystem, name: string): string[] {
  const taken: string[] = [];
  while (fs.lstat(numbered(name, taken.length)) !== null) taken.push(numbered(name, taken.length));
  return taken;
}

function numbered(name: string, before: number): string {
  return before === 0 ? name : `${name}-${(before + 1).toString()}`;
}
