import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type SmtpSimulator, startSmtpSimulator } from '../simulators/smtp-simulator.ts';
import { type Instance, type NewDatabase, register, startTogether, until } from './two-instances.ts';

/** Emails that one instance sends at a time. */
const CONCURRENCY = 4;
/** This process is a minute ahead, when the lease of an email has expired. */
const A_MINUTE_LATER = 'data:text/javascript,const now = Date.now; Date.now = () => now() + 60_000;';

const settingsFor = ({ host, port }: SmtpSimulator) => ({
  settings: { MAIL_URL: `smtp://${host}:${port}`, MAIL_FROM: 'no-reply@guildhall.example' },
});

/** Registers users on each instance in turn. @returns their addresses; an email is queued for each */
const queueEmails = async (instances: readonly Instance[], count: number): Promise<string[]> => {
  const emails = Array.from({ length: count }, (_, n) => `person${n}@example.com`);
  const answers = emails.map((email, n) => register(instances[n % instances.length] as Instance, email));
  for (const { status, body } of await Promise.all(answers)) assert.equal(status, 201, body);
  return emails.sort();
};

const recipientsOf = ({ received }: SmtpSimulator): string[] => received.flatMap(({ recipients }) => recipients).sort();

/** Emails that this instance has sent, by its own metric. */
const sentBy = async (instance: Instance): Promise<number> => {
  const { body } = await instance.call('GET', '/metrics');
  return Number(/emails_total\{result="sent"\} (\d+)/.exec(body)?.[1] ?? 0);
};

const idsOf = ({ received }: SmtpSimulator): string[] =>
  received.map(({ headers }) => Object.fromEntries(headers)['Message-ID'] ?? 'none');

/** All instances share one outbox: any of them sends any email. */
export const sharedOutbox = (kind: string, newDatabase: () => Promise<NewDatabase>): void => {
  describe(`Emails of two instances on one database: ${kind}`, { timeout: 600_000 }, () => {
    it('go out once each, while both send', async () => {
      await using smtp = await startSmtpSimulator();
      await using database = await newDatabase();
      await using instances = await startTogether(database, [settingsFor(smtp), settingsFor(smtp)]);
      smtp.hold();
      const emails = await queueEmails(instances, 40);
      // The SMTP server holds all their connections, so both are known to send.
      await until(() => smtp.waiting() === 2 * CONCURRENCY);
      smtp.resume();
      const sent = async () => (await Promise.all(instances.map(sentBy))).reduce((sum, count) => sum + count, 0);
      await until(async () => (await sent()) >= emails.length);
      assert.deepEqual(recipientsOf(smtp), emails);
      assert.equal(new Set(idsOf(smtp)).size, emails.length);
    });

    it('are all sent where one instance is killed while it sends some: the others at once, those after a minute', async () => {
      await using smtp = await startSmtpSimulator();
      await using database = await newDatabase();
      await using instances = await startTogether(database, [settingsFor(smtp), settingsFor(smtp)]);
      const [one, other] = instances as unknown as [Instance, Instance];
      smtp.hold();
      const emails = await queueEmails(instances, 20);
      await until(() => smtp.waiting() === 2 * CONCURRENCY);
      await one.kill();
      await until(() => smtp.waiting() === CONCURRENCY);
      smtp.resume();
      await until(async () => (await sentBy(other)) === emails.length - CONCURRENCY);
      assert.equal(new Set(recipientsOf(smtp)).size, emails.length - CONCURRENCY);

      const third = await instances.join({ ...settingsFor(smtp), preload: A_MINUTE_LATER });
      await until(async () => (await sentBy(third)) === CONCURRENCY);
      assert.deepEqual(recipientsOf(smtp), emails);
    });
  });
};
