import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { domainToASCII } from 'node:url';
import fc from 'fast-check';
import { startSmtpSimulator } from '../../../../test/simulators/smtp-simulator.ts';
import { Email } from '../../../domain/user/email.ts';
import { SmtpMailer } from './smtp-mailer.ts';

const FROM = 'no-reply@guildhall.example';
const LOCAL = { host: '127.0.0.1', secure: false, from: FROM, senderName: 'Guildhall' } as const;
const MAIL = { to: 'ada@example.com', subject: 'Hello', text: 'Hi', html: '<p>Hi</p>' };

describe('SmtpMailer and hostile content', () => {
  const PIECES = [
    '\r\n',
    '\n',
    '\r',
    '.',
    '\r\n.\r\n',
    '\r\nRCPT TO:<eve@example.net>\r\n',
    '\r\nBcc: eve@example.net',
  ];
  const SIGNS = [...'@,;:<>"\\()[] %\0\x7f\u2028', '=?', '?='];
  const LETTERS = ['ada', 'eve@example.net', 'example.com', 'ž', '例', '𝒳', 'e\u0301', '\ud800', '-', '+', "'"];
  const soup = fc
    .array(fc.constantFrom(...PIECES, ...SIGNS, ...LETTERS), { maxLength: 8 })
    .map((parts) => parts.join(''));
  const word = fc
    .array(fc.constantFrom(..."adez09.!#%+'|~žü例𝒳"), { minLength: 1, maxLength: 12 })
    .map((parts) => parts.join(''));
  const domain = fc.oneof(
    fc.domain(),
    fc.constantFrom('Example.COM', 'bücher.example', '例え.テスト', 'xn--bcher-kva.example'),
  );
  const address = fc.oneof(
    fc.emailAddress(),
    fc.tuple(word, domain).map(([local, host]) => `${local}@${host}`),
    fc.tuple(soup, domain).map(([local, host]) => `${local}@${host}`),
    fc.tuple(fc.emailAddress(), soup).map((parts) => parts.join('')),
    fc.tuple(soup, fc.emailAddress()).map((parts) => parts.join('')),
  );

  it('ASVS 1.3.11: any address and any name make one message to one recipient, or none', async () => {
    await using server = await startSmtpSimulator();
    const mailer = new SmtpMailer({ ...LOCAL, port: server.port });
    const seen = { sent: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(address, fc.oneof(soup, fc.string({ unit: 'binary' })), async (to, name) => {
        server.received.length = 0;
        const text = `Hello ${name},\n${name}\nGuildhall`;
        const sending = mailer.send({ to, subject: `Hello ${name}`, text, html: `<p>${name}</p>` }, 'id');
        if (!isAddress(to)) {
          await assert.rejects(sending, { code: 'mail.refused' });
          assert.deepEqual(server.received, []);
          seen.refused += 1;
          return;
        }
        await sending;
        assert.deepEqual(
          server.received.map(({ recipients }) => recipients.map(withAsciiDomain)),
          [[withAsciiDomain(to)]],
        );
        assert.deepEqual(server.received[0]?.headers.map(([header]) => header).sort(), HEADERS);
        assert.equal(server.received[0]?.text, text.toWellFormed().replace(/\r\n?/g, '\n'));
        seen.sent += 1;
      }),
      { numRuns: 300 },
    );
    mailer.close();
    assert.ok(seen.sent > 50 && seen.refused > 50, `the addresses were one-sided: ${JSON.stringify(seen)}`);
  });
});

const HEADERS = ['Auto-Submitted', 'Content-Type', 'Date', 'From', 'MIME-Version', 'Message-ID', 'Subject', 'To'];

const isAddress = (text: string): boolean => {
  try {
    Email.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** The same mailbox is written in two ways, depending on the server's extensions. */
const withAsciiDomain = (email: string): string => {
  const at = email.lastIndexOf('@');
  return `${email.slice(0, at)}@${domainToASCII(email.slice(at + 1))}`;
};

describe('SmtpMailer and faulty servers', () => {
  /** A server that calls `greet` for each connection. */
  const lineTo = async (greet: (caller: Socket) => void) => {
    const callers = new Set<Socket>();
    const server = createServer((caller) => {
      callers.add(caller.on('error', () => {}));
      greet(caller);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return {
      port: (server.address() as AddressInfo).port,
      calls: () => callers.size,
      async [Symbol.asyncDispose]() {
        for (const caller of callers) caller.destroy();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  };

  // A non-ASCII local part takes a connection of its own first, which asks for SMTPUTF8.
  for (const to of ['ada@example.com', 'jürgen@example.com']) {
    const mail = { ...MAIL, to };

    it(`times out on a server that sends nothing, for ${to}`, async () => {
      await using line = await lineTo(() => {});
      const sending = new SmtpMailer({
        ...LOCAL,
        port: line.port,
        timeouts: { greetingMs: 50, replyMs: 50, emailMs: 150 },
      }).send(mail, 'id');
      await assert.rejects(sending, { code: 'mail.unavailable' });
    });

    it(`times out on a server that replies without an end, for ${to}`, { timeout: 60_000 }, async () => {
      await using line = await lineTo((caller) => {
        caller.write('220 hello\r\n');
        const drops = setInterval(() => caller.write('250-more\r\n'), 10);
        caller.on('close', () => clearInterval(drops));
      });
      const sending = new SmtpMailer({ ...LOCAL, port: line.port, timeouts: { emailMs: 150 } }).send(mail, 'id');
      await assert.rejects(sending, { code: 'mail.unavailable' });
    });

    it(`connects once and leaves retries to the outbox, for ${to}`, async () => {
      await using line = await lineTo((caller) => void caller.end());
      const sending = new SmtpMailer({ ...LOCAL, port: line.port }).send(mail, 'id');
      await assert.rejects(sending, { code: 'mail.unavailable' });
      assert.equal(line.calls(), 1);
    });

    it(`rejects an HTTP server, for ${to}`, async () => {
      await using line = await lineTo((caller) => void caller.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
      const sending = new SmtpMailer({ ...LOCAL, port: line.port }).send(mail, 'id');
      await assert.rejects(sending, { code: 'mail.unavailable' });
    });
  }

  it('sends nothing in plain text where TLS is required', async () => {
    await using plain = await startSmtpSimulator();
    await using unproven = await startSmtpSimulator({ offersTls: true });
    for (const server of [plain, unproven]) {
      const mailer = new SmtpMailer({ ...LOCAL, port: server.port, requireTls: true });
      await assert.rejects(mailer.send(MAIL, 'id'), { code: 'mail.unavailable' });
      assert.deepEqual(server.received, []);
    }
  });

  it('prefers an invalid certificate to plain text where TLS is not required', async () => {
    await using server = await startSmtpSimulator({ offersTls: true });
    const mailer = new SmtpMailer({ ...LOCAL, port: server.port });
    await mailer.send(MAIL, 'id');
    assert.deepEqual(
      server.received.map(({ isOverTls }) => isOverTls),
      [true],
    );
    mailer.close();
  });
});
