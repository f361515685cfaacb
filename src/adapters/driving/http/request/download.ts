import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** @property name of the file: letters, digits, `-` and `.` */
type Download = Readonly<{ name: string; type: string; content: string | AsyncIterable<string> }>;

/** Sends a file to keep. Parts are read one ahead of the client. */
export const sendDownload = (reply: FastifyReply, { name, type, content }: Download): FastifyReply => {
  // A response to HEAD would be read to its end, and not sent.
  const parts = () => Readable.from(reply.request.method === 'HEAD' ? [] : content);
  return reply
    .headers({ 'cache-control': 'no-store', 'content-disposition': `attachment; filename="${name}"` })
    .type(type)
    .send(typeof content === 'string' ? content : parts());
};
