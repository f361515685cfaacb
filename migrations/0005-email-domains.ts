import { domainToASCII } from 'node:url';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

type Schema = { users: { id: string; email_canonical: string } };

/**
 * Domains of addresses are compared in ASCII (UTS 46). Where two accounts are one mailbox, one of them
 * keeps it; the other stays unchanged and cannot log in until an administrator changes its address.
 */
export const emailDomains: Migration = {
  async up(db: Kysely<Schema>) {
    const users = await db.selectFrom('users').select(['id', 'email_canonical']).orderBy('id').execute();
    const taken = new Set(users.map((user) => user.email_canonical));
    for (const { id, email_canonical: before } of users) {
      const at = before.lastIndexOf('@') + 1;
      const domain = domainToASCII(before.slice(at));
      const after = `${before.slice(0, at)}${domain}`;
      if (domain === '' || taken.has(after)) continue;
      await db.updateTable('users').set({ email_canonical: after }).where('id', '=', id).execute();
      taken.add(after);
    }
  },
};
