import { readFileSync } from "node:fs";
import { rootCertificates, type SecureContextOptions } from "node:tls";
import { errnoCode } from "../../errors.ts";
import type { ClientEnvironment } from "./proxy-for.ts";

export interface TlsSettings {
  readonly options: SecureContextOptions & { readonly rejectUnauthorized: boolean };
  /** The first file that a variable names and that could not be read: the client goes on without it as well. */
  readonly unreadable: { readonly variable: string; readonly path: string } | null;
}

/** Where systems keep the authorities that they trust: Debian and Alpine, Red Hat, SUSE, others. */
const SYSTEM_FILES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/**
 * Whom Claude Code 2.1.330 trusts, and as whom it shows itself: Mozilla's authorities and the system's (or what
 * `CLAUDE_CODE_CERT_STORE` leaves of the two), those of `NODE_EXTRA_CA_CERTS`, wherever that was set; everybody with
 * `NODE_TLS_REJECT_UNAUTHORIZED=0`; and the certificate of `CLAUDE_CODE_CLIENT_CERT`.
 */
export function readTlsSettings(env: ClientEnvironment): TlsSettings {
  const stores = env.get("CLAUDE_CODE_CERT_STORE") || "bundled,system";
  const missed: { variable: string; path: string }[] = [];

  function named(variable: string): string | null {
    const path = env.get(variable) ?? "";
    if (path === "") return null;
    const text = readIfPossible(path);
    if (text === null) missed.push({ variable, path });
    return text;
  }

  const isOffered = (store: string): boolean => stores.toLowerCase().includes(store);
  const system = isOffered("system") ? [systemAuthorities(), named("SSL_CERT_FILE")] : [];
  const extra = named("NODE_EXTRA_CA_CERTS");
  const cert = named("CLAUDE_CODE_CLIENT_CERT");
  const key = named("CLAUDE_CODE_CLIENT_KEY");
  const passphrase = env.get("CLAUDE_CODE_CLIENT_KEY_PASSPHRASE");
  return {
    options: {
      ca: [...(isOffered("bundled") ? rootCertificates : []), ...system, extra].filter(
        (text) => text !== null,
      ),
      ...(cert === null ? {} : { cert }),
      ...(key === null ? {} : { key }),
      ...(passphrase === undefined ? {} : { passphrase }),
      rejectUnauthorized: env.get("NODE_TLS_REJECT_UNAUTHORIZED") !== "0",
    },
    unreadable: missed[0] ?? null,
  };
}

function systemAuthorities(): string | null {
  for (const path of SYSTEM_FILES) {
    const text = readIfPossible(path);
    if (text !== null) return text;
  }
  return null;
}

function readIfPossible(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return null;
  }
}
