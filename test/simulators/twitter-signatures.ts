import { createHmac } from 'node:crypto';

type Keys = { key: string; secret: string; token: string; tokenSecret: string };

const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** Was this question signed with these keys? By RFC 5849, without the library that signed it. */
export const signerOf = (
  { authorization, method, url }: { authorization: string; method: string; url: URL },
  keys: Keys,
): boolean => {
  if (!authorization.startsWith('OAuth ')) return false;
  const given = new Map(
    authorization
      .slice(6)
      .split(/,\s*/)
      .map((part) => {
        const [name = '', value = ''] = part.split('=', 2);
        return [decodeURIComponent(name), decodeURIComponent(value.replaceAll('"', ''))] as const;
      }),
  );
  const signature = given.get('oauth_signature');
  given.delete('oauth_signature');
  given.delete('realm');
  if (given.get('oauth_consumer_key') !== keys.key || given.get('oauth_token') !== keys.token) return false;
  if (given.get('oauth_signature_method') !== 'HMAC-SHA1' || !given.get('oauth_nonce')) return false;
  const parameters = [...given, ...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const text = [method, encode(`${url.origin}${url.pathname}`), encode(parameters)].join('&');
  const key = `${encode(keys.secret)}&${encode(keys.tokenSecret)}`;
  return createHmac('sha1', key).update(text).digest('base64') === signature;
};
