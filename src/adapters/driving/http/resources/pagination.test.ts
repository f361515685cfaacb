import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FastifyReply } from 'fastify';
import { EXAMPLE_ID } from '../openapi/schema.ts';
import { idCursor } from '../request/cursors.ts';
import { page } from './pagination.ts';

const linkIn = async (url: string): Promise<string | undefined> => {
  const headers: Record<string, string> = {};
  const reply = { header: (name: string, value: string) => Object.assign(headers, { [name]: value }) };
  const load = async () => ({ items: [], next: EXAMPLE_ID });
  await page({ url, query: { limit: 2 } }, reply as unknown as FastifyReply, idCursor, load);
  return headers.link;
};

describe('The link to the next page', () => {
  const cursor = idCursor.encode(EXAMPLE_ID);

  it('has the path of the request, whatever form its target has', async () => {
    for (const url of ['/users', '/users?', 'http://example.com/users', 'HTTPS://[::1]:8443/users?']) {
      assert.equal(await linkIn(url), `</users?limit=2&cursor=${cursor}>; rel="next"`, url);
    }
    assert.equal(await linkIn('/pairs/%41/b/'), `</pairs/%41/b/?limit=2&cursor=${cursor}>; rel="next"`);
  });

  it('keeps the other parameters, and has each of its own once', async () => {
    const link = await linkIn('/users?limit=7&email=a%2Bb@example.com&cursor=abc&limit=8');
    assert.equal(link, `</users?limit=2&email=a%2Bb%40example.com&cursor=${cursor}>; rel="next"`);
  });
});
