import { databaseFailureOf } from '../../adapters/driven/kysely/database-startup-errors.ts';
import { EXIT } from '../../adapters/driving/cli/exit-codes.ts';

const EXITS = { 'wrong address': EXIT.usage, unavailable: EXIT.unavailable, broken: EXIT.failed } as const;

/** @returns the exit code of a command that cannot use the store it was given */
export const exitForStore = (error: unknown): number => EXITS[databaseFailureOf(error)];
