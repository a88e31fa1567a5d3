import dockerignore from "@balena/dockerignore";

/**
 * Whether each of `paths` (relative to the context, `/` between) is kept out of the build by a `.dockerignore` of
 * this text. The last line that matches decides, as in Docker.
 * @returns null where the text is not one that Docker could read
 */
export function excludesAll(text: string, paths: readonly string[]): boolean | null {
  try {
    const ignore = dockerignore.default({ ignorecase: false }).add(literally(text));
    return paths.every((path) => ignore.ignores(path));
  } catch {
    return null;
  }
}

/** These mean themselves to Docker, and something else to the library, which makes a regular expression of the line. */
function literally(text: string): string {
  return text.replace(/(\\.)|[+(){}|]/g, (found, escaped?: string) => escaped ?? `\\${found}`);
}
