import { BlockList, isIP } from "node:net";

/** `why` and `hint` hold nothing of what was given but the host. `url` has no slash at its end. */
export type BaseUrlVerdict =
  | { readonly ok: false; readonly why: string; readonly hint: string }
  | {
      readonly ok: true;
      readonly url: string;
      readonly warnings: readonly string[];
      /** Whether the host is in this machine, or in a network that is not the internet. */
      readonly isPrivate: boolean;
    };

const EXAMPLE = "it is like https://litellm.example.com or http://localhost:4000";

/**
 * Judges what is to become `ANTHROPIC_BASE_URL`. Claude Code puts `/v1/messages` behind it.
 * @param insecure lets http go to any host
 */
export function checkBaseUrl(text: string, insecure: boolean): BaseUrlVerdict {
  const url = parse(text.trim());
  // eslint-disable-next-line no-control-regex -- URL would leave them out, and something else would be checked
  if (url === null || /[\u0000-\u001f\u007f\\]/.test(text.trim()))
    return refusal("the base URL is no URL", EXAMPLE);
  if (url.protocol !== "http:" && url.protocol !== "https:")
    return refusal("the base URL begins with neither http:// nor https://", EXAMPLE);
  if (url.username !== "" || url.password !== "")
    return refusal(
      "the base URL has a user or a password in it",
      "leave that out, a secret belongs into the token",
    );
  if (/[?#]/.test(text))
    return refusal("the base URL has a query or a fragment in it", "leave out all from the ? or # on");
  const isPrivate = isPrivateHost(url.hostname);
  if (url.protocol === "http:" && !isPrivate && !insecure) {
    const why = `http to ${url.hostname} sends the token over the network for all to read`;
    return refusal(why, "use https, or --insecure if you mean it");
  }
  const path = url.pathname.replace(/\/+$/, "");
  return { ok: true, url: url.origin + path, warnings: warningsOf(url, path, isPrivate), isPrivate };
}

function parse(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    // The error would quote the text.
    return null;
  }
}

function refusal(why: string, hint: string): BaseUrlVerdict {
  return { ok: false, why, hint };
}

function warningsOf(url: URL, path: string, isPrivate: boolean): string[] {
  const end = /\/v1(?:\/messages)?$/.exec(path)?.[0];
  return [
    ...(end === undefined
      ? []
      : [`the base URL ends in ${end}, and Claude Code adds /v1/messages itself: leave ${end} out`]),
    ...(url.hostname === "0.0.0.0" || url.hostname === "[::]"
      ? [`${url.hostname} is where a server listens: as an address to reach use 127.0.0.1 or its name`]
      : []),
    ...(url.protocol === "http:" && !isPrivate
      ? [`http to ${url.hostname} sends the token over the network for all to read`]
      : []),
  ];
}

const PRIVATE_IPV4 = [
  ["0.0.0.0", 32],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const;
const PRIVATE_IPV6 = [
  ["::", 127],
  ["fc00::", 7],
  ["fe80::", 10],
] as const;

/** Names that no public resolver answers: single labels, and the endings that are set aside for networks of one's own. */
const PRIVATE_NAME = /^(?:[^.]+|.+\.(?:localhost|local|internal|lan|home\.arpa|svc|cluster\.local|test))$/;

/** @param hostname as a `URL` has it: lower case, IPv6 in brackets */
function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
  const version = isIP(host);
  if (version === 0) return PRIVATE_NAME.test(host);
  const networks = new BlockList();
  for (const [network, bits] of PRIVATE_IPV4) networks.addSubnet(network, bits, "ipv4");
  for (const [network, bits] of PRIVATE_IPV6) networks.addSubnet(network, bits, "ipv6");
  return networks.check(host, version === 4 ? "ipv4" : "ipv6");
}
