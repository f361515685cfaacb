import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { NO_PAGES } from '../../../test/builders/email-templates.ts';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import * as templates from './email-templates.ts';

const ADA = 'ada@example.com';
const TOKEN = 'q0-Zx_9vN3mK7bT1cR5yH2wE8uJ4pL6s';
const PAGE = 'https://shop.example/account/new-password';
const HOSTILE_TEXT = `"><img src=x onerror='alert(1)'>&amp;</p><script>`;

const BRANDED = {
  ...NO_PAGES,
  accountPages: 'https://shop.example/account',
  brandName: 'Brightmoor <Labs>',
  supportEmail: 'help@shop.example',
};

const signed = (text: templates.EmailText, options = NO_PAGES) => templates.signedMail(text, options);
const resetMail = (to: string, token: string, options: Partial<templates.EmailTemplateOptions>) =>
  signed(templates.resetMail(to, token, { ...NO_PAGES, ...options }));

const emails = {
  welcome: signed(templates.welcomeMail(ADA, NO_PAGES)),
  'welcome before the address is confirmed': signed(templates.welcomeMail(ADA, NO_PAGES, true)),
  'reset with a page': resetMail(ADA, TOKEN, { resetPage: PAGE }),
  'reset without a page': resetMail(ADA, TOKEN, { resetPage: undefined }),
  'reset after the second factor was removed': signed(
    templates.resetMail(ADA, TOKEN, { ...NO_PAGES, resetPage: undefined }, 'factor-reset'),
  ),
  invitation: signed(
    templates.staffInvitationMail(
      ADA,
      { role: 'support', by: undefined, token: TOKEN, until: NEW_YEAR },
      { ...NO_PAGES, resetPage: PAGE },
    ),
  ),
  'password changed': signed(templates.passwordChangedMail(ADA, NEW_YEAR)),
  'log-ins locked where the account is new': signed(templates.loginsLockedMail(ADA, false, NEW_YEAR)),
  'log-ins locked on a known network': signed(templates.loginsLockedMail(ADA, true, NEW_YEAR)),
  'code required': signed(templates.codeRequiredMail(ADA, NEW_YEAR)),
  'email changed': signed(templates.emailChangedMail(ADA, NEW_YEAR)),
};

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** What a mail program shows of the page, paragraph by paragraph. */
const shown = (html: string): string[] =>
  [...html.matchAll(/<p>(?:<a href="[^"<>]*">)?([^<>]*)(?:<\/a>)?<\/p>/g)].map(([, text = '']) =>
    text.replace(/&([^;]*);/g, (_, name: string) => ENTITIES[name] ?? assert.fail(`unknown entity ${name}`)),
  );

const linkIn = (text: string): URL => new URL(text.match(/https:\S+/)?.[0] ?? assert.fail('no link'));

describe('Every email', () => {
  for (const [kind, { to, subject, text, html }] of Object.entries(emails)) {
    it(`${kind}: goes to its reader under a subject of one short line`, () => {
      assert.equal(to, ADA);
      assert.match(subject, /^[\x20-\x7e]{1,78}$/);
    });

    it(`${kind}: has the same content as text and as HTML`, () => {
      assert.match(html, /^<!doctype html><html lang="en"><meta charset="utf-8"><title>[^<]+<\/title><body>/);
      assert.deepEqual(shown(html), text.trimEnd().split('\n\n'));
    });

    it(`${kind}: is signed and leaves no placeholder`, () => {
      assert.match(text, /\n\nGuildhall\n$/);
      assert.doesNotMatch(`${subject}${text}${html}`, /undefined|null|\[object|NaN|\{\{|\$\{/);
    });

    it(`${kind}: fetches nothing from anywhere`, () => {
      assert.doesNotMatch(html, /<(?:img|link|script|iframe|style)\b|\b(?:src|on\w+)=/i);
      assert.equal(html.split('<a ').length - 1, ['reset with a page', 'invitation'].includes(kind) ? 1 : 0);
    });
  }
});

describe('What an email quotes', () => {
  const quoting = (text: string) => resetMail(ADA, text, { resetPage: undefined });

  it('ASVS 1.2.1: is text, in the HTML as well', () => {
    const { text, html } = quoting(HOSTILE_TEXT);
    assert.ok(text.includes(`Reset token: ${HOSTILE_TEXT}\n`));
    assert.equal(shown(html)[2], `Reset token: ${HOSTILE_TEXT}`);
    assert.doesNotMatch(html, /<img|<script|'alert/);
  });

  it('ASVS 1.3.7: keeps its braces', () => {
    for (const braces of ['{{7*7}}', `\${7*7}`, '<%= 7*7 %>', '#{7*7}', "$&$`$'$1", '%s%d%j']) {
      const { text, html } = quoting(braces);
      assert.ok(text.includes(`Reset token: ${braces}\n`), text);
      assert.equal(shown(html)[2], `Reset token: ${braces}`);
      assert.doesNotMatch(text + html, /49/);
    }
  });

  it('ASVS 1.1.2: comes through the HTML unchanged and inert, whatever it is', () => {
    const tags = quoting('a').html.match(/<[^>]*>/g);
    const quoted = fc.string({
      unit: fc.oneof(
        fc.constantFrom('<', '>', '&', '"', "'", ';', '&lt;'),
        fc.string({ unit: 'binary', maxLength: 1 }),
      ),
    });
    fc.assert(
      fc.property(quoted, (any) => {
        const { html } = quoting(any);
        assert.equal(shown(html)[2], `Reset token: ${any}`);
        assert.deepEqual(html.match(/<[^>]*>/g), tags);
      }),
    );
  });
});

describe('The reset email', () => {
  it('ASVS 14.2.1: carries the token behind # of its link', () => {
    for (const paragraphs of [emails['reset with a page'].text, shown(emails['reset with a page'].html).join('\n')]) {
      const link = linkIn(paragraphs);
      assert.equal(new URLSearchParams(link.hash.slice(1)).get('reset_token'), TOKEN);
      link.hash = '';
      assert.equal(link.href, PAGE);
      assert.equal(paragraphs.split(TOKEN).length, 3);
      assert.ok(paragraphs.includes(`\nReset token: ${TOKEN}\n`), 'the token as text too');
    }
  });

  // ltb-project/self-service-password#316: some mail programs make no link of a plain URL.
  it('has a link in its HTML, whatever is in the address', () => {
    for (const address of [ADA, `"o'brien&co"<x>@example.com`]) {
      const { html, text } = resetMail(address, TOKEN, { resetPage: `${PAGE}?a=1&b='2'` });
      const [, href = '', label = ''] = /<p><a href="([^"<>]*)">([^<>]*)<\/a><\/p>/.exec(html) ?? [];
      assert.deepEqual([shown(`<p>${href}</p>`), shown(`<p>${label}</p>`)], Array(2).fill([text.split('\n\n')[2]]));
    }
  });

  it('keeps token and address behind # also where the page has a query of its own', () => {
    const link = linkIn(resetMail(ADA, TOKEN, { resetPage: `${PAGE}?lang=en` }).text);
    assert.equal(link.search, '?lang=en');
    assert.equal(new URLSearchParams(link.hash.slice(1)).get('email'), ADA);
  });

  it('writes an address so that it cannot change the link', () => {
    for (const address of ["o'brien+a&reset_token=evil#x?y=%41@example.com", '用户@例子.广告']) {
      const hash = new URLSearchParams(linkIn(resetMail(address, TOKEN, { resetPage: PAGE }).text).hash.slice(1));
      assert.equal(hash.get('email'), address);
      assert.deepEqual(hash.getAll('reset_token'), [TOKEN]);
    }
  });

  it('contains the token without a link if RESET_URL is not set', () => {
    const { text } = emails['reset without a page'];
    assert.ok(text.includes(`\n\nReset token: ${TOKEN}\n\n`));
    assert.doesNotMatch(text, /https?:/);
  });

  it('has no token in its subject', () => {
    assert.doesNotMatch(emails['reset with a page'].subject, new RegExp(TOKEN));
  });
});

describe('The invitation of staff', () => {
  it('says by whom, to what, how long, and what to do if it is not expected', () => {
    const options = { ...BRANDED, resetPage: PAGE };
    const invitation = { role: 'admin', by: 'ines@example.com', token: TOKEN, until: NEW_YEAR } as const;
    const { subject, text } = signed(templates.staffInvitationMail(ADA, invitation, options), options);
    assert.doesNotMatch(subject, new RegExp(TOKEN));
    const link = linkIn(text);
    assert.deepEqual(Object.fromEntries(new URLSearchParams(link.hash.slice(1))), { email: ADA, reset_token: TOKEN });
    for (const part of [
      'ines@example.com has given this address the role admin at Brightmoor <Labs>.',
      'until 2026-01-01 at 00:00 UTC',
      'ask ines@example.com',
    ]) {
      assert.ok(text.includes(part), part);
    }
  });
});

describe('An email with a link to the account pages', () => {
  const links = {
    registration: [templates.registrationMail(ADA, TOKEN, BRANDED), 'new/token'],
    confirmation: [templates.confirmAddressMail(ADA, TOKEN, BRANDED), 'confirm'],
    cancellation: [templates.addressChangeRequestedMail(ADA, TOKEN, NEW_YEAR, BRANDED), 'confirm?for=cancellation'],
  } as const;
  for (const [kind, [email, page]] of Object.entries(links)) {
    it(`${kind}: carries the token behind #, and as text for readers without script`, () => {
      const { text, html } = signed(email, BRANDED);
      const link = linkIn(text);
      assert.equal(new URLSearchParams(link.hash.slice(1)).get('confirmation_token'), TOKEN);
      link.hash = '';
      assert.equal(link.href, `https://shop.example/account/${page}`);
      assert.match(text, new RegExp(`\\n(?:Confirmation|Cancellation) token: ${TOKEN}\\n`));
      assert.equal(html.split('<a ').length - 1, 1);
    });
  }

  it('is signed by the operator, with the address for questions and the logo', () => {
    const logoUrl = 'https://shop.example/assets/logo.png';
    const { subject, text, html } = signed(templates.welcomeMail(ADA, BRANDED), { ...BRANDED, logoUrl });
    assert.equal(subject, 'Welcome to Brightmoor <Labs>');
    assert.match(text, /\n\nNeed help\? Write to help@shop\.example\n\nBrightmoor <Labs>\n$/);
    assert.match(html, /<img src="https:\/\/shop\.example\/assets\/logo\.png" alt="" height="40">/);
    assert.match(html, /<p>Brightmoor &lt;Labs&gt;<\/p>/);
  });
});

describe('The emails about a change', () => {
  it('say when it happened, in UTC', () => {
    for (const kind of ['password changed', 'email changed'] as const) {
      assert.match(emails[kind].text, /on 2026-01-01 at 00:00 UTC\./);
    }
  });
});
