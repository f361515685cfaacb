/** `node:http`, without its WebSocket client. */
// perf: an import reads every export of it and so creates that client: 25 ms of every start, 5 %, and 14 MB (ADR 87).
export const { createServer, ServerResponse, STATUS_CODES } = process.getBuiltinModule('node:http');
