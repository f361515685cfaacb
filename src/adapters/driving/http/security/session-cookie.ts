/**
 * Returns the value of the first cookie of that name as it was sent. Session tokens consist of letters, digits, `-` and
 * `_`, so nothing is unquoted or decoded.
 */
export const findCookie = (header: string | undefined, name: string): string | undefined =>
  header
    ?.split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);

/** For this host only, hidden from scripts, not sent with requests that other sites start. Zero seconds delete it. */
export const serializeCookie = (
  name: string,
  value: string,
  { maxAgeSeconds, isSecure }: { maxAgeSeconds: number; isSecure: boolean },
): string => {
  const expires = maxAgeSeconds === 0 ? ' Expires=Thu, 01 Jan 1970 00:00:00 GMT;' : '';
  return `${name}=${value}; Max-Age=${maxAgeSeconds};${expires} Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
};
