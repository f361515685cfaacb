import type { Brand } from '../shared/brand.ts';

/** A network in CIDR form, such as `192.0.2.0/24` or `2001:db8::/32`. */
export type NetworkRange = Brand<string, 'NetworkRange'>;

export const NetworkRange = {
  /** `undefined` also for IPv4 in an IPv6 form, which no client's address has. */
  tryParse(raw: string): NetworkRange | undefined {
    return parse(raw) === undefined ? undefined : (raw.toLowerCase() as NetworkRange);
  },

  /** @param ip an address in any form; false for anything else */
  contains: (range: NetworkRange, ip: string): boolean => NetworkRange.covers(range, `${ip}/${bitsOf(ip)}`),

  /** Whether every address of `other` is one of `range`. */
  covers(range: string, other: string): boolean {
    const [outer, inner] = [parse(range), parse(other)];
    if (outer === undefined || inner === undefined || outer.bits !== inner.bits) return false;
    const shift = BigInt(outer.bits - outer.prefix);
    return outer.prefix <= inner.prefix && outer.address >> shift === inner.address >> shift;
  },
};

type Parsed = Readonly<{ address: bigint; prefix: number; bits: number }>;

const bitsOf = (ip: string): number => (ip.includes(':') ? 128 : 32);

const parse = (raw: string): Parsed | undefined => {
  const [, ip = '', digits = ''] = /^([\d.]{7,15}|[\da-f:]{2,39})\/(0|[1-9]\d{0,2})$/i.exec(raw) ?? [];
  const [bits, prefix] = [bitsOf(ip), Number(digits)];
  const address = bits === 128 ? ipv6(ip) : ipv4(ip);
  return address === undefined || prefix > bits ? undefined : { address, prefix, bits };
};

const ipv4 = (text: string): bigint | undefined => {
  const parts = text.split('.');
  const isValid = parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  return isValid ? parts.reduce((address, part) => (address << 8n) + BigInt(part), 0n) : undefined;
};

const ipv6 = (text: string): bigint | undefined => {
  const [head = '', tail, ...surplus] = text.split('::');
  const [left, right] = [head, tail ?? ''].map((groups) => (groups === '' ? [] : groups.split(':'))) as [
    string[],
    string[],
  ];
  const missing = 8 - left.length - right.length;
  if (surplus.length > 0 || (tail === undefined ? missing !== 0 : missing < 1)) return undefined;
  const groups = [...left, ...new Array<string>(missing).fill('0'), ...right];
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined;
  const address = groups.reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n);
  return address >> 32n === 0xffffn ? undefined : address;
};
