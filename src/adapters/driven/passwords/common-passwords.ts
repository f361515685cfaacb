import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { invariant } from '../../../domain/shared/invariant.ts';
import type { CommonPasswords } from '../../../ports/common-passwords.ts';

const LIST = '@zxcvbn-ts/language-common/src/passwords.json';

/**
 * The 49,233 most common leaked passwords, in lower case, from the list of zxcvbn-ts. Its file is read instead of its
 * module, which contains two more lists and takes three times the memory.
 */
export class ZxcvbnCommonPasswords implements CommonPasswords {
  /** Reads the list once in a process, in about 15 ms. */
  load(): ReadonlySet<string> {
    passwords ??= readList();
    return passwords;
  }

  has(password: string): boolean {
    return this.load().has(password);
  }
}

let passwords: ReadonlySet<string> | undefined;

const readList = (): ReadonlySet<string> => {
  const list: unknown = JSON.parse(readFileSync(fileURLToPath(import.meta.resolve(LIST)), 'utf8'));
  invariant(Array.isArray(list) && list.length > 0, `${LIST} is not a list of passwords`);
  return new Set(list.map((entry) => String(entry).normalize('NFC').toLowerCase()));
};

/** For `PASSWORD_BLOCKLIST=off`: no password is common. */
export class NoCommonPasswords implements CommonPasswords {
  has(): boolean {
    return false;
  }
}
