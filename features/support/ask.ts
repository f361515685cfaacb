import type { Answer } from '../../test/http/test-app.ts';
import type { Origin } from './app-driver.ts';

/** Sends one request. Throws the error of the response for an unexpected status. */
export type Ask = (
  from: Origin,
  method: string,
  path: string,
  query: Readonly<{ expects: number; json?: unknown }>,
) => Promise<Answer>;
