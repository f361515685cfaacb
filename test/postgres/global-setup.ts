import { shareWithRun } from './shared-postgres.ts';

/** Called by `node --test --test-global-setup` before any file. The server ends with the run. */
export const globalSetup = shareWithRun;
