import { AlreadyAnswered, type IdempotentRequest } from '../../src/application/idempotency.ts';
import type { Caller } from '../../src/domain/access/caller.ts';
import type { RequestOptions } from './app-driver.ts';

/**
 * Runs a request of the core that has an idempotency key, as the HTTP adapter does. A repetition returns the first view.
 * @param request the operation, the id that it is about, and its input
 */
export const repeatable = async <View>(
  { idempotencyKey }: RequestOptions,
  { kind, id }: Caller,
  request: readonly [operation: string, id: string, input: unknown],
  execute: (idempotency: IdempotentRequest<View> | undefined) => Promise<View>,
): Promise<View> => {
  if (idempotencyKey === undefined) return execute(undefined);
  const key = JSON.stringify([kind, id, request[0], idempotencyKey]);
  try {
    return await execute({ key, fingerprint: JSON.stringify(request), answerTo: (view) => JSON.stringify(view) });
  } catch (error) {
    if (error instanceof AlreadyAnswered) return JSON.parse(error.answer) as View;
    throw error;
  }
};
