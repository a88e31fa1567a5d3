/** An IP address: 4 or 16 bytes. */
export type Address = readonly number[];

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/** The bytes of an address as it is written, without brackets; null for what is none, zones (`%eth0`) among it. */
export function parseAddress(text: string): Address | null {
  if (IPV4.test(text)) return text.split(".").map(Number);
  const written = canonicalText(text);
  if (written === null) return null;
  const [head = "", tail] = written.split("::");
  const left = parseGroups(head);
  const right = parseGroups(tail ?? "");
  const gap = Array<number>(8 - left.length - right.length).fill(0);
  return [...left, ...gap, ...right].flatMap((group) => [group >> 8, group & 0xff]);
}

/** An IPv4 address that is written as IPv6 (`::ffff:10.0.0.1`) is the IPv4 address. */
export function canonicalAddress(address: Address): Address {
  return isMapped(address) ? address.slice(12) : address;
}

/** True for `::ffff:a.b.c.d`. */
export function isMapped(address: Address): boolean {
  return address.length === 16 && MAPPED.every((byte, index) => address[index] === byte);
}

/** True where both have the first `bits` bits in common; false where they are of different kinds, or `bits` too many. */
export function shareBits(one: Address, other: Address, bits: number): boolean {
  if (one.length !== other.length || bits > one.length * 8) return false;
  return one.every((byte, index) => {
    const counted = Math.min(8, Math.max(0, bits - index * 8));
    return byte >> (8 - counted) === (other[index] ?? 0) >> (8 - counted);
  });
}

/** An IPv6 address in the one way that a URL writes it: hexadecimal groups, no dotted rest. */
function canonicalText(text: string): string | null {
  if (!/^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(text)) return null;
  try {
    return new URL(`http://[${text}]`).hostname.slice(1, -1);
  } catch {
    // Colons, but no address.
    return null;
  }
}

function parseGroups(text: string): number[] {
  return text === "" ? [] : text.split(":").map((group) => parseInt(group, 16));
}
