/**
 * Returns the value of the first cookie of that name as it was sent. Session tokens consist of letters, digits, `-` and
 * `_`, so nothing is unquoted or decoded.
 */
// perf: @fastify/cookie parses all cookies and adds two hooks: 0.5 µs a request, 2 % of GET /profile.
export const findCookie = (header: string | undefined, name: string): string | undefined => {
  if (header === undefined) return undefined;
  let start = 0;
  while (start < header.length) {
    const end = header.indexOf(';', start);
    const pair = header.slice(start, end === -1 ? header.length : end).trimStart();
    if (pair.startsWith(name) && pair[name.length] === '=') return pair.slice(name.length + 1).trimEnd();
    if (end === -1) return undefined;
    start = end + 1;
  }
  return undefined;
};

/** For this host only, hidden from scripts, not sent with requests that other sites start. Zero seconds delete it. */
export const serializeCookie = (
  name: string,
  value: string,
  { maxAgeSeconds, isSecure }: { maxAgeSeconds: number; isSecure: boolean },
): string => {
  const expires = maxAgeSeconds === 0 ? ' Expires=Thu, 01 Jan 1970 00:00:00 GMT;' : '';
  return `${name}=${value}; Max-Age=${maxAgeSeconds};${expires} Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
};
