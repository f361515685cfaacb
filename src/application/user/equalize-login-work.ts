import type { Ports } from '../../ports/ports.ts';
import { UseCase } from '../use-case.ts';

/**
 * Makes failed logins take the same work for all addresses, known or not, after the hashing parameters were lowered: older
 * hashes cost more than new ones. Runs at the start.
 */
export class EqualizeLoginWork extends UseCase<Pick<Ports, 'userQueries' | 'passwordHasher'>> {
  async execute(): Promise<void> {
    const { userQueries, passwordHasher } = this.deps;
    for (const parameters of await userQueries.listHashParameters()) passwordHasher.expectParameters(parameters);
  }
}
