import type { Migration } from 'kysely/migration';
import { rewriteAddresses, withAsciiDomain } from './canonical-addresses.ts';

/**
 * Names of addresses are compared with σ in place of ς, which lower case makes of Σ at the end of a word only. Every domain
 * is in ASCII, also beside a name that lower case or NFC had made too long.
 */
export const finalSigmas: Migration = {
  up: (db) =>
    rewriteAddresses(db, (before) => {
      const at = before.lastIndexOf('@');
      return withAsciiDomain(`${before.slice(0, at).replaceAll('ς', 'σ')}${before.slice(at)}`);
    }),
};
