import { PortError, type PortErrorOptions } from '../../../ports/port-error.ts';

/** It failed by itself: no answer, or a 5xx. Such failures open the circuit; a clear refusal does not. */
export class UpstreamFault extends PortError {
  /** Worth asking again at once. */
  readonly isTransient: boolean;
  /** For the figures: a word of ours. */
  readonly result: string;

  constructor(result: string, message: string, options: PortErrorOptions & { isTransient: boolean }) {
    super('upstream.unavailable', message, options);
    this.isTransient = options.isTransient;
    this.result = result;
  }
}

/** Long enough for a hiccup to pass. Unit: seconds. */
const SOON = 5;

/** We did not wait any longer. */
export const tooLate = (service: string): UpstreamFault =>
  new UpstreamFault('timeout', `${service} did not answer before the deadline`, {
    isTransient: false,
    messages: [`${service} did not answer in time.`],
    retryAfterSeconds: SOON,
  });

/** It says itself that it cannot answer. */
export const serverFault = (service: string, status: number, retryAfterSeconds: number | undefined): UpstreamFault =>
  new UpstreamFault('5xx', `${service} answered ${status}`, {
    isTransient: retryAfterSeconds === undefined,
    messages: [`${service} is out of order (it answered ${status}).`],
    retryAfterSeconds: retryAfterSeconds ?? SOON,
  });

/** An answer, but not one we can do anything with. */
export const nonsense = (service: string, what: string, cause?: unknown): PortError =>
  new PortError('upstream.nonsense', `${service} ${what}`, {
    cause,
    messages: [`${service} sent an answer that nobody can read.`],
    retryAfterSeconds: 60,
  });

/** Somebody else may be listening there. Nothing was sent, and asking again will not help. */
const UNTRUSTED = /^(CERT_|DEPTH_ZERO_|ERR_SSL_|ERR_TLS_|HOSTNAME_|SELF_SIGNED_|UNABLE_TO_)/;
const TOO_LARGE = 'UND_ERR_RES_EXCEEDED_MAX_SIZE';

/** What the wire did, in our words. */
export const wireFault = (service: string, cause: unknown): PortError => {
  const code = String((cause as { code?: unknown } | null)?.code ?? '');
  if (code === TOO_LARGE) return nonsense(service, 'sent more than we are willing to read', cause);
  const isUntrusted = UNTRUSTED.test(code);
  return new UpstreamFault('connection', `${service} cannot be reached (${code === '' ? 'no code' : code})`, {
    cause,
    isTransient: !isUntrusted,
    messages: [`${service} cannot be reached${isUntrusted ? ' safely' : ''}.`],
    retryAfterSeconds: SOON,
  });
};
