/** Repeats an action sequentially. `n` counts from 1. */
export const times = async (count: number, action: (n: number) => Promise<unknown>): Promise<void> => {
  for (let n = 1; n <= count; n += 1) await action(n);
};

/** A place where unknownId of the scenario lives. */
export const elsewhere = (n: number): string => `198.51.100.${n}`;

/** An address within one IPv6 /64. */
export const ofOneNetwork = (n: number): string => `2001:db8:1:2::${n.toString(16)}`;
