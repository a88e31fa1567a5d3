/** So many runs at a time: most of those after a kill wait for locks, which costs nothing but time. */
const WIDTH = 8;

let free = WIDTH;
const waiting: (() => void)[] = [];

/** Does a piece of work for each item, a few at a time over all tests of a file. */
export async function inTurn<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  await Promise.all(items.map((item) => whenFree(() => work(item))));
}

async function whenFree(work: () => Promise<unknown>): Promise<void> {
  if (free > 0) free -= 1;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  }
}
