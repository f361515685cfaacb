import { DomainError } from '../domain/shared/domain-error.ts';
import { Instant } from '../domain/shared/instant.ts';
import type { IdempotencyRecord } from '../ports/idempotency-records.ts';
import type { Ports } from '../ports/ports.ts';
import type { Stores } from '../ports/unit-of-work.ts';

/** A request that its client may repeat, for one effect. */
export type IdempotentRequest<View> = Readonly<{
  /** Of the caller, the operation and the client's own key. */
  key: string;
  /** Equal for repetitions of one request. */
  fingerprint: string;
  /** The response to the request; stored with the change. */
  answerTo: (view: View) => string;
}>;

/** The request is a repetition. Carries the answer of the first one. */
export class AlreadyAnswered extends Error {
  override readonly name = 'AlreadyAnswered';
  readonly answer: string;

  constructor(answer: string) {
    super('The request is a repetition, and the first one was answered.');
    this.answer = answer;
  }
}

type Deps = Pick<Ports, 'clock' | 'unitOfWork'> & { idempotencyRetentionMs: number };

/** Runs a unit of work that changes something and gives the view of the result. */
export type Run<View> = (unit: (stores: Stores) => Promise<View>) => Promise<View>;

/**
 * Does `work` once for each key, however often the request is repeated. Its change and the record of the answer are one
 * unit of work. A failed request leaves no record.
 * @param work what follows the check of access; it runs one successful unit of work
 * @throws {AlreadyAnswered}
 * @throws {DomainError} idempotency.mismatch | idempotency.in-flight
 */
export const once = async <View>(
  { unitOfWork, clock, idempotencyRetentionMs }: Deps,
  request: IdempotentRequest<View> | undefined,
  work: (run: Run<View>) => Promise<View>,
): Promise<View> => {
  if (request === undefined) return work((unit) => unitOfWork.run(unit));
  const { key, fingerprint, answerTo } = request;
  const assertFirst = async () =>
    assertUnrecorded(await unitOfWork.run(({ idempotency }) => idempotency.find(key, clock.now())), fingerprint);
  // Before anything that the first request has changed is looked at: a version, a password, a status.
  await assertFirst();
  try {
    return await work((unit) =>
      unitOfWork.run(async (stores) => {
        const at = clock.now();
        const expiresAt = Instant.plusMs(at, idempotencyRetentionMs);
        assertUnrecorded(await stores.idempotency.begin({ key, fingerprint, at, expiresAt }), fingerprint);
        const view = await unit(stores);
        await stores.idempotency.complete(key, answerTo(view));
        return view;
      }),
    );
  } catch (error) {
    // A concurrent repetition may have succeeded since, and its change have made this one fail.
    if (error instanceof DomainError && !error.code.startsWith('idempotency.')) await assertFirst();
    throw error;
  }
};

const assertUnrecorded = (record: IdempotencyRecord | undefined, fingerprint: string): void => {
  if (record === undefined) return;
  if (record.fingerprint === fingerprint) throw new AlreadyAnswered(record.answer);
  throw new DomainError('idempotency.mismatch', 'The idempotency key was used for another request.');
};
