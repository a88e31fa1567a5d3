/** True where `version` is a later MAJOR.MINOR.PATCH than `than`. What is no version is never later. */
export function isNewerVersion(version: string | null, than: string): boolean {
  const [left, right] = [numbersOf(version ?? ""), numbersOf(than)];
  if (left === null || right === null) return false;
  const differing = left.findIndex((number, index) => number !== right[index]);
  return differing !== -1 && (left[differing] ?? 0) > (right[differing] ?? 0);
}

function numbersOf(version: string): number[] | null {
  const match = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})/.exec(version);
  return match === null ? null : match.slice(1).map(Number);
}
