import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OpenapiJudge } from './openapi-judge.ts';

const schema = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'integer' } },
  additionalProperties: false,
};
const headers = { ETag: { schema: { type: 'string', pattern: '^"[0-9]+"$' } } };
const judge = new OpenapiJudge({
  paths: {
    '/things/{id}': {
      get: { responses: { 200: { headers, content: { 'application/json': { schema } } }, 404: {} } },
      delete: { responses: { 204: {} } },
    },
  },
});

const valid = {
  method: 'GET',
  path: '/things/1',
  status: 200,
  contentType: 'application/json; charset=utf-8',
  body: '{"id":1}',
};

describe('the check of responses against the document', () => {
  it('accepts responses of the document, in any spelling of the path', () => {
    judge.judge(valid);
    judge.judge({ ...valid, headers: { etag: '"1"', vary: 'Origin' } });
    judge.judge({ ...valid, path: '//things//1/' });
    judge.judge({ ...valid, method: 'HEAD', body: '' });
    judge.judge({ method: 'DELETE', path: '/things/1', status: 204, contentType: undefined, body: '' });
  });

  for (const [what, wrong] of Object.entries({
    'a status it does not know': { status: 201 },
    'a media type it does not know': { contentType: 'text/html' },
    'a body without a media type': { contentType: undefined },
    'a field too many': { body: '{"id":1,"password_hash":"x"}' },
    'a field too few': { body: '{}' },
    'a field of another type': { body: '{"id":"1"}' },
    'a body where none is promised': { method: 'HEAD' },
    'a header of another form': { headers: { etag: '1' } },
    'a body with a status that has none': { status: 404 },
  })) {
    it(`refuses ${what}`, () => {
      assert.throws(() => judge.judge({ ...valid, ...wrong }), assert.AssertionError);
    });
  }
});
