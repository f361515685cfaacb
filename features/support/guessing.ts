/** One after the other, as somebody at a keyboard would. Told which time it is, from 1. */
export const times = async (count: number, action: (n: number) => Promise<unknown>): Promise<void> => {
  for (let n = 1; n <= count; n += 1) await action(n);
};

/** A place where nobody of the scenario lives. */
export const elsewhere = (n: number): string => `198.51.100.${n}`;

/** One customer of a provider gets all of these. */
export const ofOneNetwork = (n: number): string => `2001:db8:1:2::${n.toString(16)}`;
