import type { SettingReader } from './setting-reader.ts';

const THIS_MACHINE = new Set(['127.0.0.1', '[::1]', 'localhost']);

/**
 * Where random people come from. No secret goes there, so plain HTTP will do while nothing is at stake.
 * @returns some URL where there is a fault, which `read` keeps
 */
export const randomUserUrl = (read: SettingReader, mode: 'development' | 'production'): URL => {
  const url = URL.parse(read.text('RANDOM_USER_API_URL') ?? '');
  const isOrigin = url !== null && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  const isSafe = url?.protocol === 'https:' || (url !== null && THIS_MACHINE.has(url.hostname));
  if (url !== null && isOrigin && ['http:', 'https:'].includes(url.protocol) && (isSafe || mode === 'development')) {
    return url;
  }
  read.refuse(
    'RANDOM_USER_API_URL',
    'RANDOM_USER_API_URL must be a URL such as https://randomuser.me; in production https.',
  );
  return new URL('https://randomuser.me');
};
