import type { Selectable } from 'kysely';
import type { PublicKey, SigningKey } from '../../../../domain/license/signing-key.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import { invariant } from '../../../../domain/shared/invariant.ts';
import type { SigningKeyQueries } from '../../../../ports/signing-key-queries.ts';
import type { SigningKeyRepository } from '../../../../ports/signing-key-repository.ts';
import { type Database, locksRows, type Schema } from '../schema.ts';
import { rehydrate } from './rows.ts';

const CURRENT = 'current';

export class KyselySigningKeys implements SigningKeyRepository, SigningKeyQueries {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async current(): Promise<SigningKey | undefined> {
    if (!locksRows(this.#db)) return this.findCurrent();
    for (;;) {
      const row = await this.#currentRow().forUpdate().executeTakeFirst();
      if (row !== undefined) return toSigningKey(row);
      // A wait for a row that was retired meanwhile does not see the row that replaced it, so the query is repeated.
      if ((await this.findCurrent()) === undefined) return undefined;
    }
  }

  async findCurrent(): Promise<SigningKey | undefined> {
    const row = await this.#currentRow().executeTakeFirst();
    return row === undefined ? undefined : toSigningKey(row);
  }

  async addCurrent(key: SigningKey): Promise<SigningKey> {
    const insert = this.#db.insertInto('signing_keys').values({ ...toRow(key), kid: key.kid });
    await insert.onConflict((on) => on.column('slot').doNothing()).execute();
    const current = await this.current();
    invariant(current !== undefined, 'No signing key is current, though one was added');
    return current;
  }

  async replace(key: SigningKey): Promise<void> {
    const update = this.#db.updateTable('signing_keys').set(toRow(key)).where('kid', '=', key.kid);
    const { numUpdatedRows } = await update.executeTakeFirst();
    invariant(numUpdatedRows === 1n, `There is no signing key ${key.kid}`);
  }

  async listPublished(at: Instant): Promise<readonly Readonly<{ kid: string; publicKey: PublicKey }>[]> {
    const current = await this.findCurrent();
    const query = this.#db.selectFrom('signing_keys').selectAll().where('published_until', '>', at);
    const older = await query.orderBy('published_until', 'desc').execute();
    const keys = [...(current === undefined ? [] : [current]), ...older.map(toSigningKey)];
    return keys.map(({ kid, publicKey }) => ({ kid, publicKey }));
  }

  #currentRow() {
    return this.#db.selectFrom('signing_keys').selectAll().where('slot', '=', CURRENT);
  }
}

const toRow = (key: SigningKey) => ({
  slot: key.publishedUntil === null ? CURRENT : null,
  public_key: JSON.stringify(key.publicKey),
  sealed_private_key: key.sealedPrivateKey,
  created_at: key.createdAt,
  max_ttl_s: Math.ceil(key.maxTtlMs / 1000),
  published_until: key.publishedUntil,
});

const toSigningKey = (row: Selectable<Schema['signing_keys']>): SigningKey =>
  rehydrate(`signing key ${row.kid}`, () => ({
    kid: row.kid,
    publicKey: toPublicKey(row.public_key),
    sealedPrivateKey: row.sealed_private_key,
    createdAt: Instant.parse(row.created_at),
    maxTtlMs: row.max_ttl_s * 1000,
    publishedUntil: row.published_until === null ? null : Instant.parse(row.published_until),
  }));

const toPublicKey = (json: string): PublicKey => {
  const { kty, crv, x } = JSON.parse(json) as PublicKey;
  invariant(kty === 'OKP' && crv === 'Ed25519' && typeof x === 'string', 'Not an Ed25519 public key');
  return { kty, crv, x };
};
