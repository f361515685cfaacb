import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Mail, Mailer } from '../../src/ports/mailer.ts';

/** A mailer and the mailboxes behind it. `arrived` lists the emails in the order of arrival. */
export type MailSystem = AsyncDisposable &
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

/** What every Mailer promises. `open` opens one with empty mailboxes. */
export const mailerContract = (adapter: string, open: () => Promise<MailSystem>): void => {
  describe(`Mailer contract: ${adapter}`, () => {
    it('brings one mail to its address, with its subject, its text and its id', async () => {
      await using system = await open();
      const mail = aMail();
      await system.mailer.send(mail, FIRST_ID);
      assert.deepEqual(system.arrived().map(trimmed), [trimmed({ ...mail, id: FIRST_ID })]);
    });

    it('lets the receiver recognize a second copy by its id', async () => {
      await using system = await open();
      await system.mailer.send(aMail(), FIRST_ID);
      await system.mailer.send(aMail(), FIRST_ID);
      assert.deepEqual([...new Set(system.arrived().map(({ id }) => id))], [FIRST_ID]);
    });

    it('keeps two emails with the same text', async () => {
      await using system = await open();
      await system.mailer.send(aMail(), FIRST_ID);
      await system.mailer.send(aMail(), SECOND_ID);
      assert.deepEqual(
        system.arrived().map(({ id }) => id),
        [FIRST_ID, SECOND_ID],
      );
    });

    it('brings every script as it was written', async () => {
      await using system = await open();
      const mail = aMail({
        subject: 'Žluťoučký kůň 🐎 おめでとう',
        text: 'Dobrý den Žofie,\n\n𝒳 = Ω\n.\n..\nFrom here\n',
      });
      await system.mailer.send(mail, FIRST_ID);
      assert.deepEqual(system.arrived().map(trimmed), [trimmed({ ...mail, id: FIRST_ID })]);
    });

    it('sends exactly one message, whatever its text contains', async () => {
      await using system = await open();
      const forged = `\r\n.\r\nMAIL FROM:<eve@example.net>\r\n${'─'.repeat(78)}\n  To:      eve@example.net\r\u2028Bcc: eve@example.net\n`;
      await system.mailer.send(aMail({ subject: `Hello${forged}`, text: `Hello${forged}` }), FIRST_ID);
      assert.deepEqual(
        system.arrived().map(({ id, to }) => ({ id, to })),
        [{ id: FIRST_ID, to: 'ada@example.com' }],
      );
    });
  });
};

/** White space at the end of a text means nothing, and a mail server may drop it. */
const trimmed = ({ id, to, subject, text }: Readonly<{ id: string; to: string; subject: string; text: string }>) => ({
  id,
  to,
  subject,
  text: text.trimEnd(),
});
