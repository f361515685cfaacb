import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { invariant } from '../../../domain/shared/invariant.ts';
import type { CommonPasswords } from '../../../ports/common-passwords.ts';

const LIST = '@zxcvbn-ts/language-common/src/passwords.json';

/**
 * The 49,233 most common passwords of leaks, all in lower case, from the list that zxcvbn-ts ships. We read its file
 * rather than import its module: the module adds two more lists and keeps three times the memory.
 */
export class ZxcvbnCommonPasswords implements CommonPasswords {
  #passwords: ReadonlySet<string> | undefined;

  /** Reads the list, about 15 ms, unless it was read before. Called at start, it spares the first asker the wait. */
  load(): ReadonlySet<string> {
    this.#passwords ??= readList();
    return this.#passwords;
  }

  has(password: string): boolean {
    return this.load().has(password);
  }
}

const readList = (): ReadonlySet<string> => {
  const list: unknown = JSON.parse(readFileSync(fileURLToPath(import.meta.resolve(LIST)), 'utf8'));
  invariant(Array.isArray(list) && list.length > 0, `${LIST} is not a list of passwords`);
  return new Set(list.map((entry) => String(entry).normalize('NFC').toLowerCase()));
};
