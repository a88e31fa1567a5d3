import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import {
  createServer as createHttpServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
} from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SecureContextOptions } from "node:tls";
import { onTestFinished } from "vitest";

/** Starts a server on a free port of 127.0.0.1 that is gone, with all its connections, when the test ends. */
export async function listen(server: Server, host = "127.0.0.1"): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket));
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

/** A web server, with TLS where it is given a certificate. @returns its port */
export async function serve(answer: RequestListener, tls?: SecureContextOptions): Promise<number> {
  return listen(tls === undefined ? createHttpServer(answer) : createHttpsServer(tls, answer));
}

/** A server that does with each connection what it is told to. @returns its port */
export async function serveRaw(onConnection: (socket: Socket) => void): Promise<number> {
  return listen(createServer(onConnection));
}

/** A port of 127.0.0.1 that nobody listens at. */
export async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export interface TestProxy {
  readonly port: number;
  /** The request lines that it got, and the credentials with them. */
  readonly seen: readonly { readonly line: string; readonly authorization: string | undefined }[];
}

/**
 * A proxy that leads every host to 127.0.0.1.
 * @param refuse answers instead of leading anywhere, with this status
 */
export async function serveProxy(refuse?: number, tls?: SecureContextOptions): Promise<TestProxy> {
  const seen: { line: string; authorization: string | undefined }[] = [];
  const note = (request: IncomingMessage): void => {
    const authorization = request.headers["proxy-authorization"];
    seen.push({ line: `${request.method ?? ""} ${request.url ?? ""}`, authorization });
  };
  const forward: RequestListener = (request, response) => {
    note(request);
    if (refuse !== undefined) {
      response.writeHead(refuse).end();
      return;
    }
    const { port, pathname, search } = new URL(request.url ?? "");
    const names = Object.entries(request.headers).filter(([name]) => !name.startsWith("proxy-"));
    const onward = httpRequest({
      ...{ host: "127.0.0.1", port, path: pathname + search, method: request.method },
      headers: Object.fromEntries(names),
    });
    onward.on("error", () => response.destroy());
    onward.on("response", (answer) => {
      answer.pipe(response.writeHead(answer.statusCode ?? 502, answer.headers));
    });
    request.pipe(onward);
  };
  const server = tls === undefined ? createHttpServer(forward) : createHttpsServer(tls, forward);
  server.on("connect", (request, socket: Socket) => {
    note(request);
    if (refuse !== undefined) {
      socket.end(`HTTP/1.1 ${refuse} No\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const upstream = connect(Number(/\d+$/.exec(request.url ?? "")?.[0]), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on("error", () => socket.destroy());
    socket.on("error", () => upstream.destroy());
  });
  return { port: await listen(server), seen };
}

export interface TestCertificates {
  /** PEM file of the authority that signed the others. */
  readonly authority: string;
  /** For localhost; for localhost, but over since yesterday; for another host. */
  readonly valid: SecureContextOptions;
  readonly expired: SecureContextOptions;
  readonly ofAnother: SecureContextOptions;
  /** For localhost, and signed by nobody else. */
  readonly selfSigned: SecureContextOptions;
  /** A certificate for a client, as files. */
  readonly client: { readonly cert: string; readonly key: string };
  readonly remove: () => void;
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** Makes an authority and what it signed, with openssl, in a folder of their own. */
export function makeCertificates(): TestCertificates {
  const folder = mkdtempSync(join(tmpdir(), "claude-credentials-test-"));
  const path = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): Buffer => execFileSync("openssl", args, { stdio: "pipe" });
  const selfSign = (name: string, host: string): void => {
    const subject = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`];
    const files = ["-keyout", path(`${name}.key`), "-out", path(`${name}.pem`)];
    openssl("req", "-x509", ...NEW_KEY, ...subject, ...files, "-days", "2");
  };
  const sign = (name: string, host: string, days: string): void => {
    const subject = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`];
    openssl("req", "-new", ...NEW_KEY, ...subject, "-keyout", path(`${name}.key`), "-out", path("request"));
    const signer = ["-CA", path("authority.pem"), "-CAkey", path("authority.key"), "-CAcreateserial"];
    const files = ["-in", path("request"), "-out", path(`${name}.pem`)];
    openssl("x509", "-req", "-copy_extensions", "copy", ...signer, ...files, "-days", days);
  };
  const read = (name: string): SecureContextOptions => ({
    cert: readFileSync(path(`${name}.pem`)),
    key: readFileSync(path(`${name}.key`)),
  });
  selfSign("authority", "authority.test");
  selfSign("self-signed", "localhost");
  sign("valid", "localhost", "2");
  sign("expired", "localhost", "-1");
  sign("of-another", "another.test", "2");
  sign("client", "client.test", "2");
  return {
    authority: path("authority.pem"),
    valid: read("valid"),
    expired: read("expired"),
    ofAnother: read("of-another"),
    selfSigned: read("self-signed"),
    client: { cert: path("client.pem"), key: path("client.key") },
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
