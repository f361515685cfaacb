import type { FastifyRequest } from 'fastify';
import type { Client } from '../../../application/client.ts';

/** `request.ip` already heeds the trusted proxies; no header is read here for it. */
export const clientOf = (request: FastifyRequest): Client => ({
  ip: request.ip,
  userAgent: request.headers['user-agent'] ?? '',
  requestId: request.id,
});
