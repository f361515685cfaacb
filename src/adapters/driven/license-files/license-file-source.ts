import { readFile } from 'node:fs/promises';
import { DomainError } from '../../../domain/shared/domain-error.ts';

/** @returns the license file at `path`, which is a JWT or the whole answer of the checkout */
export const readLicenseFile = async (path: string): Promise<string> => {
  let text: string;
  try {
    text = (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    throw new DomainError('license-file.refused', `The file ${path} cannot be read.`, { cause });
  }
  if (!text.startsWith('{')) return text;
  try {
    return String((JSON.parse(text) as { license_file?: unknown }).license_file);
  } catch (cause) {
    throw new DomainError('license-file.refused', `The file ${path} holds no license file.`, { cause });
  }
};
