import { hash } from 'node:crypto';
import { extname } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequestError } from '../errors/request-error.ts';
import { isUnchanged } from './conditions.ts';

type Asset = Readonly<{ type: string; etag: string; identity: Buffer; compressed: Buffer }>;

/** Maximum number of bytes that all clients together may leave unread: a slow reader of a bundle keeps a megabyte busy. */
const MAX_PENDING_BYTES = 32 * 1024 * 1024;

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.yaml': 'application/x-yaml; charset=utf-8',
};

/** Serves files of the documentation, each loaded and compressed once, at its first request. */
export class Assets {
  readonly #assets = new Map<string, Promise<Asset>>();
  #pendingBytes = 0;

  /**
   * @param name its extension decides the media type
   * @throws {RequestError} server.overloaded
   */
  async send(
    request: FastifyRequest,
    reply: FastifyReply,
    { name, load, cacheControl }: { name: string; load: () => Promise<string | Buffer>; cacheControl: string },
  ): Promise<FastifyReply> {
    const asset = this.#assets.get(name) ?? prepare(name, load);
    this.#assets.set(name, asset);
    // A failed load is tried again at the next request.
    asset.catch(() => this.#assets.delete(name));
    const { type, etag, identity, compressed } = await asset;
    // The client has left: `close` is not emitted again, so that nothing would subtract its bytes.
    if (reply.raw.destroyed) return reply.send();
    const headers = { 'cache-control': cacheControl, etag, vary: 'Accept-Encoding' };
    if (isUnchanged(request, etag)) return reply.code(304).headers(headers).send();
    const isCompressed = acceptsGzip(request.headers['accept-encoding']);
    const content = isCompressed ? compressed : identity;
    if (this.#pendingBytes + content.length > MAX_PENDING_BYTES) {
      // Before the headers are set: a problem with them would be cached in place of the file.
      throw new RequestError('server.overloaded', 'Too many downloads of the documentation. Try again in a moment.');
    }
    this.#pendingBytes += content.length;
    reply.raw.once('close', () => {
      this.#pendingBytes -= content.length;
    });
    if (isCompressed) reply.header('content-encoding', 'gzip');
    return reply.headers(headers).type(type).send(content);
  }
}

const prepare = async (name: string, load: () => Promise<string | Buffer>): Promise<Asset> => {
  const identity = Buffer.from(await load());
  const digest = hash('sha256', identity, 'base64url');
  const compressed = await promisify(gzip)(identity, { level: 9 });
  return {
    type: MEDIA_TYPES[extname(name)] ?? 'application/octet-stream',
    etag: `W/"${digest}"`,
    identity,
    compressed,
  };
};

const acceptsGzip = (acceptEncoding = ''): boolean =>
  acceptEncoding.split(',').some((part) => /^\s*gzip\s*(?:;\s*q\s*=\s*(?!0(?:\.0*)?\s*$)[\d.]+\s*)?$/i.test(part));
