import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { mailerContract } from '../../../../test/contracts/mailer.contract.ts';
import { type SmtpSimulator, smtpAnswer, startSmtpSimulator } from '../../../../test/simulators/smtp-simulator.ts';
import { Secret } from '../../../domain/shared/secret.ts';
import type { Mail } from '../../../ports/mailer.ts';
import type { SmtpConfig } from './smtp-config.ts';
import { SmtpMailer } from './smtp-mailer.ts';

const FROM = 'no-reply@guildhall.example';
const ID = '01920000-0000-7000-8000-000000000001';
const TOKEN = 'xSz3kQ0vT7aPp1mZr9uYb2cWd4eFg6hJk8lNo5qRsTu';

const aMail = (change: Partial<Mail> = {}): Mail => ({
  to: 'ada@example.com',
  subject: 'Reset your password',
  text: `Hello,\n\nReset token: ${TOKEN}\n`,
  html: `<p>Hello,</p><p>Reset token: ${TOKEN}</p>`,
  ...change,
});

const mailerFor = (server: Readonly<{ host: string; port: number }>, change: Partial<SmtpConfig> = {}) => {
  const mailer = new SmtpMailer({
    host: server.host,
    port: server.port,
    secure: false,
    from: FROM,
    senderName: 'Guildhall',
    timeouts: { idleMs: 60_000 },
    ...change,
  });
  return Object.assign(mailer, { [Symbol.dispose]: () => mailer.close() });
};

const only = (server: SmtpSimulator) => {
  const [mail] = server.received;
  assert.ok(mail !== undefined && server.received.length === 1, `${server.received.length} mails arrived`);
  return mail;
};

mailerContract('smtp', async () => {
  const server = await startSmtpSimulator();
  const mailer = mailerFor(server);
  return {
    mailer,
    arrived: () =>
      server.received.map(({ headers, recipients, text }) => {
        const { 'Message-ID': messageId = '', Subject: subject = '' } = Object.fromEntries(headers);
        return { id: messageId.slice(1, messageId.indexOf('@')), to: recipients.join(), subject, text };
      }),
    async [Symbol.asyncDispose]() {
      mailer.close();
      await server.stop();
    },
  };
});

