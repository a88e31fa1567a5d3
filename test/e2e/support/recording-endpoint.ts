import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** Who a request says is asking: the token behind `Bearer`, and the key. */
export interface Credentials {
  readonly authorization?: string;
  readonly key?: string;
}

/** An endpoint with a base URL for each who asks, that notes the credentials and answers nothing of use. */
export interface RecordingEndpoint {
  readonly baseUrl: (name: string) => string;
  /** The different credentials that came to one base URL. */
  readonly arrived: (name: string) => readonly Credentials[];
  readonly stop: () => Promise<void>;
}

/** Starts one on a free port of 127.0.0.1. */
export async function startRecordingEndpoint(): Promise<RecordingEndpoint> {
  const seen = new Map<string, Map<string, Credentials>>();
  const refusal = { type: "error", error: { type: "invalid_request_error", message: "no" } };
  const server = createServer((request, response) => {
    const [, name = ""] = (request.url ?? "").split("/");
    const credentials = credentialsOf(request);
    const ofName = seen.get(name) ?? new Map<string, Credentials>();
    seen.set(name, ofName.set(JSON.stringify(credentials), credentials));
    request.resume().on("end", () => {
      response.writeHead(400, { "content-type": "application/json" }).end(JSON.stringify(refusal));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: (name) => `http://127.0.0.1:${port}/${name}`,
    arrived: (name) => [...(seen.get(name)?.values() ?? [])],
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function credentialsOf({ headers }: IncomingMessage): Credentials {
  const authorization = headers.authorization?.replace(/^Bearer /, "");
  const key = headers["x-api-key"]?.toString();
  return {
    ...(authorization === undefined ? {} : { authorization }),
    ...(key === undefined ? {} : { key }),
  };
}
