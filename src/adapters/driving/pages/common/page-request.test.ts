import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { attributes, forScript, html, kept, markup } from './html.ts';
import { bytesOf } from './page-request.ts';

describe('bytesOf', () => {
  for (const [kind, text] of Object.entries({
    'ASCII text': 'Licenses',
    'text of one byte a character': 'Müller · 5 × 3',
    'text of two': 'ends in … ∞ ключ 鍵',
    'surrogate pairs': 'a 🔑 b',
    'halves of surrogate pairs': 'a \ud83d b \udd11',
    'text that looks encoded': 'MÃ¼ller',
    nothing: '',
  })) {
    it(`encodes ${kind}, wherever it stands`, () => {
      const list = html`<li>${text}</li>`;
      const page = html`<p title="${text}"${attributes({ lang: text })}>${text}</p>${[list, kept(list), forScript(list)]}${markup(text)}`;
      const expected = `<p title="${text}" lang="${text}">${text}</p>${`<li>${text}</li>`.repeat(3)}${text}`;
      assert.deepEqual(bytesOf(page, ''), Buffer.from(expected));
      assert.equal(String(page), Buffer.from(expected).toString());
    });
  }

  it('encodes the texts of a template, also when it is used again', () => {
    const templates = [1, 2].map((n) => html`… ${n} × 鍵 “${n}”`);
    assert.deepEqual(
      templates.map((template) => bytesOf(template, '').toString()),
      ['… 1 × 鍵 “1”', '… 2 × 鍵 “2”'],
    );
  });

  it('escapes beside characters that it encodes', () => {
    const text = `"'&<> … "'&<>`;
    assert.equal(bytesOf(html`${text}`, '').toString(), '&quot;&#39;&amp;&lt;&gt; … &quot;&#39;&amp;&lt;&gt;');
  });

  it('puts the base path before links, and changes no text', () => {
    const page = html`<a href="/console">…</a><form action="/login">${' href="/console"'}</form><img src="//other.example">`;
    assert.equal(
      bytesOf(page, '/licenses').toString(),
      '<a href="/licenses/console">…</a><form action="/licenses/login"> href=&quot;/console&quot;</form><img src="//other.example">',
    );
  });
});
