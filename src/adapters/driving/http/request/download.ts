import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';

/** @property name of the file: letters, digits, `-` and `.` */
type Download = Readonly<{ name: string; type: string; content: string | AsyncIterable<string> }>;

/** Where a client reads as fast as the store does, nothing else makes the parts wait: other requests would. */
const inTurns = async function* (parts: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const part of parts) {
    yield part;
    await setImmediate();
  }
};

/** Sends a file to keep. Parts are read one ahead of the client. */
export const sendDownload = (reply: FastifyReply, { name, type, content }: Download): FastifyReply => {
  // A response to HEAD would be read to its end, and not sent.
  const isRead = reply.request.method !== 'HEAD';
  return reply
    .headers({ 'cache-control': 'no-store', 'content-disposition': `attachment; filename="${name}"` })
    .type(type)
    .send(typeof content === 'string' ? content : Readable.from(isRead ? inTurns(content) : []));
};
