import { BrokenInvariant } from '../../../../domain/shared/invariant.ts';

/** A row we cannot read is our fault, not the caller's: whatever `build` throws leaves as BrokenInvariant. */
export const rehydrate = <T>(what: string, build: () => T): T => {
  try {
    return build();
  } catch (cause) {
    throw new BrokenInvariant(`Cannot read back ${what}`, { cause });
  }
};
