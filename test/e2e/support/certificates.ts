import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureDirSync } from "fs-extra/esm";
import { run } from "./command.ts";

export interface Certificates {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** Makes a certificate authority and with it a server certificate for the host names, valid for two days. */
export async function makeCertificates(directory: string, hosts: readonly string[]): Promise<Certificates> {
  ensureDirSync(directory, { mode: 0o755 });
  const file = (name: string): string => join(directory, name);
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  writeFileSync(
    file("server.ext"),
    `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(",")}\nbasicConstraints=CA:FALSE\n`,
  );
  const authority = ["-x509", ...newKey, "-keyout", file("ca.key"), "-out", file("ca.pem"), "-days", "2"];
  await run("openssl", ["req", ...authority, "-subj", "/CN=End-to-end test authority"]);
  const request = [...newKey, "-keyout", file("server.key"), "-out", file("server.csr")];
  await run("openssl", ["req", ...request, "-subj", `/CN=${hosts[0] ?? "localhost"}`]);
  const signedBy = ["-CA", file("ca.pem"), "-CAkey", file("ca.key"), "-CAcreateserial", "-days", "2"];
  const signing = [
    "-req",
    "-in",
    file("server.csr"),
    "-out",
    file("server.pem"),
    "-extfile",
    file("server.ext"),
  ];
  await run("openssl", ["x509", ...signing, ...signedBy]);
  return { authority: file("ca.pem"), certificate: file("server.pem"), key: file("server.key") };
}
