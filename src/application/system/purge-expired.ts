import { EXPIRED_TOKEN_RETENTION_MS } from '../../domain/access/api-token.ts';
import { Instant } from '../../domain/shared/instant.ts';
import type { SessionLimits } from '../../domain/user/session.ts';
import type { Ports } from '../../ports/ports.ts';
import { UseCase } from '../use-case.ts';

/** Deletes expired data, see Retention. */
export class PurgeExpired extends UseCase<
  Pick<Ports, 'clock' | 'unitOfWork'> & { sessionLimits: SessionLimits; staffIdleMs: number }
> {
  /**
   * @param isStopped asked before each unit of work
   * @returns the number of deleted rows
   */
  async execute(isStopped: () => boolean = () => false): Promise<number> {
    const { unitOfWork, clock, sessionLimits, staffIdleMs } = this.deps;
    const at = clock.now();
    const query = {
      at,
      sessionsBegunBefore: Instant.plusMs(at, -sessionLimits.ttlMs),
      sessionsSeenBefore: Instant.plusMs(at, -sessionLimits.idleMs),
      staffSessionsSeenBefore: Instant.plusMs(at, -staffIdleMs),
      tokensExpiredBefore: Instant.plusMs(at, -EXPIRED_TOKEN_RETENTION_MS),
    };
    let rows = 0;
    while (!isStopped()) {
      const deleted = await unitOfWork.run(({ retention }) => retention.purge(query));
      if (deleted === 0) break;
      rows += deleted;
    }
    return rows;
  }
}
