const RUN = 8;

/**
 * The first run of eight characters of `secret` that stands in `text`: as it is, in base64 (however it falls into the
 * groups of three, in both alphabets) or percent-encoded; null where there is none.
 */
export function findLeak(text: string, secret: string): string | null {
  const bytes = Buffer.from(secret);
  const inBase64 = [0, 1, 2].flatMap((start) => {
    const encoded = bytes.subarray(start).toString("base64").replace(/=+$/, "");
    return [encoded, encoded.replaceAll("+", "-").replaceAll("/", "_")];
  });
  const forms = [secret, encodeURIComponent(secret), ...inBase64];
  for (const form of forms) {
    for (let at = 0; at + RUN <= form.length; at += 1) {
      const run = form.slice(at, at + RUN);
      if (text.includes(run)) return run;
    }
  }
  return null;
}
