/** So many runs at a time: a run that waits for a lock costs nothing. */
const WIDTH = 3;

/** Does a piece of work for each item, a few at a time. */
export async function inTurn<Item>(
  items: Iterable<Item>,
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const rest = items[Symbol.iterator]();
  const one = async (): Promise<void> => {
    for (let next = rest.next(); next.done !== true; next = rest.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: WIDTH }, one));
}
