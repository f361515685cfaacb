import type { OrganisationsAnswer } from '../domain/developer-pair/evidence.ts';
import type { Handle } from '../domain/developer-pair/handle.ts';

/** The public organisations on GitHub. */
export interface OrganisationDirectory {
  /** @throws {PortError} upstream.unavailable | upstream.exhausted | upstream.refused | upstream.nonsense */
  organisationsOf(developer: Handle): Promise<OrganisationsAnswer>;
}
