/** The sorted samples of each row, microseconds. */
export type Samples = ReadonlyMap<string, readonly number[]>;

/** Lines of a name, a tab and a whole number, to the sorted numbers of each name. */
export function parseSamples(text: string): Map<string, number[]> {
  const samples = new Map<string, number[]>();
  for (const line of text.split("\n").filter((one) => one !== "")) {
    const [name, count] = line.split("\t");
    if (name === undefined || !/^\d+$/.test(count ?? "")) throw new Error(`no sample: ${line}`);
    samples.set(name, [...(samples.get(name) ?? []), Number(count)]);
  }
  for (const values of samples.values()) values.sort((one, other) => one - other);
  return samples;
}

/** The sample below which `share` of all lie, in milliseconds; null where nothing was measured. */
export function millisecondsAt(samples: Samples, name: string, share: number): number | null {
  const sorted = samples.get(name);
  const sample = sorted?.[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return sample === undefined ? null : sample / 1000;
}
