import { type Connection, DeveloperPair } from '../../src/domain/developer-pair/developer-pair.ts';
import { Handle } from '../../src/domain/developer-pair/handle.ts';
import { PairCheck } from '../../src/domain/developer-pair/pair-check.ts';
import { PairCheckId } from '../../src/domain/developer-pair/pair-check-id.ts';
import type { Instant } from '../../src/domain/shared/instant.ts';
import { anId } from './ids.ts';
import { NEW_YEAR } from './instants.ts';

/** Two developers, `ada` and `grace` unless the test is about others. */
export const aPair = (one = 'ada', other = 'grace'): DeveloperPair =>
  DeveloperPair.of(Handle.parse(one), Handle.parse(other));

/** A check at New Year that found that Ada and Grace do not follow each other. */
export const aPairCheck = ({
  id = anId(0x3001),
  pair = aPair(),
  connection = { connected: false, missing: ['follows'] } as Connection,
  at = NEW_YEAR,
}: {
  id?: string;
  pair?: DeveloperPair;
  connection?: Connection;
  at?: Instant;
} = {}): PairCheck => PairCheck.record({ id: PairCheckId.parse(id), pair, connection, at });
