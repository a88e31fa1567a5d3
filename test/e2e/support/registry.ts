import { writeFileSync } from "node:fs";
import { get as httpGet } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { connect } from "node:tls";
import { type Background, startBackground, waitUntilReady } from "./background.ts";
import type { Certificates } from "./certificates.ts";

export interface Registry {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** Starts an OCI registry on 127.0.0.1: over plain HTTP, or over TLS when it is given certificates. */
export async function startRegistry(directory: string, name: string, tls?: Certificates): Promise<Registry> {
  const port = await freePort();
  const config = {
    version: "0.1",
    log: { level: "error", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(directory, `${name}-blobs`) } },
    http: {
      addr: `127.0.0.1:${port}`,
      ...(tls === undefined ? {} : { tls: { certificate: tls.certificate, key: tls.key } }),
    },
  };
  const file = join(directory, `${name}.yml`);
  // JSON is YAML too.
  writeFileSync(file, JSON.stringify(config));
  const background: Background = startBackground(directory, name, "docker-registry", ["serve", file]);
  await waitUntilReady(background, () => (tls === undefined ? answersHttp(port) : answersTls(port)));
  return { port, stop: background.stop };
}

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === "string") reject(new Error("no port was given"));
        else resolve(address.port);
      });
    });
  });
}

function answersHttp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = httpGet({ host: "127.0.0.1", port, path: "/v2/", timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("error", () => {
      resolve(false);
    });
  });
}

/** A finished handshake is enough; who the certificate is for, the clients check. */
function answersTls(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false }, () => {
      socket.end();
      resolve(true);
    });
    socket.on("error", () => {
      resolve(false);
    });
  });
}