describe('SmtpMailer', () => {
  it('sends plain text and HTML, a stable Message-ID and Auto-Submitted', async () => {
    await using server = await startSmtpSimulator();
    using mailer = mailerFor(server);
    await mailer.send(aMail(), ID);
    const { sender, headers, text, html } = only(server);
    const { Date: date, 'Content-Type': type, ...rest } = Object.fromEntries(headers);
    assert.deepEqual(rest, {
      From: `Guildhall <${FROM}>`,
      To: 'ada@example.com',
      Subject: 'Reset your password',
      'Message-ID': `<${ID}@guildhall.example>`,
      'Auto-Submitted': 'auto-generated',
      'MIME-Version': '1.0',
    });
    assert.match(`${type}`, /^multipart\/alternative;/);
    assert.ok(Number.isFinite(Date.parse(`${date}`)));
    assert.deepEqual({ sender, text, html }, { sender: FROM, text: aMail().text, html: aMail().html });
  });

  it('is the sender whose name the settings say', async () => {
    await using server = await startSmtpSimulator();
    for (const senderName of ['Ateliers Žofie', 'Smith, "Sons" & Co <shop@evil.example>']) {
      using mailer = mailerFor(server, { senderName });
      await mailer.send(aMail(), ID);
      const { sender, headers } = server.received.pop() ?? assert.fail('no email arrived');
      const name = senderName.includes(',') ? `"${senderName.replaceAll('"', '\\"')}"` : senderName;
      assert.deepEqual([sender, Object.fromEntries(headers).From], [FROM, `${name} <${FROM}>`]);
    }
  });

  it('sends to internationalised addresses', async () => {
    await using server = await startSmtpSimulator();
    using mailer = mailerFor(server, { from: 'zunft@bücher.example' });
    const mail = { subject: 'Vítej, Žofie 🐎', text: 'Milá Žofie,\n\nお元気ですか\n', html: '<p>Milá Žofie</p>' };
    await mailer.send({ ...mail, to: 'žofie@bücher.example' }, ID);
    await mailer.send({ ...mail, to: 'zofie@bücher.example' }, ID);
    const addressed = server.received.map(({ headers }) => Object.fromEntries(headers).To);
    assert.deepEqual(addressed, ['žofie@bücher.example', 'zofie@xn--bcher-kva.example']);
    for (const { headers, text, html } of server.received) {
      const { Subject, 'Message-ID': messageId } = Object.fromEntries(headers);
      assert.equal(messageId, `<${ID}@xn--bcher-kva.example>`);
      assert.deepEqual({ subject: Subject, text, html }, mail);
    }
  });

  // nodemailer#1378: without the extension it sends the address as raw UTF-8.
  it('RFC 6531, 3.5: rejects an address that requires SMTPUTF8 where the server lacks it', async () => {
    await using server = await startSmtpSimulator({ hidesSmtpUtf8: true });
    using mailer = mailerFor(server);
    const message = `${server.host}:${server.port} does not support SMTPUTF8, which a non-ASCII local part requires`;
    await assert.rejects(mailer.send(aMail({ to: 'josé@example.com' }), ID), { code: 'mail.refused', message });
    using misconfigured = mailerFor(server, { from: 'zünfte@guildhall.example' });
    await assert.rejects(misconfigured.send(aMail(), ID), { code: 'mail.unavailable', message });
    assert.deepEqual(server.received, []);
    await mailer.send(aMail({ to: 'jose@bücher.example' }), ID);
    assert.equal(Object.fromEntries(only(server).headers).To, 'jose@xn--bcher-kva.example');
  });

  it('reports an unavailable server as such, whatever the address requires', async () => {
    await using server = await startSmtpSimulator({ hidesSmtpUtf8: true });
    using mailer = mailerFor(server);
    await server.stop();
    await assert.rejects(mailer.send(aMail({ to: 'josé@example.com' }), ID), { code: 'mail.unavailable' });
  });

  it('fails with mail.unavailable while the server is down, and sends once it is back', async () => {
    await using server = await startSmtpSimulator();
    using mailer = mailerFor(server);
    await server.stop();
    await assert.rejects(mailer.send(aMail(), ID), { code: 'mail.unavailable' });
    await server.start();
    await mailer.send(aMail(), ID);
    assert.deepEqual(only(server).recipients, ['ada@example.com']);
  });

  it('RFC 5321 4.5.3.2: waits five minutes for the greeting, ten for a reply, and half an hour for an email', async (t) => {
    await using server = await startSmtpSimulator();
    using mailer = mailerFor(server);
    const ofSocket = t.mock.method(Socket.prototype, 'setTimeout');
    const ofPhase = t.mock.method(globalThis, 'setTimeout');
    const ofEmail = t.mock.method(AbortSignal, 'timeout');
    await mailer.send(aMail(), ID);
    assert.ok(ofPhase.mock.calls.some(({ arguments: [, ms] }) => Number(ms) > 290_000 && Number(ms) <= 300_000));
    const toServer = ofSocket.mock.calls.filter((call) => (call.this as Socket).remotePort === server.port);
    assert.deepEqual(toServer.at(-1)?.arguments, [600_000]);
    assert.deepEqual(
      ofEmail.mock.calls.map(({ arguments: [ms] }) => ms),
      [1_800_000],
    );
  });

  it('sends several emails over one connection', async () => {
    await using server = await startSmtpSimulator();
    using mailer = mailerFor(server);
    for (let round = 0; round < 3; round += 1) await mailer.send(aMail(), ID);
    assert.deepEqual([server.received.length, server.connections()], [3, 1]);
  });

  it('reconnects to a server that restarted between two emails', async () => {
    await using server = await startSmtpSimulator();
    using mailer = mailerFor(server);
    await mailer.send(aMail(), ID);
    await server.stop();
    await server.start();
    await mailer.send(aMail(), ID);
    assert.deepEqual([server.received.length, server.connections()], [2, 2]);
  });

  const ANSWERS = [
    ['mail.refused', 'toRecipient', 550, 'RCPT TO'],
    ['mail.refused', 'toMessage', 554, 'DATA'],
    ['mail.unavailable', 'toRecipient', 451, 'RCPT TO'],
    ['mail.unavailable', 'toMessage', 452, 'DATA'],
    ['mail.unavailable', 'toSender', 553, 'MAIL FROM'],
    ['mail.unavailable', 'toRecipient', 530, 'RCPT TO'],
  ] as const;
  for (const [code, whom, number, command] of ANSWERS) {
    it(`reports ${number} to ${command} as ${code}, and sends the next email`, async () => {
      await using server = await startSmtpSimulator();
      using mailer = mailerFor(server);
      server.answers[whom] = smtpAnswer(number, '5.7.1 No');
      const message = `${server.host}:${server.port} answered ${number} 5.7.1 to ${command}`;
      await assert.rejects(mailer.send(aMail(), ID), { code, message });
      assert.deepEqual(server.received, []);
      delete server.answers[whom];
      await mailer.send(aMail(), ID);
      only(server);
    });
  }

  it('rejects an invalid address without a connection', async () => {
    await using server = await startSmtpSimulator();
    using mailer = mailerFor(server);
    for (const to of ['', 'ada', 'ada@example.com, eve@example.net', 'Ada <ada@example.com>', 'ada@example.com\r\n']) {
      await assert.rejects(mailer.send(aMail({ to }), ID), { code: 'mail.refused' });
    }
    assert.equal(server.connections(), 0);
  });

  it('authenticates', async () => {
    await using server = await startSmtpSimulator({ login: { user: 'guildhall', password: 'päss wörd' } });
    using mailer = mailerFor(server, { user: 'guildhall', password: new Secret('päss wörd') });
    await mailer.send(aMail(), ID);
    only(server);
  });

  it('reports a rejected login as mail.unavailable: the email can be sent once the setting is corrected', async () => {
    await using server = await startSmtpSimulator({ login: { user: 'guildhall', password: 'right' } });
    using anonymous = mailerFor(server);
    using mistaken = mailerFor(server, { user: 'guildhall', password: new Secret('not-quite-right') });
    await assert.rejects(anonymous.send(aMail(), ID), { code: 'mail.unavailable', message: /answered 530/ });
    await assert.rejects(mistaken.send(aMail(), ID), { code: 'mail.unavailable', message: /answered 535/ });
    assert.deepEqual(server.received, []);
  });

  it('shows neither the password nor the email in an error, even if the server quotes them', async () => {
    await using server = await startSmtpSimulator({ login: { user: 'guildhall', password: 'correct horse' } });
    using mailer = mailerFor(server, { user: 'guildhall', password: new Secret('correct horse') });
    using mistaken = mailerFor(server, { user: 'guildhall', password: new Secret('battery staple') });
    server.answers.toMessage = smtpAnswer(554, `5.7.1 Suspicious text: ${TOKEN}`);
    const failures = await Promise.all(
      [mailer, mistaken].map((sender) =>
        sender.send(aMail(), ID).then(
          () => 'sent',
          (error: unknown) => error,
        ),
      ),
    );
    const shown = failures.map((failure) => inspect(failure, { depth: 9, showHidden: true })).join();
    assert.match(shown, /answered 554 5\.7\.1.*answered 535 5\.7\.8/s);
    assert.doesNotMatch(shown, new RegExp(`${TOKEN}|correct horse|battery staple|Hello|Suspicious`));
    assert.doesNotMatch(inspect(mailer, { depth: 9, showHidden: true }), /correct horse/);
  });

  it('sends no email once it is closed', async () => {
    await using server = await startSmtpSimulator();
    using mailer = mailerFor(server);
    mailer.close();
    await assert.rejects(mailer.send(aMail(), ID), { code: 'mail.unavailable' });
  });
});
