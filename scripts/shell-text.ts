/**
 * A shell script as it ships: without the comments and blank lines that explain it here, but for the head's first
 * paragraph. The scripts have no line that begins with `#` and is no comment.
 */
export function shippedShell(text: string): string {
  const lines = text.split("\n");
  const head = lines.findIndex((line) => line === "#" || !line.startsWith("#"));
  const code = lines.slice(head).filter((line) => line.trim() !== "" && !/^\s*#/.test(line));
  return [...lines.slice(0, head), ...code, ""].join("\n");
}
