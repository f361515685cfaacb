import { networkOf } from '../../domain/throttle/network.ts';
import { Email } from '../../domain/user/email.ts';
import type { HashingShare } from '../../ports/password-hasher.ts';
import type { Client } from '../client.ts';

/** @param email as typed: an unknown address has a share like any other */
export const hashingShare = (email: string, { ip }: Client): HashingShare => ({
  network: networkOf(ip),
  account: Email.canonicalize(email),
});
