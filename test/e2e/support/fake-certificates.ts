import { chmod, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createSecureContext, type SecureContext } from "node:tls";
import { execa } from "execa";

const CURVE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-days", "2"];
const HOST = /^[a-z0-9][a-z0-9.-]*$/i;

/** A certificate authority of the tests' own, made at run time and gone with its folder. */
export interface CertificateAuthority {
  /** The PEM that `NODE_EXTRA_CA_CERTS` wants. */
  readonly path: string;
  /** The server side of TLS as `host`; made at the first call for a host. Throws for what is no host name. */
  readonly contextFor: (host: string) => Promise<SecureContext>;
}

/** Makes an authority in `folder` (existing, private). */
export async function createCertificateAuthority(folder: string): Promise<CertificateAuthority> {
  const key = join(folder, "ca.key");
  const path = join(folder, "ca.pem");
  const subject = ["-subj", "/CN=claude-credentials end-to-end tests"];
  await execa("openssl", ["req", "-x509", ...CURVE, ...subject, "-keyout", key, "-out", path]);
  await chmod(path, 0o644); // the remote user reads it, whatever the umask was here
  const contexts = new Map<string, Promise<SecureContext>>();

  async function sign(host: string): Promise<SecureContext> {
    const hostKey = join(folder, `${host}.key`);
    const hostCertificate = join(folder, `${host}.pem`);
    const names = [
      "-subj",
      `/CN=${host}`,
      "-addext",
      `subjectAltName=DNS:${host}`,
      "-addext",
      "basicConstraints=CA:FALSE",
    ];
    const signer = ["-CA", path, "-CAkey", key];
    await execa("openssl", [
      "req",
      "-x509",
      ...CURVE,
      ...names,
      ...signer,
      "-keyout",
      hostKey,
      "-out",
      hostCertificate,
    ]);
    return createSecureContext({ key: await readFile(hostKey), cert: await readFile(hostCertificate) });
  }

  function contextFor(host: string): Promise<SecureContext> {
    if (!HOST.test(host)) return Promise.reject(new Error(`not a host name: ${JSON.stringify(host)}`));
    const known = contexts.get(host);
    if (known !== undefined) return known;
    const made = sign(host);
    contexts.set(host, made);
    return made;
  }
  return { path, contextFor };
}
