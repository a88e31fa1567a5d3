import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { CertificateAuthority } from "./fake-certificates.ts";

export interface InterceptingProxy {
  /** For `HTTPS_PROXY`. */
  readonly url: string;
  /** The `host:port` of every tunnel that was asked for, in order. */
  readonly tunnels: readonly string[];
  /** Closes every connection, also those in use. */
  readonly close: () => Promise<void>;
}

/**
 * An HTTP proxy on a free port of 127.0.0.1 that opens no connection of its own: the far end of every
 * `CONNECT` is `answer`, behind TLS with a certificate of `authority` for the host that was asked for.
 */
export async function startInterceptingProxy(
  authority: CertificateAuthority,
  answer: RequestListener,
): Promise<InterceptingProxy> {
  const tunnels: string[] = [];
  const sockets = new Set<Socket>();
  const inner = createTlsServer(
    {
      // An idle connection stays open: closing it could cross the client's next request on the way.
      keepAliveTimeout: 0,
      SNICallback: (host, done) => {
        authority.contextFor(host).then(
          (context) => {
            done(null, context);
          },
          (error: unknown) => {
            done(error instanceof Error ? error : new Error(String(error)));
          },
        );
      },
    },
    answer,
  );
  const outer = createServer((_request, response) => {
    response.writeHead(501).end();
  });
  outer.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  outer.on("connect", (request, socket: Socket, head: Buffer) => {
    tunnels.push(request.url ?? "");
    socket.on("error", () => socket.destroy());
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    if (head.length > 0) socket.unshift(head);
    inner.emit("connection", socket);
  });
  await new Promise<void>((resolve, reject) => {
    outer.once("error", reject);
    outer.listen(0, "127.0.0.1", resolve);
  });
  const { port } = outer.address() as AddressInfo;

  function close(): Promise<void> {
    return new Promise((resolve) => {
      outer.close(() => {
        resolve();
      });
      for (const socket of sockets) socket.destroy();
    });
  }
  return { url: `http://127.0.0.1:${port}`, tunnels, close };
}
