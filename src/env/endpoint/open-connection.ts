import { connect, type Socket } from "node:net";
import { connect as connectSecurely } from "node:tls";
import { parseAddress } from "./address.ts";
import { hostOf, portOf } from "./authority.ts";
import type { Progress } from "./failure-cause.ts";
import type { TlsSettings } from "./tls-settings.ts";

/**
 * A connection to the server of `url`, with TLS where it is https. Its failures are thrown as Node has them.
 * @param signal its end closes the connection, also later
 * @param progress is kept up
 */
export async function openConnection(
  url: URL,
  tls: TlsSettings["options"],
  signal: AbortSignal,
  progress: Progress,
): Promise<Socket> {
  const host = hostOf(url);
  progress.stage = parseAddress(host) === null ? "lookup" : "connect";
  const socket = connect({
    host,
    port: portOf(url),
    signal,
    // Names with addresses of both kinds: the second is tried where the first does not answer.
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: 2000,
  });
  socket.once("lookup", () => (progress.stage = "connect"));
  await readiness(socket, "connect");
  progress.stage = "answer";
  return url.protocol === "https:" ? await secureConnection(socket, host, tls) : socket;
}

/** TLS with `host` over an open connection. */
export async function secureConnection(
  socket: Socket,
  host: string,
  tls: TlsSettings["options"],
): Promise<Socket> {
  // An address is no name to ask for.
  const name = parseAddress(host) === null ? { servername: host } : {};
  const secured = connectSecurely({ ...tls, ...name, host, socket, ALPNProtocols: ["http/1.1"] });
  await readiness(secured, "secureConnect");
  return secured;
}

function readiness(socket: Socket, event: "connect" | "secureConnect"): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve);
    // It stays: what goes wrong later is told by the request, and must not end the process beside that.
    socket.on("error", reject);
    socket.once("close", () => {
      reject(new Error("closed before it was ready"));
    });
  });
}
