import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Mail, Mailer } from '../../src/ports/mailer.ts';

/** A mailer together with the far end of its post. `arrived` tells what lies there, in the order of arrival. */
export type Post = AsyncDisposable &
  Readonly<{
    mailer: Mailer;
    arrived: () => readonly Readonly<{ id: string; to: string; subject: string; text: string }>[];
  }>;

const FIRST_ID = '01920000-0000-7000-8000-000000000001';
const SECOND_ID = '01920000-0000-7000-8000-000000000002';

const aMail = (change: Partial<Mail> = {}): Mail => ({
  to: 'ada@example.com',
  subject: 'Welcome to Guildhall',
  text: 'Hello Ada,\n\nyour account is open.\n\nGuildhall\n',
  html: '<p>Hello Ada,</p><p>your account is open.</p><p>Guildhall</p>',
  ...change,
});

/** What every Mailer promises. `open` gives a post where nothing has arrived yet. */
export const mailerContract = (adapter: string, open: () => Promise<Post>): void => {
  describe(`Mailer contract: ${adapter}`, () => {
    it('brings one mail to its address, with its subject, its text and its id', async () => {
      await using post = await open();
      const mail = aMail();
      await post.mailer.send(mail, FIRST_ID);
      assert.deepEqual(post.arrived().map(trimmed), [trimmed({ ...mail, id: FIRST_ID })]);
    });

    it('lets the receiver recognize a second copy by its id', async () => {
      await using post = await open();
      await post.mailer.send(aMail(), FIRST_ID);
      await post.mailer.send(aMail(), FIRST_ID);
      assert.deepEqual([...new Set(post.arrived().map(({ id }) => id))], [FIRST_ID]);
    });

    it('tells two letters apart that say the same', async () => {
      await using post = await open();
      await post.mailer.send(aMail(), FIRST_ID);
      await post.mailer.send(aMail(), SECOND_ID);
      assert.deepEqual(
        post.arrived().map(({ id }) => id),
        [FIRST_ID, SECOND_ID],
      );
    });

    it('brings every script as it was written', async () => {
      await using post = await open();
      const mail = aMail({
        subject: 'Žluťoučký kůň 🐎 おめでとう',
        text: 'Dobrý den Žofie,\n\n𝒳 = Ω\n.\n..\nFrom here\n',
      });
      await post.mailer.send(mail, FIRST_ID);
      assert.deepEqual(post.arrived().map(trimmed), [trimmed({ ...mail, id: FIRST_ID })]);
    });

    it('makes one mail of one mail, whatever its words pretend', async () => {
      await using post = await open();
      const forged = `\r\n.\r\nMAIL FROM:<eve@example.net>\r\n${'─'.repeat(78)}\n  To:      eve@example.net\r\u2028Bcc: eve@example.net\n`;
      await post.mailer.send(aMail({ subject: `Hello${forged}`, text: `Hello${forged}` }), FIRST_ID);
      assert.deepEqual(
        post.arrived().map(({ id, to }) => ({ id, to })),
        [{ id: FIRST_ID, to: 'ada@example.com' }],
      );
    });
  });
};

/** White space at the end of a text means nothing, and a post may lose it. */
const trimmed = ({ id, to, subject, text }: Readonly<{ id: string; to: string; subject: string; text: string }>) => ({
  id,
  to,
  subject,
  text: text.trimEnd(),
});
