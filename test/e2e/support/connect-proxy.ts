import { createServer } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";

export interface ConnectProxy {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/**
 * A CONNECT proxy on 127.0.0.1 that leads each `host:port` of `routes` to a local port and refuses every other, so
 * that no test reaches the internet unnoticed.
 */
export async function startConnectProxy(routes: ReadonlyMap<string, number>): Promise<ConnectProxy> {
  const tunnels = new Set<Duplex>();
  const server = createServer((_request, response) => {
    response.writeHead(405).end();
  });
  server.on("connect", (request, client, head) => {
    const port = routes.get(request.url ?? "");
    if (port === undefined) {
      // Whoever is refused may go away at once.
      client.on("error", () => client.destroy());
      client.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    const upstream = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      if (head.length > 0) upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    joinFates(client, upstream);
    tunnels.add(client).add(upstream);
    client.once("close", () => tunnels.delete(client));
    upstream.once("close", () => tunnels.delete(upstream));
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address !== null && typeof address !== "string") resolve(address.port);
    });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        for (const tunnel of tunnels) tunnel.destroy();
        server.close(() => {
          resolve();
        });
      }),
  };
}

/** One end that breaks takes the other with it; an unheard error would end the test run. */
function joinFates(client: Duplex, upstream: Duplex): void {
  client.on("error", () => upstream.destroy());
  upstream.on("error", () => client.destroy());
}
