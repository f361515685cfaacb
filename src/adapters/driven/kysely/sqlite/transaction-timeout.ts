import { BrokenInvariant } from '../../../../domain/shared/invariant.ts';

/** No honest unit of work takes this long. One that does is waiting for a store outside itself, and would for ever. */
export const TRANSACTION_TIMEOUT_MS = 5_000;

/** @throws {BrokenInvariant} once the unit of work has taken longer than `ms` */
export const withTransactionTimeout = <T>(work: Promise<T>, ms: number): Promise<T> =>
  new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new BrokenInvariant(`A unit of work took longer than ${ms} ms: is it using an outer store?`));
    }, ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
