import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { HttpLimits } from './http-limits.ts';
import { createServer } from './node-http.ts';
import type { Traffic } from './traffic.ts';
import { TurnResponse } from './turn-response.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Node's server with our limits, handing on what {@link Traffic} lets in. */
export const openHttpServer = (
  handle: Handler,
  { limits, traffic }: { limits: HttpLimits; traffic: Traffic },
): Server => {
  const server = createServer(
    {
      ServerResponse: TurnResponse,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      connectionsCheckingInterval: limits.connectionsCheckingIntervalMs,
      maxHeaderSize: limits.headerBytes,
      requireHostHeader: false,
    },
    (request, response) => {
      if (traffic.admits(request, response)) handle(request, response);
    },
  );
  server.timeout = limits.stalledConnectionMs;
  server.maxConnections = limits.connections;
  // A worker that is full says so itself; else the primary would hand the connection round and round.
  Object.assign(server, { dropMaxConnection: true });
  traffic.watch(server);
  return server;
};
