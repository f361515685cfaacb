import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mailerContract } from '../contracts/mailer.contract.ts';
import { MemoryMailer } from './memory-mailer.ts';

mailerContract('memory', async () => {
  const mailer = new MemoryMailer();
  return {
    mailer,
    arrived: () => mailer.sent.map(({ id, mail }) => ({ id, ...mail })),
    async [Symbol.asyncDispose]() {},
  };
});

const MAIL = { to: 'ada@example.com', subject: 'Hello', text: 'Hi', html: '<p>Hi</p>' };

describe('MemoryMailer', () => {
  it('drops a second copy of an email', async () => {
    const mailer = new MemoryMailer();
    await mailer.send(MAIL, 'one');
    await mailer.send({ ...MAIL, text: 'Hi again' }, 'one');
    assert.deepEqual(mailer.sent, [{ id: 'one', mail: MAIL }]);
  });

  it('takes nothing while the mail server is down, and everything once it is back', async () => {
    const mailer = new MemoryMailer();
    mailer.goDown();
    await assert.rejects(mailer.send(MAIL, 'one'), { code: 'mail.unavailable' });
    assert.deepEqual(mailer.sent, []);
    mailer.comeBack();
    await mailer.send(MAIL, 'one');
    assert.deepEqual(mailer.sent, [{ id: 'one', mail: MAIL }]);
  });

  it('rejects mail to an unknown address', async () => {
    const mailer = new MemoryMailer();
    mailer.rejectMailTo('ada@example.com');
    await assert.rejects(mailer.send(MAIL, 'one'), { code: 'mail.refused' });
    await mailer.send({ ...MAIL, to: 'bob@example.com' }, 'two');
    assert.deepEqual(
      mailer.sent.map(({ id }) => id),
      ['two'],
    );
  });
});
