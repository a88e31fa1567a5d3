/**
 * A shell script without the lines that are a comment and nothing else, but for `#!`: they are for whoever reads the
 * sources, and a shell reads all of a file up to where it stops. No text in quotes and no here-document of ours has
 * a line that begins with `#`; a test asks bash whether it is the same program.
 */
export function stripComments(script: string): string {
  return script
    .split("\n")
    .filter((line) => !/^\s*#(?!!)/.test(line))
    .join("\n");
}
