import ipaddr from 'ipaddr.js';

const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443' };

export type Authority = Readonly<{ host: string; port: string }>;

/**
 * Parses `host[:port]`, so that equal authorities have equal fields: host names in lower case without a trailing dot,
 * addresses in their shortest form without brackets, IPv4-mapped addresses as IPv4, the default port filled in.
 * @returns `undefined` where the text is no authority
 */
export const parseAuthority = (authority: string, scheme: 'http' | 'https'): Authority | undefined => {
  const url = URL.parse(`${scheme}://${authority}`);
  // A user, a path or anything else besides host and port shows as a difference.
  if (url === null || url.href !== `${scheme}://${url.host}/`) return undefined;
  return { host: canonicalHost(url.hostname), port: url.port || `${DEFAULT_PORTS[scheme]}` };
};

/** Returns a host name or an address, with or without brackets, in the form of {@link Authority}. */
export const canonicalHost = (host: string): string => {
  const bare = host.toLowerCase().replace(/^\[(.*)\]$|\.$/, '$1');
  return bare.includes(':') && ipaddr.isValid(bare) ? ipaddr.process(bare).toString() : bare;
};

/** Whether two authorities name the same host and port under a scheme. */
export const isSameAuthority = (a: string, b: string, scheme: 'http' | 'https'): boolean => {
  const [first, second] = [parseAuthority(a, scheme), parseAuthority(b, scheme)];
  return first !== undefined && first.host === second?.host && first.port === second.port;
};
