import type { Migration } from 'kysely/migration';
import { rewriteAddresses, withAsciiDomain } from './canonical-addresses.ts';

/** Domains of addresses are compared in ASCII (UTS 46). */
export const emailDomains: Migration = {
  up: (db) => rewriteAddresses(db, withAsciiDomain),
};
