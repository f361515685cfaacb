/** Summary of several measurements. */
export type Spread = Readonly<{ median: number; min: number; max: number }>;

/** @throws if there is no value, or one that is not a number */
export const spreadOf = (values: readonly number[]): Spread => {
  const sorted = sortedNumbers(values);
  const middle = Math.floor(sorted.length / 2);
  const [upper, lower] = [at(sorted, middle), at(sorted, sorted.length % 2 === 1 ? middle : middle - 1)];
  return { median: (upper + lower) / 2, min: at(sorted, 0), max: at(sorted, sorted.length - 1) };
};

/**
 * Round by round, because the speed of a shared machine drifts: what was measured within seconds is compared, and the
 * spread is that of the ratios.
 */
export const ratioOf = (above: readonly number[], below: readonly number[]): Spread => {
  if (above.length !== below.length) throw new Error(`${above.length} rounds against ${below.length}`);
  return spreadOf(above.map((value, round) => value / at(below, round)));
};

/**
 * The smallest value that `share` of all values do not exceed.
 * @param share from 0 to 1: 0.99 for the 99th percentile
 */
export const percentileOf = (values: readonly number[], share: number): number => {
  const sorted = sortedNumbers(values);
  return at(sorted, Math.max(0, Math.ceil(share * sorted.length) - 1));
};

const sortedNumbers = (values: readonly number[]): number[] => {
  if (values.length === 0) throw new Error('Nothing was measured');
  const odd = values.find((value) => !Number.isFinite(value));
  if (odd !== undefined) throw new Error(`${odd} is no measurement`);
  return values.toSorted((one, other) => one - other);
};

const at = (values: readonly number[], index: number): number => values[index] as number;
