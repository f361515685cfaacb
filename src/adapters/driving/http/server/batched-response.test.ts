import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { setImmediate as nextTick } from 'node:timers/promises';
import { SECURITY_HEADERS } from '../security/headers.ts';
import { BatchedResponse } from './batched-response.ts';

/** Starts a server that calls `handle` for each request as soon as it is read. */
const serve = async (handle: (response: ServerResponse) => void) => {
  const server = createServer({ ServerResponse: BatchedResponse }, (_, response) => handle(response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    /** @returns all bytes of the responses to that many pipelined requests */
    async ask(requests: number): Promise<string> {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
      const last = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(requests - 1) + last);
      return text(socket);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const bodiesOf = (responses: string): readonly string[] =>
  [...responses.matchAll(/\r\n\r\n(\w+)/g)].map(([, body]) => `${body}`);

describe('BatchedResponse', () => {
  it('counts as ended at once, and is written at the end of the tick', async () => {
    const seen: unknown[] = [];
    await using server = await serve(async (response) => {
      const { socket } = response;
      seen.push(response.writableEnded);
      response.writeHead(200, { 'content-length': '5' }).end('hello');
      seen.push(response.writableEnded, socket?.bytesWritten);
      await nextTick();
      seen.push(Number(socket?.bytesWritten) > 0);
    });
    assert.deepEqual(bodiesOf(await server.ask(1)), ['hello']);
    assert.deepEqual(seen, [false, true, 0, true]);
  });

  it('puts bytes into the batch as it does text', async () => {
    const written: unknown[] = [];
    await using server = await serve((response) => {
      response.end(Buffer.from('bytes'));
      written.push(response.socket?.bytesWritten);
    });
    assert.deepEqual(bodiesOf(await server.ask(1)), ['bytes']);
    assert.deepEqual(written, [0]);
  });

  it('keeps the order of responses on one connection, also of empty and of chunked ones', async () => {
    let count = 0;
    await using server = await serve((response) => {
      count += 1;
      if (count === 2) response.end(Buffer.from('two'));
      else if (count === 3) {
        response.write('th');
        response.end('ree');
      } else response.end(['zero', 'one', '', '', 'four'][count]);
    });
    const responses = await server.ask(4);
    assert.match(responses, /one.*two.*th\r\n.*ree.*four$/s);
  });

  it('sends a full batch before the tick is over, so that the first does not wait for all', async () => {
    const written: number[] = [];
    await using server = await serve((response) => {
      written.push(response.req.socket.bytesWritten);
      response.end('x');
    });
    await server.ask(200);
    assert.equal(written.length, 200);
    assert.deepEqual([written[63], (written[64] ?? 0) > 0], [0, true]);
  });

  it('ignores a second end', async () => {
    const errors: unknown[] = [];
    await using server = await serve((response) => {
      response.on('error', (error) => errors.push(error));
      response.end('first').end();
      response.end('second');
    });
    const response = await server.ask(1);
    assert.deepEqual([bodiesOf(response), errors], [['first'], []]);
  });

  it('affects no other response where its client has disconnected', async () => {
    const closed = Promise.withResolvers<void>();
    let isFirst = true;
    await using server = await serve((response) => {
      if (isFirst) {
        response.on('close', closed.resolve);
        response.end('lost');
        response.socket?.destroy();
      } else response.end('sent');
      isFirst = false;
    });
    assert.equal(await server.ask(1), '');
    await closed.promise;
    assert.deepEqual(bodiesOf(await server.ask(1)), ['sent']);
  });

  it('sends each security header once, however the others are set, and theirs where they name one', async () => {
    const ways: readonly ((response: ServerResponse) => void)[] = [
      (response) => response.writeHead(200, { 'content-length': '2' }).end('ok'),
      (response) => response.writeHead(200, 'Fine', { 'content-length': '2' }).end('ok'),
      (response) => response.writeHead(200, ['content-length', '2']).end('ok'),
      (response) => response.setHeader('content-length', '2').end('ok'),
      (response) => response.setHeader('a', 'b').writeHead(200, { 'content-length': '2' }).end('ok'),
      (response) => response.end('ok'),
      (response) => response.writeHead(304).end(),
    ];
    for (const way of ways) {
      await using server = await serve(way);
      const response = await server.ask(1);
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
        assert.deepEqual(valuesOf(name, response), [value], response);
      }
    }
    for (const name of ['cache-control', 'Cache-Control']) {
      for (const way of [
        (response: ServerResponse) => response.writeHead(200, { [name]: 'public' }).end('ok'),
        (response: ServerResponse) => response.setHeader(name, 'public').writeHead(200).end('ok'),
        (response: ServerResponse) => response.setHeader(name, 'public').end('ok'),
      ]) {
        await using server = await serve(way);
        const response = await server.ask(1);
        assert.deepEqual(valuesOf('cache-control', response), ['public'], response);
        assert.deepEqual(valuesOf('x-content-type-options', response), ['nosniff'], response);
      }
    }
  });

  it('still checks the other headers', async () => {
    const errors: unknown[] = [];
    await using server = await serve((response) => {
      try {
        response.writeHead(200, { 'x-request-id': 'a\r\nb: c' });
      } catch (error) {
        errors.push((error as NodeJS.ErrnoException).code);
      }
      response.writeHead(200, { 'content-length': '2' }).end('ok');
    });
    const response = await server.ask(1);
    assert.deepEqual(errors, ['ERR_INVALID_CHAR']);
    assert.deepEqual(valuesOf('cache-control', response), ['no-store']);
  });
});

const valuesOf = (name: string, response: string): readonly string[] =>
  [...response.matchAll(new RegExp(`^${name}: (.*)\\r$`, 'gim'))].map(([, value]) => `${value}`);
