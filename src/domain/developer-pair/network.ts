import type { Handle } from './handle.ts';

/** Where developers are looked for, in the words of our answers. */
export type Network = 'github' | 'twitter';

/**
 * What a name can look like there. Twitter's is its own rule, to the letter. GitHub publishes none: letters, digits and
 * hyphens, with the underscore of managed accounts and the ending of bots; old names break its newer rules.
 */
const PATTERNS: Readonly<Record<Network, RegExp>> = {
  github: /^[A-Za-z0-9][A-Za-z0-9_-]{0,38}(?:\[bot\])?$/,
  twitter: /^[A-Za-z0-9_]{1,15}$/,
};

/** Can there be somebody of this name? Where not, nobody need be asked. */
export const canExistOn = (network: Network, handle: Handle): boolean => PATTERNS[network].test(handle);
