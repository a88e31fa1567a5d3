import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { CertificateAuthority } from "./fake-certificates.ts";
import { renderMessage, renderMessageStream } from "./fake-message-format.ts";
import { type MessagesRequest, nextAnswer } from "./fake-model.ts";

export interface FakeUpstream {
  readonly port: number;
  /** Method and path of every request, in order. */
  readonly requests: readonly string[];
  readonly stop: () => Promise<void>;
}

/**
 * The API for messages and nothing else, for whoever asks with whatever key: what a gateway leads to. On a free port of
 * loopback in both families; behind TLS, as whatever host is asked for, where it is given an authority.
 */
export async function startFakeUpstream(authority?: CertificateAuthority): Promise<FakeUpstream> {
  const requests: string[] = [];
  const answer: RequestListener = (request, response) => {
    const path = (request.url ?? "").replace(/\?.*/, "");
    requests.push(`${request.method ?? ""} ${path}`);
    void readBody(request).then((body) => {
      if (path !== "/v1/messages") {
        response.writeHead(404, { "content-type": "application/json" }).end("{}");
        return;
      }
      const asked = JSON.parse(body) as MessagesRequest;
      const isStream = asked.stream === true;
      const render = isStream ? renderMessageStream : renderMessage;
      const type = isStream ? "text/event-stream" : "application/json";
      response.writeHead(200, { "content-type": type }).end(render(nextAnswer(asked), asked.model ?? ""));
    });
  };
  const server =
    authority === undefined ? createServer(answer) : createTlsServer(asAnyone(authority), answer);
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "::", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      }),
  };
}

type SecureContextCallback = Parameters<
  NonNullable<NonNullable<Parameters<typeof createTlsServer>[0]>["SNICallback"]>
>[1];

function asAnyone(authority: CertificateAuthority): NonNullable<Parameters<typeof createTlsServer>[0]> {
  return {
    SNICallback: (host: string, done: SecureContextCallback) => {
      authority.contextFor(host).then(
        (context) => {
          done(null, context);
        },
        (error: unknown) => {
          done(error instanceof Error ? error : new Error(String(error)));
        },
      );
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
