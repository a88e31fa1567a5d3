import { createHash, randomBytes } from "node:crypto";
import type { RequestListener } from "node:http";
import { wrapNode } from "../../../support/node-archive.ts";

export const pinned = "v24.99.1";

/** What stands for Node.js: it tells its version, and notes that it was called for anything else. */
export const standIn = `#!/bin/sh
case \${1-} in --version) echo ${pinned}; exit 0 ;; esac
printf '%s\\0' "$0" "$@" CALL >>/tmp/calls
exit 0
${randomBytes(150_000).toString("base64")}
`;

/** Another program in its place, which leaves a trace when it is run. */
const altered = standIn.replace("exit 0", "touch /tmp/ALTERED; exit 0");

/** The name of the official archive, without its ending. */
export const archiveName = (architecture: string): string => `node-${pinned}-linux-${architecture}`;

/** The line of node.sha256 that pins `program`. */
export function pinLine(program: string, architecture: string): string {
  return `${createHash("sha256").update(program).digest("hex")}  ${archiveName(architecture)}/bin/node\n`;
}

/**
 * Answers as a mirror of nodejs.org/dist does below `/right`, and below other names as one that is not well.
 * @param elsewhere where `/elsewhere` redirects to
 */
export function dist(architecture: string, elsewhere = ""): RequestListener {
  const name = archiveName(architecture);
  const right = wrapNode(standIn, name);
  const wrong = wrapNode(altered, name);
  const file = `/${pinned}/${name}.tar.gz`;
  return (request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://mirror.test");
    const mood = pathname.endsWith(file) ? pathname.slice(0, -file.length) : "no such path";
    switch (mood) {
      case "/right":
        response.end(right);
        return;
      case "/altered":
        response.end(wrong);
        return;
      case "/page":
        response.end("<html>Please log in</html>");
        return;
      case "/truncated":
        response.writeHead(200, { "content-length": right.length });
        response.write(right.subarray(0, right.length / 2), () => response.destroy());
        return;
      case "/cut-off":
        response.end(right.subarray(0, right.length / 2));
        return;
      case "/slow":
        response.write(right.subarray(0, 100));
        return;
      case "/elsewhere":
        response.writeHead(302, { location: `${elsewhere}/right${file}` }).end();
        return;
      default:
        response.writeHead(404).end("no such file\n");
    }
  };
}
