import { expect, it } from "vitest";
import { castOf, textOf, type Scene } from "../../../../scripts/record/cast.ts";
import { framesOf } from "../../../../scripts/record/frames.ts";
import { neutral } from "../../../../scripts/record/neutral.ts";

const scene: Scene = {
  prompt: "$ ",
  keys: ["l", "s"],
  printed: [
    { at: 5, text: "\r\n" },
    { at: 60_005, text: "\u001b[1;32mone\u001b[0m two\r\n" },
  ],
};

it("keys are typed at a fixed speed, and no pause is longer than a second", () => {
  const slow = castOf([scene], "$ ");
  const fast = castOf([{ ...scene, printed: scene.printed.map(({ text }) => ({ at: 0, text })) }], "$ ");

  const times = slow.events.map(({ at }) => at);
  expect((times[2] ?? 0) - (times[1] ?? 0)).toBe(45);
  expect(slow.length - fast.length).toBeLessThan(1000);
  expect(times).toEqual([...times].sort((a, b) => a - b));
});

it("frames are what a terminal shows: colours, lines that wrap, the cursor", async () => {
  const frames = await framesOf(castOf([scene], "$ "), 5, 4);

  expect(frames[0]?.rows[0]).toEqual([{ text: "$", width: 1, colour: null, bold: false }]);
  expect(frames.at(-1)?.rows.slice(1)).toEqual([
    [
      { text: "one", width: 3, colour: 2, bold: true },
      { text: " t", width: 2, colour: null, bold: false },
    ],
    [{ text: "wo", width: 2, colour: null, bold: false }],
    [{ text: "$", width: 1, colour: null, bold: false }],
  ]);
  expect(frames.at(-1)?.cursor).toEqual({ row: 3, column: 2 });
});

it("a wide character takes two columns, and what scrolled away is not shown", async () => {
  const cast = { events: [{ at: 0, text: "gone\r\n日本x\r\nend" }], length: 1 };

  const [frame] = await framesOf(cast, 10, 2);

  expect(frame?.rows).toEqual([
    [{ text: "日本x", width: 5, colour: null, bold: false }],
    [{ text: "end", width: 3, colour: null, bold: false }],
  ]);
});

it("what comes at once is one frame", async () => {
  const events = [0, 10, 20, 500].map((at) => ({ at, text: "." }));

  const frames = await framesOf({ events, length: 1000 }, 10, 2);

  expect(frames.map(({ at, rows }) => [at, rows[0]?.[0]?.text])).toEqual([
    [0, "..."],
    [500, "...."],
  ]);
});

it("the ids of containers are the same in each recording", () => {
  const ids = ["a".repeat(64), "b".repeat(64)];
  const cast = { events: [{ at: 0, text: `from ${ids[0] ?? ""} to ${ids[1] ?? ""}` }], length: 1 };

  expect(textOf(neutral(cast, ids))).toMatch(/^from ([0-9a-f]{64}) to \1$/);
  expect(textOf(neutral(cast, ids))).not.toContain("aaaa");
});
