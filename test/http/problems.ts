import assert from 'node:assert/strict';
import type { Answer } from './test-app.ts';

/** Fails unless the response is this problem, with at least one error and no internal detail. */
export const mustBeProblem = (answer: Answer, status: number, code: string, naming?: string | RegExp): void => {
  const what = `${answer.status} ${answer.body.slice(0, 400)}`;
  assert.equal(answer.status, status, what);
  assert.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8', what);
  const problem = answer.json();
  assert.equal(problem.code, code, what);
  assert.equal(problem.type, `urn:problem:${code}`, what);
  assert.ok(problem.errors.length > 0 && problem.errors.every((sentence: unknown) => isSentence(sentence)), what);
  assert.equal(problem.request_id, answer.headers['x-request-id'], what);
  assert.doesNotMatch(answer.body, INTERNAL, what);
  if (naming === undefined) return;
  const isNamed = (sentence: string) =>
    typeof naming === 'string' ? sentence.startsWith(`${naming} `) : naming.test(sentence);
  assert.ok(problem.errors.some(isNamed), `No sentence names ${naming}: ${what}`);
};

const isSentence = (sentence: unknown): boolean => typeof sentence === 'string' && /^.{3,}\.$/su.test(sentence);

/** Stacks, statements, files, names of libraries. */
const INTERNAL = /\bat .*:\d+:\d+|sqlite|kysely|fastify|FST_|node_modules|\.ts\b|\bselect \*|insert into|\/src\//i;
