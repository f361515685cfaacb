import { Secret } from '../../../domain/shared/secret.ts';
import { PortError } from '../../../ports/port-error.ts';
import type { SealedPlace, Sealer } from '../../../ports/sealer.ts';
import { DerivedKey } from './derived-key.ts';

const LABEL = 'guildhall/seal/v1';

/** AES-256-GCM. A value is `<key id>.<base64url of nonce, ciphertext and tag>`, bound to its place. */
export class DerivedKeySealer implements Sealer {
  readonly #secrets: () => Readonly<{ current: Secret | undefined; old: Secret | undefined }>;
  #derived: Readonly<{ current: DerivedKey | undefined; byId: ReadonlyMap<string, DerivedKey> }> | undefined;

  /** @param secrets called at first use; `current` seals, and both open */
  constructor(secrets: () => Readonly<{ current: Secret | undefined; old: Secret | undefined }>) {
    this.#secrets = secrets;
  }

  keyIds(): ReturnType<Sealer['keyIds']> {
    const { current, byId } = this.#keys();
    return { current: current?.id, known: [...byId.keys()] };
  }

  seal(plain: Secret, place: SealedPlace): string {
    const { current } = this.#keys();
    if (current === undefined) throw unavailable('Neither SEALING_KEY nor LICENSE_KEY_SECRET is set');
    return `${current.id}.${current.encrypt(Buffer.from(plain.reveal()), textOf(place))}`;
  }

  open(sealed: string, place: SealedPlace): Secret {
    const [id = '', text = ''] = sealed.split('.', 2);
    const key = this.#keys().byId.get(id);
    const where = `The value in ${place.table}.${place.column} of ${place.rowId}`;
    if (key === undefined) throw unavailable(`${where} was sealed with another SEALING_KEY: that with the id ${id}`);
    try {
      return new Secret(key.decrypt(text, textOf(place)).toString());
    } catch (cause) {
      throw unavailable(`${where} is damaged, or was moved there from another row`, cause);
    }
  }

  #keys() {
    try {
      this.#derived ??= derive(this.#secrets());
      return this.#derived;
    } catch (error) {
      throw error instanceof PortError ? unavailable(error.message, error) : error;
    }
  }
}

const derive = ({ current, old }: Readonly<{ current: Secret | undefined; old: Secret | undefined }>) => {
  const [key, oldKey] = [current, old].map((secret) => secret && new DerivedKey(secret, LABEL));
  const keys = [key, oldKey].filter((each) => each !== undefined);
  return { current: key, byId: new Map(keys.map((each) => [each.id, each])) };
};

/** Names of tables and columns contain no full stop. */
const textOf = ({ table, column, rowId }: SealedPlace): string => `${table}.${column}.${rowId}`;

const unavailable = (message: string, cause?: unknown): PortError =>
  new PortError('sealing.unavailable', message, { cause });
