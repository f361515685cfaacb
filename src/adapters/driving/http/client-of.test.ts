import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clientOf } from './client-of.ts';

describe('clientOf', () => {
  it('has something to count on for who has hung up meanwhile', () => {
    const ip = undefined as unknown as string;
    assert.deepEqual(clientOf({ ip, id: 'r-1', headers: {} }), { ip: 'gone', userAgent: '', requestId: 'r-1' });
  });
});
