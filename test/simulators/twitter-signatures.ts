import { createHmac } from 'node:crypto';

type Keys = { key: string; secret: string; token: string; tokenSecret: string };

const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** Verifies a signature by RFC 5849, without the library that made it. */
export const signerOf = (
  { authorization, method, url }: { authorization: string; method: string; url: URL },
  keys: Keys,
): boolean => {
  if (!authorization.startsWith('OAuth ')) return false;
  const parameters = new Map(
    authorization
      .slice(6)
      .split(/,\s*/)
      .map((part) => {
        const [name = '', value = ''] = part.split('=', 2);
        return [decodeURIComponent(name), decodeURIComponent(value.replaceAll('"', ''))] as const;
      }),
  );
  const signature = parameters.get('oauth_signature');
  parameters.delete('oauth_signature');
  parameters.delete('realm');
  if (parameters.get('oauth_consumer_key') !== keys.key || parameters.get('oauth_token') !== keys.token) return false;
  if (parameters.get('oauth_signature_method') !== 'HMAC-SHA1' || !parameters.get('oauth_nonce')) return false;
  const normalized = [...parameters, ...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const text = [method, encode(`${url.origin}${url.pathname}`), encode(normalized)].join('&');
  const key = `${encode(keys.secret)}&${encode(keys.tokenSecret)}`;
  return createHmac('sha1', key).update(text).digest('base64') === signature;
};
