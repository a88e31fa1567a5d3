import { canonicalAddress, isMapped, parseAddress, shareBits, type Address } from "./address.ts";

/** Where a request goes: the host name in lower case as a URL has it (IPv6 in brackets), and the port. */
export interface Destination {
  readonly host: string;
  readonly port: number;
}

/**
 * Whether a `NO_PROXY` text exempts `to` for Bun 1.4.4, the runtime that Claude Code 2.1.330 is built on. Entries stand
 * between commas or white space: `*`; a name, with or without `.` or `*.` before it (that name and all below it); an
 * address; a range (`10.0.0.0/8`). Name and address may have a port. (oven-sh/bun, `src/dotenv/no_proxy.rs`)
 */
export function runtimeExempts(list: string, to: Destination): boolean {
  const host = withoutDot(withoutBrackets(to.host));
  const address = parseAddress(host);
  return entriesOf(list, /[, \t\r\n]+/).some((entry) => {
    if (entry === "*") return true;
    if (entry.includes("/")) return address !== null && isInRange(entry, canonicalAddress(address));
    const { name, port } = splitPort(entry);
    if (port !== undefined && !(/^\d+$/.test(port) && Number(port) === to.port)) return false;
    const wanted = withoutDot(name.replace(/^\*?\./, ""));
    if (wanted === "") return false;
    if (address === null) return host === wanted || host.endsWith(`.${wanted}`);
    const written = parseAddress(wanted);
    return written !== null && isSame(written, address);
  });
}

/**
 * Whether the two lists exempt `to` for the client's own code, which knows less: `*` when a list is nothing else, names
 * as they stand, `.name` for the name and all below it, `host:port`. It joins the lists, the runtime takes the first.
 */
export function clientExempts(lists: readonly string[], to: Destination): boolean {
  if (lists.includes("*")) return true;
  return entriesOf(lists.join(","), /[,\s]+/).some((entry) => {
    if (entry.includes(":")) return entry === `${to.host}:${to.port}`;
    if (entry.startsWith(".")) return to.host === entry.slice(1) || to.host.endsWith(entry);
    return entry === to.host;
  });
}

function entriesOf(list: string, separator: RegExp): readonly string[] {
  return list
    .toLowerCase()
    .split(separator)
    .filter((entry) => entry !== "");
}

function isInRange(entry: string, address: Address): boolean {
  const slash = entry.indexOf("/");
  const [network, bits] = [entry.slice(0, slash), entry.slice(slash + 1)];
  const written = parseAddress(withoutBrackets(network));
  if (written === null || !/^\d+$/.test(bits)) return false;
  const kept = isMapped(written) ? Number(bits) - 96 : Number(bits);
  return kept >= 0 && shareBits(canonicalAddress(written), address, kept);
}

function isSame(one: Address, other: Address): boolean {
  const [a, b] = [canonicalAddress(one), canonicalAddress(other)];
  return shareBits(a, b, a.length * 8);
}

function splitPort(entry: string): { readonly name: string; readonly port: string | undefined } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?/.exec(entry);
  if (bracketed !== null) return { name: bracketed[1] ?? "", port: bracketed[2] };
  const [name = "", port, ...more] = entry.split(":");
  // More than one colon without brackets: an IPv6 address.
  return more.length > 0 ? { name: entry, port: undefined } : { name, port };
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}

function withoutDot(host: string): string {
  return host.replace(/\.$/, "");
}
