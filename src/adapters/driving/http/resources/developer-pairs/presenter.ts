import type { PairCheckView } from '../../../../../application/developer-pair/read-pair-history.ts';
import type { Connection } from '../../../../../domain/developer-pair/developer-pair.ts';
import { wholeSeconds } from '../users/presenter.ts';

/** Exactly these keys: `organisations` only where there are any. */
export const presentConnection = (connection: Connection) =>
  connection.connected
    ? { connected: true as const, organisations: [...connection.organisations] }
    : { connected: false as const };

export const presentPairCheck = ({ at, connection }: PairCheckView) => ({
  registered_at: wholeSeconds(at),
  ...presentConnection(connection),
});
