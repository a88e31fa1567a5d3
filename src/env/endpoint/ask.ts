import {
  request,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
} from "node:http";
import type { Socket } from "node:net";
import { errnoCode } from "../../errors.ts";
import { hostOf, portOf } from "./authority.ts";
import type { EndpointCause } from "./endpoint-answer.ts";
import { failureCause, type Progress } from "./failure-cause.ts";
import { openConnection, secureConnection } from "./open-connection.ts";
import type { TlsSettings } from "./tls-settings.ts";

const BODY_LIMIT = 64 * 1024;

/** `body` is secret: servers repeat parts of a key in their errors. It is cut off where `isWhole` is false. */
export interface Reply {
  readonly kind: "reply";
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly isWhole: boolean;
}

/** A request that the endpoint did not reply to. `status` is the proxy's, where that refused. */
export interface NoReply {
  readonly kind: "no-reply";
  readonly cause: EndpointCause;
  readonly by: "proxy" | "endpoint";
  readonly status: number | null;
  readonly code: string | null;
}

/** The way to an endpoint; the end of `signal` ends a request, and closes all its connections. */
export interface Way {
  readonly proxy: URL | null;
  readonly tls: TlsSettings["options"];
  readonly signal: AbortSignal;
}

type Headers = Readonly<Record<string, string>>;

/**
 * One GET, as the client sends it: through a proxy by `CONNECT` for https, with the whole URL in the request line for
 * http. Redirects are not followed. What the network does is returned, never thrown.
 */
export async function ask(url: URL, headers: Headers, way: Way): Promise<Reply | NoReply> {
  const progress: Progress = { by: way.proxy === null ? "endpoint" : "proxy", stage: "connect" };
  try {
    const socket = await openConnection(way.proxy ?? url, way.tls, way.signal, progress);
    if (way.proxy === null)
      return await get(socket, { path: pathOf(url), headers: withHost(url, headers) }, way);
    const toProxy = credentialsOf(way.proxy);
    if (url.protocol === "http:") {
      progress.by = "endpoint";
      const options = { path: url.origin + pathOf(url), headers: withHost(url, { ...headers, ...toProxy }) };
      return await get(socket, options, way);
    }
    const refusal = await askForTunnel(socket, url, toProxy, way.signal);
    if (refusal !== null)
      return { kind: "no-reply", cause: "proxy-refuses", by: "proxy", status: refusal, code: null };
    progress.by = "endpoint";
    const secured = await secureConnection(socket, hostOf(url), way.tls);
    return await get(secured, { path: pathOf(url), headers: withHost(url, headers) }, way);
  } catch (error) {
    const cause = failureCause(error, progress, way.signal.aborted);
    // That it was given up is no word of the system's.
    const code = way.signal.aborted ? null : (errnoCode(error) ?? null);
    return { kind: "no-reply", cause, by: progress.by, status: null, code };
  }
}

async function get(socket: Socket, options: RequestOptions, { signal }: Way): Promise<Reply> {
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request({ ...options, createConnection: () => socket, signal });
    outgoing.once("response", resolve).on("error", reject).end();
  });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > BODY_LIMIT) break;
  }
  socket.destroy();
  const { statusCode: status = 0, headers } = message;
  const body = Buffer.concat(chunks).subarray(0, BODY_LIMIT).toString("utf8");
  return { kind: "reply", status, headers, body, isWhole: size <= BODY_LIMIT };
}

/** @returns null once `socket` leads to the server of `url`, else the proxy's status */
async function askForTunnel(
  socket: Socket,
  url: URL,
  headers: Headers,
  signal: AbortSignal,
): Promise<number | null> {
  const path = `${url.hostname}:${portOf(url)}`;
  return await new Promise((resolve, reject) => {
    const outgoing: ClientRequest = request({
      ...{ method: "CONNECT", path, headers: { ...headers, host: path } },
      ...{ createConnection: () => socket, signal },
    });
    outgoing.on("error", reject);
    outgoing.once("connect", ({ statusCode = 0 }) => {
      if (statusCode >= 200 && statusCode < 300) {
        resolve(null);
        return;
      }
      socket.destroy();
      resolve(statusCode);
    });
    outgoing.end();
  });
}

function credentialsOf({ username, password }: URL): Headers {
  if (username === "" && password === "") return {};
  const pair = `${decoded(username)}:${decoded(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(pair).toString("base64")}` };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone percent sign stands for itself.
    return text;
  }
}

function withHost(url: URL, headers: Headers): Headers {
  return { host: url.host, ...headers };
}

function pathOf(url: URL): string {
  return url.pathname + url.search;
}
