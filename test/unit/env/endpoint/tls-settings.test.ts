import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { expect, test } from "vitest";
import { readTlsSettings } from "../../../../src/env/endpoint/tls-settings.ts";
import { temporaryDirectory } from "../../../support/tree.ts";

const SYSTEM = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/cert.pem",
];

const read = (env: Readonly<Record<string, string>> = {}): ReturnType<typeof readTlsSettings> =>
  readTlsSettings(new Map(Object.entries(env)));

test("Mozilla's authorities and the system's are trusted, and every certificate is checked", () => {
  const system = SYSTEM.find((path) => existsSync(path));
  const { options, unreadable } = read();

  expect(system, "this machine's file of authorities (ca-certificates)").toBeDefined();
  expect(options.ca).toEqual([...rootCertificates, readFileSync(system ?? "", "utf8")]);
  expect(options).toMatchObject({ rejectUnauthorized: true });
  expect(unreadable).toBeNull();
});

test("CLAUDE_CODE_CERT_STORE leaves one of the two, NODE_EXTRA_CA_CERTS adds to it", () => {
  const path = join(temporaryDirectory(), "extra.pem");
  writeFileSync(path, "extra");

  const bundled = read({ CLAUDE_CODE_CERT_STORE: "bundled", NODE_EXTRA_CA_CERTS: path });
  const system = read({ CLAUDE_CODE_CERT_STORE: "system" });

  expect(bundled.options.ca).toEqual([...rootCertificates, "extra"]);
  expect(system.options.ca).toHaveLength(1);
});

test("a file that cannot be read is named with its variable", () => {
  const CLAUDE_CODE_CLIENT_CERT = join(temporaryDirectory(), "none.pem");

  expect(read({ CLAUDE_CODE_CLIENT_CERT })).toMatchObject({
    unreadable: { variable: "CLAUDE_CODE_CLIENT_CERT", path: CLAUDE_CODE_CLIENT_CERT },
  });
});
