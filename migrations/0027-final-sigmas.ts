import { domainToASCII } from 'node:url';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

type Schema = { users: { id: string; email_canonical: string } };

const MAX_LOCAL_PART_LENGTH = 64;

/**
 * Names of addresses are compared with σ in place of ς, which lower case makes of Σ at the end of a word only. A name that
 * lower case had made too long, which i with a dot above does, has its domain in ASCII too. Where two accounts are one
 * mailbox, one of them keeps it; the other stays unchanged and cannot log in until an administrator changes its address.
 */
export const finalSigmas: Migration = {
  async up(db: Kysely<Schema>) {
    const users = await db
      .selectFrom('users')
      .select(['id', 'email_canonical'])
      .where((eb) => eb.or(['%ς%', '%i\u0307%'].map((pattern) => eb('email_canonical', 'like', pattern))))
      .orderBy('id')
      .execute();
    for (const { id, email_canonical: before } of users) {
      const at = before.lastIndexOf('@');
      const [name, domain] = [before.slice(0, at), before.slice(at + 1)];
      const ascii = name.length > MAX_LOCAL_PART_LENGTH ? domainToASCII(domain) || domain : domain;
      const after = `${name.replaceAll('ς', 'σ')}@${ascii}`;
      const taken = await db.selectFrom('users').select('id').where('email_canonical', '=', after).executeTakeFirst();
      if (taken === undefined) {
        await db.updateTable('users').set({ email_canonical: after }).where('id', '=', id).execute();
      }
    }
  },
};
