import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isObject, parseCredential } from "../../src/inspect/credential.ts";
import { parseFeatureOptions } from "../../src/inspect/feature-options.ts";
import { parseFormatFile, renderFormatFile } from "../../src/inspect/format-file.ts";
import { mountOf, parseMountInfo } from "../../src/inspect/mounts.ts";
import { shells } from "../support/shell.ts";
import { seeded } from "./seed.ts";

const token = fc.oneof(fc.constantFrom("", " ", "\t\n"), fc.string({ minLength: 1 }), fc.jsonValue());
/** What another version of the client, another tool or a person may have made of the file. */
const credentialText = fc.oneof(
  fc.string(),
  fc.json(),
  fc
    .record(
      {
        claudeAiOauth: fc.oneof(
          fc.jsonValue(),
          fc.record(
            {
              accessToken: token,
              refreshToken: token,
              expiresAt: fc.oneof(fc.integer(), fc.double(), fc.jsonValue()),
              refreshTokenExpiresAt: fc.oneof(fc.integer(), fc.jsonValue()),
              scopes: fc.oneof(fc.array(fc.string()), fc.jsonValue()),
              subscriptionType: fc.oneof(fc.string(), fc.jsonValue()),
            },
            { requiredKeys: [] },
          ),
        ),
        mcpOAuth: fc.jsonValue(),
      },
      { requiredKeys: [] },
    )
    .map((document) => JSON.stringify(document)),
);

test("a credential is read without a throw, and is valid only with an access token", () => {
  const property = fc.property(fc.option(credentialText), fc.nat(), (text, cut) => {
    const whole = parseCredential(text);
    if (text !== null) parseCredential(text.slice(0, cut % (text.length + 1)));
    if (whole.state !== "valid") return;
    const document: unknown = JSON.parse(text ?? "");
    const oauth = isObject(document) ? document["claudeAiOauth"] : null;
    const accessToken = isObject(oauth) ? oauth["accessToken"] : null;
    expect(accessToken).toEqual(expect.stringMatching(/\S/));
  });
  fc.assert(property, seeded(3000));
});

test("a credential cut off anywhere is malformed", () => {
  const credential = fc.record({
    accessToken: fc.string({ minLength: 1 }),
    refreshToken: fc.string(),
    expiresAt: fc.integer(),
  });
  const property = fc.property(credential, fc.nat(), (claudeAiOauth, cut) => {
    const text = JSON.stringify({ claudeAiOauth });
    expect(parseCredential(text.slice(0, cut % text.length))).toEqual({ state: "malformed" });
  });
  fc.assert(property, seeded(1000));
});

test("a format file is read back as it was written, with the last 32 merges", () => {
  const digest = fc.stringMatching(/^[0-9a-f]{64}$/);
  const file = fc.record({
    version: fc.integer({ min: 0, max: 999_999_999 }),
    identity: fc.oneof(fc.stringMatching(/^\d{1,20} \d{1,20}$/), fc.constant("")),
    merged: fc.array(digest, { maxLength: 40 }),
    lookedAt: fc.constantFrom(null, `12 ${"ab".repeat(32)}`),
  });
  const property = fc.property(file, (written) => {
    const read = parseFormatFile(renderFormatFile(written));
    expect(read).toEqual({ ...written, merged: written.merged.slice(-32) });
  });
  fc.assert(property, seeded(500));
});

test("any other format file is read without a throw", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(parseFormatFile(text).merged).toEqual([]);
    }),
    seeded(500),
  );
});

/** What install.sh writes, by its own function, in every shell that may be `/bin/sh`. */
function quotedBy(shell: string, isBusybox: boolean, values: readonly string[]): string[] {
  const source = readFileSync(
    new URL("../../features/src/claude-credentials/install.sh", import.meta.url),
    "utf8",
  );
  const quote = /^cc_quote\(\) \{\n[\s\S]*?^\}$/m.exec(source)?.[0] ?? "";
  const script = `${quote}\nfor value in "$@"; do printf '%s\\000' "$(cc_quote "$value")"; done`;
  const args = [...(isBusybox ? ["ash"] : []), "-c", script, "sh", ...values];
  return execFileSync(shell, args, { encoding: "utf8" }).split("\0").slice(0, -1);
}

test("the Feature's options are read back as install.sh writes them", () => {
  const value = fc
    .oneof(
      fc.string({ unit: fc.constantFrom("'", "\\", "\n", "=", '"', "$", "`", " ", "a", "\u00e9") }),
      fc.string({ unit: "grapheme" }),
      fc.constantFrom("", "'", "''\\''", "x'\nCLAUDE_CREDENTIALS_OPTION_GUARD='false"),
    )
    .map((text) => text.replaceAll("\0", ""));
  for (const { path, isBusybox, name } of shells()) {
    const property = fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), (values) => {
      for (const [index, quoted] of quotedBy(path, isBusybox, values).entries()) {
        const text = [
          "CLAUDE_CREDENTIALS_VERSION='1.0.0'",
          `CLAUDE_CREDENTIALS_NODE=${quoted}`,
          `CLAUDE_CREDENTIALS_OPTION_STORE=${quoted}`,
          "CLAUDE_CREDENTIALS_OPTION_PER_CONTAINER='true'",
          "CLAUDE_CREDENTIALS_OPTION_GUARD='true'",
          "CLAUDE_CREDENTIALS_OPTION_NOTICE='true'",
        ].join("\n");
        const options = {
          variant: "plain",
          store: values[index],
          perContainer: true,
          guard: true,
          notice: true,
        };
        expect(parseFeatureOptions(`${text}\n`), name).toEqual(options);
      }
    });
    fc.assert(property, seeded(30));
  }
});

/** As the kernel does it: show_mountinfo(), mangle() with " \t\n\\". */
function escapeOctal(path: string): string {
  return path.replace(/[ \t\n\\]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`);
}

test("a mount point is read whatever its name is, and holds what lies below it", () => {
  const part = fc
    .oneof(
      fc.string({ unit: fc.constantFrom(" ", "\t", "\n", "\\", "040", "-", "a", "\u00e9", "\u{1f511}") }),
      fc.string({ unit: "grapheme" }),
    )
    .map((text) => text.replaceAll(/[\0/]/g, ""))
    .filter((text) => text !== "");
  const property = fc.property(
    fc.array(part, { minLength: 1, maxLength: 3 }),
    fc.boolean(),
    (parts, readOnly) => {
      const mountPoint = `/${parts.join("/")}`;
      const flags = readOnly ? "ro,relatime" : "rw";
      const text = [
        "1 0 8:1 / / rw - ext4 /dev/sda1 rw",
        `36 35 98:0 /a\\040- ${escapeOctal(mountPoint)} ${flags} master:1 shared:2 - fuse.x /dev/with\\040blank rw`,
        "",
      ].join("\n");
      const mounts = parseMountInfo(text);
      expect(mounts[1]).toEqual({ mountPoint, fileSystem: "fuse.x", readOnly });
      expect(mountOf(mounts, `${mountPoint}/below`)?.mountPoint).toBe(mountPoint);
      expect(mountOf(mounts, `${mountPoint}beside`)?.mountPoint).toBe("/");
    },
  );
  fc.assert(property, seeded(500));
});
