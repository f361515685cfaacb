import type { IncomingMessage } from 'node:http';
import { ServerResponse } from './node-http.ts';

/** So many wait for each other at most, that the first is not kept for long. */
const LARGEST_BURST = 64;

/**
 * An answer that is sent with all others of this turn of the event loop. Each write may wake its reader, and a reader
 * that is woken for one answer sends one request and sleeps again: under load that costs more than the answer. One that
 * is alone in its turn waits for nobody.
 */
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

  override end(...given: readonly unknown[]): this {
    if (this.#text !== undefined) return this;
    const [text, encoding, onSent] = given;
    if (typeof text !== 'string' || text === '' || encoding || onSent) return Reflect.apply(super.end, this, given);
    this.#text = text;
    if (waiting.length === 0) setImmediate(sendPendingResponses);
    waiting.push(this);
    if (waiting.length === LARGEST_BURST) sendPendingResponses();
    return this;
  }

  /** What `end` was given goes out. */
  sendNow(): void {
    super.end(this.#text);
  }
}

const waiting: BatchedResponse[] = [];

/** For who cannot wait for the end of the turn, because a connection is about to go. */
export const sendPendingResponses = (): void => {
  for (const response of waiting.splice(0)) response.sendNow();
};
