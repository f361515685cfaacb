import type { IncomingMessage } from 'node:http';
import { ServerResponse } from './node-http.ts';

/** Maximum number of responses in a batch, so that the first one does not wait for long. */
const MAX_BATCH = 64;

/**
 * A response that is written together with all others of the same event-loop tick. Each write may wake its client, and a
 * client that is woken for one response sends one request and sleeps again.
 */
// perf: 32 connections on one core: 9,600 requests per second by single writes, 18,200 by batches (ADR 95).
export class BatchedResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  #text: string | undefined;

  static {
    // The types call it a field; it is an accessor, and has to stay one.
    Object.defineProperty(BatchedResponse.prototype, 'writableEnded', {
      get(this: BatchedResponse) {
        return this.#text !== undefined || Reflect.get(ServerResponse.prototype, 'writableEnded', this);
      },
    });
  }

  override end(...args: readonly unknown[]): this {
    if (this.#text !== undefined) return this;
    const [text, encoding, onSent] = args;
    if (typeof text !== 'string' || text === '' || encoding || onSent) return Reflect.apply(super.end, this, args);
    this.#text = text;
    if (pending.length === 0) setImmediate(sendPendingResponses);
    pending.push(this);
    if (pending.length === MAX_BATCH) sendPendingResponses();
    return this;
  }

  /** Writes the text passed to `end`. */
  flush(): void {
    super.end(this.#text);
  }
}

const pending: BatchedResponse[] = [];

/** Writes the batch before the end of the tick, for a caller that is about to close a connection. */
export const sendPendingResponses = (): void => {
  for (const response of pending.splice(0)) response.flush();
};
