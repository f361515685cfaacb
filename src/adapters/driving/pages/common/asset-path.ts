import { hash } from 'node:crypto';
import { extname } from 'node:path';

/** Path of a file of the pages. Its name contains a hash of its content, so that browsers may cache it without limit. */
export const assetPath = (name: string, content: Buffer): string => {
  const digest = hash('sha256', content, 'base64url').replaceAll(/[^a-z0-9]/gi, '');
  const type = extname(name);
  return `/assets/${name.slice(0, -type.length)}-${digest.slice(0, 12)}${type}`;
};
