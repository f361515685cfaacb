import { html as honoHtml, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

/** Markup. Text becomes markup only in a template, which escapes it. */
export type Html = HtmlEscapedString;

/** What a template may contain. Not objects: a secret or a date has no text of its own. */
export type Part = Html | string | number | false | null | undefined | readonly Part[];

/**
 * Tag of a template. Escapes every part that is not markup itself. Write a part of an attribute between double quotes.
 * `false`, `null` and `undefined` leave nothing.
 */
export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Html => honoHtml(texts, ...parts) as Html;

/** Attributes; `true` is one without a value, `false` and `undefined` leave it out. */
export const attributes = (values: Readonly<Record<string, string | number | boolean | undefined>>): Html =>
  html`${Object.entries(values).map(([name, value]) => {
    if (value === false || value === undefined) return '';
    // The names are ours.
    return value === true ? html` ${raw(name)}` : html` ${raw(name)}="${value}"`;
  })}`;

/** Markup that is a constant of this program. */
export const markup = (constant: string): Html => raw(constant);
