import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PortError } from '../../../ports/port-error.ts';
import { createLogger } from './logger.ts';

const open = () => {
  const written: string[] = [];
  const logger = createLogger({ level: 'info', format: 'json' }, { write: (line) => written.push(line) });
  return { logger, written, last: () => JSON.parse(written.at(-1) ?? '') };
};

describe('an error in the log', () => {
  it('has type, message, stack and code, and those of its causes', () => {
    const { logger, last } = open();
    const cause = Object.assign(new TypeError('no route'), { code: 'ENETUNREACH' });
    logger.error({ err: new PortError('mail.unavailable', 'SMTP server unavailable', { cause }) }, 'mail failed');
    const { err, msg } = last();
    assert.deepEqual(
      [msg, err.type, err.message, err.code],
      ['mail failed', 'PortError', 'SMTP server unavailable', 'mail.unavailable'],
    );
    assert.match(err.stack, /^PortError: SMTP server unavailable\n {4}at /);
    assert.deepEqual([err.cause.type, err.cause.message, err.cause.code], ['TypeError', 'no route', 'ENETUNREACH']);
  });

  it('has all errors of an AggregateError', () => {
    const { logger, last } = open();
    logger.error({ err: new AggregateError([new Error('one'), 'two'], 'both failed') }, 'failed');
    assert.deepEqual(
      last().err.errors.map(({ message }: Error) => message),
      ['one', 'two'],
    );
  });

  it('is finite, even if it is its own cause', () => {
    const { logger, written } = open();
    const error = new Error('loop');
    error.cause = error;
    logger.error(error);
    assert.equal(written.join('').split('"message":"loop"').length - 1, 6);
  });
});
