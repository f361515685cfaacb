import type { Handle } from './handle.ts';

/** A service that developers are looked up on, as answers name it. */
export type Service = 'github' | 'twitter';

/**
 * Valid names of each service. Twitter's rule is published. GitHub publishes none: letters, digits and hyphens, with the
 * underscore of managed accounts and the suffix of bots; old accounts break its newer rules.
 */
const PATTERNS: Readonly<Record<Service, RegExp>> = {
  github: /^[A-Za-z0-9][A-Za-z0-9_-]{0,38}(?:\[bot\])?$/,
  twitter: /^[A-Za-z0-9_]{1,15}$/,
};

/** Whether `service` can have an account of this name. If not, no request is needed. */
export const canExistOn = (service: Service, handle: Handle): boolean => PATTERNS[service].test(handle);
