import type { Answer } from '../../test/http/test-app.ts';
import type { Visit } from './app-driver.ts';

/** Sends one request of a visitor; another status than the one expected is a refusal. */
export type Ask = (
  from: Visit,
  method: string,
  path: string,
  wish: Readonly<{ expects: number; json?: unknown }>,
) => Promise<Answer>;
