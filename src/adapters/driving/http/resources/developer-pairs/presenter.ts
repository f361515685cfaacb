import type { PairCheckView } from '../../../../../application/developer-pair/read-pair-history.ts';
import type { Connection } from '../../../../../domain/developer-pair/developer-pair.ts';
import { Instant } from '../../../../../domain/shared/instant.ts';

/** `organisations` is there only when connected. */
export const presentConnection = (connection: Connection) =>
  connection.connected
    ? { connected: true as const, organisations: [...connection.organisations] }
    : { connected: false as const };

export const presentPairCheck = ({ at, connection }: PairCheckView) => ({
  registered_at: Instant.format(at),
  ...presentConnection(connection),
});
