import { PasswordHash } from '../../../domain/user/password-hash.ts';
import { type Argon2Params, isBearable } from './argon2-params.ts';

const FORM = /^\$argon2id\$v=19\$([mtp]=\d+,[mtp]=\d+,[mtp]=\d+)\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,172}$/;

/**
 * The text form of a hash. Written in the order of the reference implementation (m, t, p), which some readers insist
 * on and the argon2 package does not keep; read in any order.
 */
export const Phc = {
  encode({ memoryKib, timeCost, parallelism }: Argon2Params, salt: Buffer, hash: Buffer): PasswordHash {
    const params = `m=${memoryKib},t=${timeCost},p=${parallelism}`;
    return PasswordHash.parse(`$argon2id$v=19$${params}$${unpadded(salt)}$${unpadded(hash)}`);
  },

  /** What the hash was made with; `undefined` if this is no hash that anybody could have made. */
  paramsOf(stored: PasswordHash): Argon2Params | undefined {
    const fields = FORM.exec(stored)?.[1];
    if (fields === undefined) return undefined;
    const { m, t, p } = Object.fromEntries(fields.split(',').map((field) => field.split('=')));
    const params = { memoryKib: Number(m), timeCost: Number(t), parallelism: Number(p) };
    return isBearable(params) ? params : undefined;
  },
};

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
