import { PasswordHash } from '../../../domain/user/password-hash.ts';
import { type Argon2Params, isBearable } from './argon2-params.ts';

const FORM = /^\$argon2id\$v=19\$([mtp]=\d+,[mtp]=\d+,[mtp]=\d+)\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,172})$/;

/** What a hash says of itself. */
export type Phc = Readonly<{ params: Argon2Params; salt: Buffer; hash: Buffer }>;

/**
 * The text form of a hash. Written in the order of the reference implementation (m, t, p), which some readers insist
 * on; read in any order.
 */
export const Phc = {
  encode({ memoryKib, timeCost, parallelism }: Argon2Params, salt: Buffer, hash: Buffer): PasswordHash {
    const params = `m=${memoryKib},t=${timeCost},p=${parallelism}`;
    return PasswordHash.parse(`$argon2id$v=19$${params}$${unpadded(salt)}$${unpadded(hash)}`);
  },

  /** `undefined` if this is no hash that anybody could have made. */
  read(stored: PasswordHash): Phc | undefined {
    const [, fields, saltText, hashText] = FORM.exec(stored) ?? [];
    if (fields === undefined || saltText === undefined || hashText === undefined) return undefined;
    const { m, t, p } = Object.fromEntries(fields.split(',').map((field) => field.split('=')));
    const params = { memoryKib: Number(m), timeCost: Number(t), parallelism: Number(p) };
    const [salt, hash] = [Buffer.from(saltText, 'base64'), Buffer.from(hashText, 'base64')];
    // Base64 can be damaged in bits that are not read; the bytes would be right, and the text is not.
    const isWhole = unpadded(salt) === saltText && unpadded(hash) === hashText;
    return isWhole && isBearable(params) ? { params, salt, hash } : undefined;
  },
};

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
