import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { BatchedResponse } from './batched-response.ts';
import type { ConnectionTracker } from './connections.ts';
import type { HttpLimits } from './limits.ts';
import { createServer } from './node-http.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Node's server with our limits, handing on what {@link ConnectionTracker} lets in. */
export const openHttpServer = (
  handle: Handler,
  { limits, traffic }: { limits: HttpLimits; traffic: ConnectionTracker },
): Server => {
  const server = createServer(
    {
      ServerResponse: BatchedResponse,
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
