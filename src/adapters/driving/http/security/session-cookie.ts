/**
 * The value of the first cookie of that name, as it was sent. Ours are letters, digits, `-` and `_`, so nothing is
 * unquoted or decoded, and nothing else is looked at.
 */
export const cookieIn = (header: string | undefined, name: string): string | undefined => {
  if (header === undefined) return undefined;
  let from = 0;
  while (from < header.length) {
    const end = header.indexOf(';', from);
    const pair = header.slice(from, end === -1 ? header.length : end).trimStart();
    if (pair.startsWith(name) && pair[name.length] === '=') return pair.slice(name.length + 1).trimEnd();
    if (end === -1) return undefined;
    from = end + 1;
  }
  return undefined;
};

/** For this whole host, not for scripts, not for requests that other sites start, and for as long as `lifeSeconds`. */
export const setCookie = (name: string, value: string, kind: { lifeSeconds: number; isSecure: boolean }): string =>
  `${name}=${value}; Max-Age=${kind.lifeSeconds}; ${attributes(kind)}`;

/** Has the browser forget it. */
export const clearedCookie = (name: string, kind: { isSecure: boolean }): string =>
  `${name}=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; ${attributes(kind)}`;

const attributes = ({ isSecure }: { isSecure: boolean }): string =>
  `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
