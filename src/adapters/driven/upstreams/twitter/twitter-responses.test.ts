import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CanonicalHandle } from '../../../../domain/developer-pair/handle.ts';
import { pageIn, problemIn, usersIn } from './twitter-responses.ts';

const names = ['twitter', 'twitterdev'] as CanonicalHandle[];
const NOT_FOUND = 'https://api.twitter.com/2/problems/resource-not-found';
const foundFor = (json: unknown) => Object.fromEntries(usersIn(json, names) ?? []);
const kindsIn = (json: unknown) => names.map((name) => usersIn(json, names)?.get(name));

describe('usersIn', () => {
  it('reads users with names in any case and with few or many fields', () => {
    const data = [
      { id: '783214', name: 'Twitter', username: 'Twitter' },
      {
        id: '2244994945',
        username: 'TwitterDev',
        protected: true,
        public_metrics: { followers_count: 583423, following_count: 2048, post_count: 1 },
        connection_status: ['followed_by', 'muting'],
        something: 'new',
      },
    ];
    assert.deepEqual(foundFor({ data }), {
      twitter: {
        id: '783214',
        name: 'twitter',
        isProtected: false,
        following: undefined,
        followers: undefined,
        connections: undefined,
      },
      twitterdev: {
        id: '2244994945',
        name: 'twitterdev',
        isProtected: true,
        following: 2048,
        followers: 583423,
        connections: ['followed_by', 'muting'],
      },
    });
  });

  const absent = (title: string, detail: string, rest: object = {}) => ({
    errors: names.map((name) => ({
      value: name,
      title,
      detail: detail.replace('NAME', name),
      type: NOT_FOUND,
      ...rest,
    })),
  });

  it('distinguishes unknown and suspended by the text, because the type is the same', () => {
    const unknown = absent('Not Found Error', 'Could not find user with usernames: [NAME].');
    assert.deepEqual(kindsIn(unknown), ['unknown', 'unknown']);
    const suspended = absent('Forbidden', 'User has been suspended: [NAME].');
    assert.deepEqual(kindsIn(suspended), ['suspended', 'suspended']);
  });

  it('takes no part of a name for a reason', () => {
    for (const name of ['suspended', 'not_suspended', 'forbidden_city'] as CanonicalHandle[]) {
      const title = 'Not Found Error';
      const detail = `Could not find user with usernames: [${name}].`;
      const found = usersIn({ errors: [{ value: name, title, detail, type: NOT_FOUND }] }, [name]);
      assert.deepEqual([...(found ?? [])], [[name, 'unknown']]);
    }
  });

  it('matches an error to a name by its value, id or detail, in any case', () => {
    const title = 'Not Found Error';
    for (const about of [{ value: 'Twitter' }, { resource_id: 'TWITTER' }, { detail: 'Could not find [twitter].' }]) {
      const json = { data: [{ id: '1', username: 'twitterdev' }], errors: [{ title, type: NOT_FOUND, ...about }] };
      assert.equal(kindsIn(json)[0], 'unknown');
    }
  });

  it('takes a name without user and error for unknown, as the simulator of the vendor does', () => {
    assert.deepEqual(kindsIn({ data: [{ id: '1', username: 'twitter' }] })[1], 'unknown');
  });

  it('takes any other error for neither', () => {
    assert.deepEqual(kindsIn(absent('Authorization Error', 'Sorry, not authorized: [NAME].', { type: 'x' })), [
      'hidden',
      'hidden',
    ]);
    assert.deepEqual(kindsIn({ errors: [{ title: 'Internal', detail: 'Something broke.' }] }), ['hidden', 'hidden']);
  });

  it('rejects what is no look-up', () => {
    const notWhole = [
      { data: {} },
      { data: [null] },
      { data: [{ id: '1' }] },
      { data: [{ id: 1, username: 'twitter' }] },
    ];
    for (const json of [undefined, null, 'x', [], {}, { meta: {} }, ...notWhole])
      assert.equal(usersIn(json, names), undefined);
  });
});

describe('pageIn', () => {
  it('reads a page, the last page, and the last page with nothing on it', () => {
    const data = [{ id: '1' }, { id: '9007199254740993', name: 'n' }];
    assert.deepEqual(pageIn({ data, meta: { result_count: 2, next_token: '5CS0O0C6II61EZZZ' } }), {
      ids: ['1', '9007199254740993'],
      withheld: [],
      token: '5CS0O0C6II61EZZZ',
    });
    assert.deepEqual(pageIn({ data, meta: { result_count: 2 } }), {
      ids: ['1', '9007199254740993'],
      withheld: [],
      token: undefined,
    });
    assert.deepEqual(pageIn({ meta: { result_count: 0, previous_token: 'LPFPAVKFO65EKZZZ' } }), {
      ids: [],
      withheld: [],
      token: undefined,
    });
  });

  it('distinguishes a hidden list from an empty one', () => {
    assert.equal(pageIn({ errors: [{ type: 'https://api.x.com/2/problems/not-authorized-for-resource' }] }), 'hidden');
  });

  it('rejects what is no page', () => {
    for (const json of [undefined, null, 'x', [], {}, { data: [] }, { data: {}, meta: {} }]) {
      assert.equal(pageIn(json), undefined);
    }
  });
});

describe('problemIn', () => {
  it('is the part after the host, and empty without a type', () => {
    assert.equal(problemIn({ type: 'https://api.twitter.com/2/problems/credits' }), 'credits');
    assert.equal(problemIn({ type: 'https://api.x.com/2/problems/credits' }), 'credits');
    for (const json of [undefined, null, {}, { type: 'about:blank' }, { type: 7 }]) assert.equal(problemIn(json), '');
  });
});
