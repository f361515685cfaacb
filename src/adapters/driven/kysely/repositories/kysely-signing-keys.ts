import type { Selectable } from 'kysely';
import type { ActiveKeys, PublicKey, SigningKey } from '../../../../domain/license/signing-key.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import { invariant } from '../../../../domain/shared/invariant.ts';
import type { SigningKeyQueries } from '../../../../ports/signing-key-queries.ts';
import type { SigningKeyRepository } from '../../../../ports/signing-key-repository.ts';
import { locksRows, type Schema } from '../schema.ts';
import { KyselyRepository } from './kysely-repository.ts';
import { rehydrate } from './rows.ts';

const CURRENT = 'current';
const PENDING = 'pending';

export class KyselySigningKeys extends KyselyRepository implements SigningKeyRepository, SigningKeyQueries {
  async active(): Promise<ActiveKeys> {
    if (!locksRows(this.db)) return this.findActive();
    for (;;) {
      const keys = toActiveKeys(await this.#activeRows().forUpdate().execute());
      // A wait for a row that was retired meanwhile does not see a row that was added, so the query is repeated.
      if (keys.current !== undefined || (await this.findActive()).current === undefined) return keys;
    }
  }

  async findActive(): Promise<ActiveKeys> {
    return toActiveKeys(await this.#activeRows().execute());
  }

  async add(key: SigningKey): Promise<SigningKey> {
    const insert = this.db.insertInto('signing_keys').values({ ...toRow(key), kid: key.kid });
    await insert.onConflict((on) => on.column('slot').doNothing()).execute();
    const { current, pending } = await this.active();
    const added = key.isPending ? pending : current;
    invariant(added !== undefined, 'There is no such signing key, though one was added');
    return added;
  }

  async replace(key: SigningKey): Promise<void> {
    const update = this.db.updateTable('signing_keys').set(toRow(key)).where('kid', '=', key.kid);
    const { numUpdatedRows } = await update.executeTakeFirst();
    invariant(numUpdatedRows === 1n, `There is no signing key ${key.kid}`);
  }

  async listPublished(at: Instant): Promise<readonly Readonly<{ kid: string; publicKey: PublicKey }>[]> {
    const { current, pending } = await this.findActive();
    const query = this.db.selectFrom('signing_keys').selectAll().where('published_until', '>', at);
    const older = await query.orderBy('published_until', 'desc').execute();
    const keys = [current, pending, ...older.map(toSigningKey)].filter((key) => key !== undefined);
    return keys.map(({ kid, publicKey }) => ({ kid, publicKey }));
  }

  /** In one order, so that two units of work that lock both rows do not block each other. */
  #activeRows() {
    return this.db.selectFrom('signing_keys').selectAll().where('slot', 'in', [CURRENT, PENDING]).orderBy('slot');
  }
}

type Row = Selectable<Schema['signing_keys']>;

const toRow = (key: SigningKey) => ({
  slot: key.publishedUntil !== null ? null : key.isPending ? PENDING : CURRENT,
  public_key: JSON.stringify(key.publicKey),
  sealed_private_key: key.sealedPrivateKey,
  created_at: key.createdAt,
  max_ttl_s: Math.ceil(key.maxTtlMs / 1000),
  published_until: key.publishedUntil,
});

const toActiveKeys = (rows: readonly Row[]): ActiveKeys => {
  const keys = rows.map(toSigningKey);
  return { current: keys.find(({ isPending }) => !isPending), pending: keys.find(({ isPending }) => isPending) };
};

const toSigningKey = (row: Row): SigningKey =>
  rehydrate(`signing key ${row.kid}`, () => ({
    kid: row.kid,
    publicKey: toPublicKey(row.public_key),
    sealedPrivateKey: row.sealed_private_key,
    createdAt: Instant.parse(row.created_at),
    maxTtlMs: row.max_ttl_s * 1000,
    isPending: row.slot === PENDING,
    publishedUntil: row.published_until === null ? null : Instant.parse(row.published_until),
  }));

const toPublicKey = (json: string): PublicKey => {
  const { kty, crv, x } = JSON.parse(json) as PublicKey;
  invariant(kty === 'OKP' && crv === 'Ed25519' && typeof x === 'string', 'Not an Ed25519 public key');
  return { kty, crv, x };
};
