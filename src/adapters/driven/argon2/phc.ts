import { PasswordHash } from '../../../domain/user/password-hash.ts';
import { type Argon2Params, isWithinLimits } from './argon2-params.ts';

const FORM = /^(\$argon2id\$v=19\$[mtp]=\d+,[mtp]=\d+,[mtp]=\d+)\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,172})$/;
const HEAD = /^\$argon2id\$v=19\$([mtp]=\d+,[mtp]=\d+,[mtp]=\d+)$/;

/** Parameters, salt and hash of a PHC string. */
export type Phc = Readonly<{ params: Argon2Params; salt: Buffer; hash: Buffer }>;

/**
 * PHC string format. Parameters are written in the order of the reference implementation (m, t, p), which some parsers
 * require, and read in any order.
 */
export const Phc = {
  encode({ memoryKib, timeCost, parallelism }: Argon2Params, salt: Buffer, hash: Buffer): PasswordHash {
    const params = `m=${memoryKib},t=${timeCost},p=${parallelism}`;
    return PasswordHash.parse(`$argon2id$v=19$${params}$${unpadded(salt)}$${unpadded(hash)}`);
  },

  /** @returns `undefined`: not a valid argon2id hash */
  read(stored: PasswordHash): Phc | undefined {
    const [, head = '', saltText = '', hashText = ''] = FORM.exec(stored) ?? [];
    const params = Phc.readParams(head);
    const [salt, hash] = [Buffer.from(saltText, 'base64'), Buffer.from(hashText, 'base64')];
    // Damage in the unused bits of base64 changes the text and not the bytes.
    const isWhole = unpadded(salt) === saltText && unpadded(hash) === hashText;
    return isWhole && params !== undefined ? { params, salt, hash } : undefined;
  },

  /** @param head the part of a stored hash before its salt */
  readParams(head: string): Argon2Params | undefined {
    const [, fields] = HEAD.exec(head) ?? [];
    if (fields === undefined) return undefined;
    const { m, t, p } = Object.fromEntries(fields.split(',').map((field) => field.split('=')));
    const params = { memoryKib: Number(m), timeCost: Number(t), parallelism: Number(p) };
    return isWithinLimits(params) ? params : undefined;
  },
};

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
