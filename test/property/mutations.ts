import fc from "fast-check";

/** What became of a file's bytes. */
export type Mutation =
  | { readonly kind: "cut" | "nul" | "no-text" | "line-break"; readonly at: number }
  | { readonly kind: "flip"; readonly at: number; readonly bit: number }
  | { readonly kind: "swap"; readonly from: string; readonly to: string }
  | { readonly kind: "twice" | "mark" | "huge" | "alone" };

const at = fc.nat(4000);

const atPlace = fc.record({
  kind: fc.constantFrom("cut" as const, "nul" as const, "no-text" as const, "line-break" as const),
  at,
});
const flip = fc.record({ kind: fc.constant("flip" as const), at, bit: fc.nat(7) });
/** These give a value another type, or spoil what is around it. */
const swap = fc
  .constantFrom(
    ['"SECRET"', '["SECRET"]'],
    ['"SECRET"', '{"SECRET":1}'],
    ['"SECRET"', "SECRET"],
    ['"SECRET"', '"SECRET'],
    ["'SECRET'", "SECRET"],
    ["'SECRET'", '"$(SECRET)"'],
    ["'SECRET'", "'SECRET"],
    ["=", " "],
    [": ", " "],
    [":", ""],
    ["{", "["],
    ["export ", ""],
  )
  .map(([from = "", to = ""]): Mutation => ({ kind: "swap", from, to }));
const whole = fc.record({ kind: fc.constantFrom("twice" as const, "mark" as const, "alone" as const) });

/** Changes as a crash, another program or an editor makes them; a huge file takes its time, and is rare. */
export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  ...[atPlace, flip, swap, whole].map((arbitrary: fc.Arbitrary<Mutation>) => ({ arbitrary, weight: 6 })),
  { arbitrary: fc.constant<Mutation>({ kind: "huge" }), weight: 1 },
);

/** Bytes: more than any file but the client's state may have. */
const HUGE = 5 * 1024 * 1024;

/** A text's bytes after these mutations, one after the other. */
export function mutateAll(text: string, changes: readonly Mutation[], secret: string): Buffer {
  return changes.reduce<Buffer>((bytes, change) => mutate(bytes, change, secret), Buffer.from(text));
}

/** The bytes after the mutation; a place beyond their end counts from their beginning again. */
function mutate(bytes: Buffer, change: Mutation, secret: string): Buffer {
  switch (change.kind) {
    case "cut":
      return bytes.subarray(0, placeIn(bytes, change.at));
    case "nul":
      return inserted(bytes, change.at, 0);
    case "no-text":
      return inserted(bytes, change.at, 0xff);
    case "line-break":
      return inserted(bytes, change.at, 0x0a);
    case "flip": {
      const flipped = Buffer.from(bytes);
      const place = placeIn(bytes, change.at);
      if (place < flipped.length) flipped[place] = (flipped[place] ?? 0) ^ (1 << change.bit);
      return flipped;
    }
    case "swap": {
      const [from, to] = [change.from.replace("SECRET", secret), change.to.replace("SECRET", secret)];
      return Buffer.from(
        bytes.toString("latin1").replaceAll(from, () => to),
        "latin1",
      );
    }
    case "twice":
      return Buffer.concat([bytes, bytes]);
    case "mark":
      return Buffer.concat([Buffer.from("\uFEFF"), bytes]);
    case "alone":
      return Buffer.from(secret);
    case "huge":
      return Buffer.concat([bytes, Buffer.alloc(HUGE, `${secret}\n`)]);
  }
}

function placeIn({ length }: Buffer, place: number): number {
  return length === 0 ? 0 : place % length;
}

function inserted(bytes: Buffer, place: number, byte: number): Buffer {
  const before = placeIn(bytes, place);
  return Buffer.concat([bytes.subarray(0, before), Buffer.from([byte]), bytes.subarray(before)]);
}
