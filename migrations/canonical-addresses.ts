import type { Kysely } from 'kysely';

type Schema = { users: { id: string; email_canonical: string } };

const BATCH = 1_000;
const MAX_DOMAIN_LENGTH = 253;
const ASCII_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u;

/**
 * Gives every account the form that its address is compared in. Where two accounts are one mailbox, one of them keeps
 * it; the other stays unchanged and cannot log in until an administrator changes its address.
 */
export const rewriteAddresses = async (db: Kysely<Schema>, canonicalOf: (before: string) => string): Promise<void> => {
  for (let last = '00000000-0000-0000-0000-000000000000'; ; ) {
    const users = await db
      .selectFrom('users')
      .select(['id', 'email_canonical'])
      .where('id', '>', last)
      .orderBy('id')
      .limit(BATCH)
      .execute();
    for (const { id, email_canonical: before } of users) {
      const after = canonicalOf(before);
      if (after === before || (await isTaken(db, after))) continue;
      await db.updateTable('users').set({ email_canonical: after }).where('id', '=', id).execute();
    }
    if (users.length < BATCH) return;
    last = users.at(-1)?.id ?? last;
  }
};

const isTaken = async (db: Kysely<Schema>, address: string): Promise<boolean> => {
  const other = db.selectFrom('users').select('id').where('email_canonical', '=', address);
  return (await other.executeTakeFirst()) !== undefined;
};

/** As `Email.canonicalize` of the domain maps the domain of an address. One that it does not map stays. */
export const withAsciiDomain = (address: string): string => {
  const at = address.lastIndexOf('@') + 1;
  const domain = address.slice(at);
  if (!domain.split('.').every((label) => LABEL.test(label))) return address;
  const host = URL.parse(`http://${domain}`)?.hostname ?? '';
  const labels = host.split('.');
  const isName = labels.every((label) => ASCII_LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '');
  return isName && host.length <= MAX_DOMAIN_LENGTH ? `${address.slice(0, at)}${host}` : address;
};
