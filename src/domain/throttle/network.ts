import type { ThrottlePolicy } from './throttle-policy.ts';

/** How many times as many attempts the /48 of an IPv6 address has as one of its networks. */
const SITE_FACTOR = 10;

/**
 * The network that a limit on an IP address counts: the IPv4 address, or the /64 of an IPv6 address, because one
 * customer owns a whole /64.
 */
export const networkOf = (ip: string): string => {
  const groups = groupsOf(ip);
  return typeof groups === 'string' ? groups : `${groups.slice(0, 4).join(':')}::/64`;
};

/**
 * The attempts of an IP address on a limit by network. An IPv6 address also counts on its /48, with a wider limit: one
 * site owns its 65,536 networks.
 */
export const byNetwork = (policy: ThrottlePolicy, ip: string): { policy: ThrottlePolicy; subject: string }[] => {
  const attempt = { policy, subject: networkOf(ip) };
  const groups = groupsOf(ip);
  if (typeof groups === 'string') return [attempt];
  const ofSite = { ...policy, name: `${policy.name}-48`, limit: policy.limit * SITE_FACTOR };
  return [attempt, { policy: ofSite, subject: `${groups.slice(0, 3).join(':')}::/48` }];
};

/** The groups of an IPv6 address without leading zeros, or an IPv4 address as it is. */
const groupsOf = (ip: string): readonly string[] | string => {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (mapped !== undefined) return mapped;
  if (!ip.includes(':')) return ip;
  const [head = '', tail] = ip.toLowerCase().split('%', 1)[0]?.split('::', 2) ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  return [...left, ...Array<string>(zeros).fill('0'), ...right].map((group) => group.replace(/^0+(?=.)/, ''));
};
