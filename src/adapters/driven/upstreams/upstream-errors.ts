import { PortError, type PortErrorOptions } from '../../../ports/port-error.ts';

/** No response, or a 5xx. Such failures open the circuit; an error that the upstream reports by a 4xx does not. */
export class UpstreamFailure extends PortError {
  /** May succeed if it is tried again at once. */
  readonly isTransient: boolean;
  /** Label of the metric. */
  readonly result: string;

  constructor(result: string, message: string, options: PortErrorOptions & { isTransient: boolean }) {
    super('upstream.unavailable', message, options);
    this.isTransient = options.isTransient;
    this.result = result;
  }
}

const RETRY_AFTER_SECONDS = 5;

/** Bounds a time that is far off because a clock is wrong. */
export const MAX_WAIT_SECONDS = 86_400;

/** A time to wait that an upstream states, in bounds. */
export const boundedWait = (seconds: number): number => Math.min(Math.max(1, seconds), MAX_WAIT_SECONDS);

export const deadlineError = (service: string): UpstreamFailure =>
  new UpstreamFailure('timeout', `${service} did not answer before the deadline`, {
    isTransient: false,
    messages: [`${service} did not answer in time.`],
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });

export const serverError = (service: string, status: number, retryAfterSeconds: number | undefined): UpstreamFailure =>
  new UpstreamFailure('5xx', `${service} answered ${status}`, {
    isTransient: retryAfterSeconds === undefined,
    messages: [`${service} is unavailable (status ${status}).`],
    retryAfterSeconds: boundedWait(retryAfterSeconds ?? RETRY_AFTER_SECONDS),
  });

export const invalidResponse = (service: string, what: string, cause?: unknown): PortError =>
  new PortError('upstream.nonsense', `${service} ${what}`, {
    cause,
    messages: [`${service} sent an invalid response.`],
    retryAfterSeconds: 60,
  });

/** @param text continues the public message after the name of the upstream */
export const requestRejected = (service: string, message: string, text: string): PortError =>
  new PortError('upstream.refused', message, { messages: [`${service} ${text}.`], retryAfterSeconds: 3600 });

/** The upstream did not prove its identity. Nothing was sent, and another attempt will not help. */
const UNTRUSTED = /^(CERT_|DEPTH_ZERO_|ERR_SSL_|ERR_TLS_|HOSTNAME_|SELF_SIGNED_|UNABLE_TO_)/;
const TOO_LARGE = 'UND_ERR_RES_EXCEEDED_MAX_SIZE';

/** @param cause error of undici or Node */
export const connectionError = (service: string, cause: unknown): PortError => {
  const code = String((cause as { code?: unknown } | null)?.code ?? '');
  if (code === TOO_LARGE) return invalidResponse(service, 'sent a body that is too large', cause);
  const isUntrusted = UNTRUSTED.test(code);
  return new UpstreamFailure('connection', `${service} cannot be reached (${code === '' ? 'no code' : code})`, {
    cause,
    isTransient: !isUntrusted,
    messages: [`${service} cannot be reached${isUntrusted ? ' securely' : ''}.`],
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
};
