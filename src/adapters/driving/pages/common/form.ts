import { randomUUID } from 'node:crypto';
import { DomainError } from '../../../../domain/shared/domain-error.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import type { Field } from '../../../../domain/shared/message.ts';
import { Secret } from '../../../../domain/shared/secret.ts';
import type { ThrottleExceeded } from '../../../../domain/throttle/throttle-policy.ts';
import { fieldName, RequestError, wireName } from '../../http/errors/request-error.ts';
import { KEY_FIELD, TOKEN_FIELD } from './form-tokens.ts';
import { counted } from './format.ts';
import { attributes, forScript, type Html, html, kept, type Part } from './html.ts';
import type { PageRequest } from './page-request.ts';

type InputType =
  | 'text'
  | 'email'
  | 'password'
  | 'integer'
  | 'date'
  | 'search'
  | 'textarea'
  | 'select'
  | 'checkbox'
  | 'hidden';

export type FieldOptions = Readonly<{
  label: string;
  /** Default: `text`. */
  type?: InputType;
  hint?: string;
  /** Token of the attribute, such as `current-password`. Default: `off`. */
  autocomplete?: string;
  /** A blank field is rejected at once. Leave it out where the use case has a rule. */
  required?: boolean;
  maxLength?: number;
  /** Of a `select`: each value with its text. */
  options?: readonly (readonly [value: string, text: string])[];
  /** For tokens, keys and codes. */
  monospaced?: boolean;
  inputMode?: 'numeric' | 'text' | 'email';
  /** Shown on the right of the label, such as a link. */
  aside?: Html;
}>;

export type Fields = Readonly<Record<string, FieldOptions>>;

/** The entries of a form and what is wrong with them. */
export type FormState = Readonly<{
  values: Readonly<Record<string, string | undefined>>;
  /** Messages by field. */
  errors: Readonly<Record<string, readonly string[]>>;
  /** Messages that are about no field of the form. */
  general: readonly string[];
}>;

/** The field `shown` of a form of which only what was changed counts: see {@link withShown}. */
export const SHOWN = { label: 'What was shown', type: 'hidden' } as const satisfies FieldOptions;

/** The values of a first rendering with the field `shown`, so that `FormValues.isChanged` can compare with them. */
export const withShown = <Values extends Readonly<Record<string, string>>>(values: Values) => ({
  ...values,
  shown: new URLSearchParams(values).toString(),
});

/** The hidden field of a step-up or a log-in that comes before a form, and of no other form, with the entries of that one. */
export const ENTRIES_FIELD = 'form_entries';

/** The value that a form showed, under a name of {@link withShown}; `shown` is its field. */
export const shownIn = (shown: string | undefined, name: string): string => new URLSearchParams(shown).get(name) ?? '';

/** A rejected form is about what is shown now, whatever it showed before. One that only returns after a step-up is not. */
export const withoutShown = (state: FormState): FormState =>
  state.general.length + Object.keys(state.errors).length === 0
    ? state
    : { ...state, values: { ...state.values, shown: undefined } };

/** Not for buttons alone: what they do may be done twice. */
const ONCE = forScript(html` data-once`);

const EMPTY: FormState = { values: {}, errors: {}, general: [] };

/**
 * Fields are not what they must be before a use case is asked: blank, no number, no date, or not what they confirm.
 * @property fields the message beside each
 */
export class InvalidFields extends RequestError {
  readonly fields: Readonly<Record<string, string>>;

  constructor(fields: Readonly<Record<string, string>>) {
    super('request.invalid', Object.values(fields));
    this.fields = fields;
  }
}

type RenderOptions = Readonly<{
  state?: FormState | undefined;
  /** Default: that of the form. */
  action?: string;
  /** Entries that a first rendering shows. */
  values?: Readonly<Record<string, string | undefined>>;
  /** Beside the button. */
  cancel?: string;
}>;

/**
 * A form: its fields, and how they are shown and read. The names of its fields are those of the API, so an error of a use
 * case that names a field stands beside that field.
 */
export class Form<F extends Fields = Fields> {
  readonly #options: Readonly<{
    /** Prefix of ids, where a page has several forms. */
    id?: string;
    action?: string;
    fields: F;
    /** A verb with its object. */
    submit: string;
    /** Default: `primary`. */
    button?: 'primary' | 'plain' | 'risky' | 'final' | 'primary wide';
    /** Moves the parameters of the address's fragment into the fields of these names. */
    takesFragment?: boolean;
  }>;

  readonly #arounds = new Map<string, Around>();

  constructor(options: Form<F>['options']) {
    this.#options = options;
  }

  get options() {
    return this.#options;
  }

  get hasVisibleFields(): boolean {
    return Object.values(this.#options.fields).some(({ type }) => type !== 'hidden');
  }

  /** Whether a person enters something that {@link entriesOf} keeps. */
  get keepsEntries(): boolean {
    return Object.entries(this.#options.fields).some(([name, { type }]) => type !== 'hidden' && this.#isKept(name));
  }

  /** The whole form: errors, fields and button. */
  render(page: PageRequest, options: RenderOptions = {}): Html {
    const { submit, button = 'primary', fields } = this.#options;
    const shown = Object.keys(fields).map((name) => this.field(name as keyof F & string, options));
    const cancel = options.cancel && html`<a class="button" href="${options.cancel}">Cancel</a>`;
    return html`${this.open(page, options)}${shown}<div class="actions"><button class="${button}">${submit}</button>${cancel}</div></form>`;
  }

  /**
   * The start tag with the hidden fields and the errors. Close it with `</form>`. The form is sent with the query of the
   * page, such as a filter, so that it is the same page that a rejected form is shown on.
   */
  open(
    page: PageRequest,
    { state = EMPTY, action = this.#options.action ?? '' }: RenderOptions = {},
    className = 'form',
  ): Html {
    const summary = this.#summary(state);
    if (summary) page.rejection = undefined;
    if (state === page.returned) page.done = 'form-returned';
    return html`<form class="${className}" method="post" action="${action.includes('?') ? action : action + page.listQuery}" novalidate${ONCE}${this.#options.takesFragment && html` data-fragment`}>${hiddenFields(page)}${summary}`;
  }

  /** One field with its label, error and hint. */
  field(name: keyof F & string, { state = EMPTY, values = {} }: RenderOptions = {}): Html {
    const field = this.#options.fields[name] as FieldOptions;
    const { type } = field;
    const value = (type === 'password' ? undefined : (state.values[name] ?? values[name])) ?? '';
    if (type === 'hidden') return html`<input type="hidden" name="${name}" value="${value}">`;
    const error = state.errors[name]?.join(' ');
    const [before, after] = error ? this.#around(name, error) : this.#keptAround(name);
    return html`${before}${shownValue(field, value)}${after}`;
  }

  /** perf: without an error it is made once: a form of two blank fields takes 0.8 in place of 6.1 µs. */
  #keptAround(name: string): Around {
    let around = this.#arounds.get(name);
    if (around === undefined) {
      const [before, after] = this.#around(name, undefined);
      around = [kept(before), kept(after)];
      this.#arounds.set(name, around);
    }
    return around;
  }

  #around(name: string, error: string | undefined): Around {
    const field = this.#options.fields[name] as FieldOptions;
    const { label, type = 'text', hint, aside } = field;
    const id = this.#idOf(name);
    const described = [error && `${id}-e`, hint && `${id}-h`].filter(Boolean).join(' ');
    const common = { id, name, 'aria-invalid': error && 'true', 'aria-describedby': described || undefined };
    const notes = html`${error && html`<p class="error" id="${id}-e">${error}</p>`}${hint && html`<p class="hint" id="${id}-h">${hint}</p>`}`;
    if (type === 'checkbox') {
      const box = attributes({ ...common, type, value: 'on' });
      return [html`<div class="field"><label class="check"><input${box}`, html`> ${label}</label>${notes}</div>`];
    }
    const labelled = html`<label for="${id}">${label}</label>`;
    const show =
      type === 'password' &&
      forScript(html`<button type="button" class="link" data-show="${id}" aria-pressed="false" hidden>Show</button>`);
    const head =
      aside || show
        ? html`<div class="between">${labelled}<span class="asides">${show}${aside}</span></div>`
        : labelled;
    const [start, end] = control(field, common);
    return [html`<div class="field">${head}${start}`, html`${end}${notes}</div>`];
  }

  /**
   * Reads the entries of a form that was sent.
   * @throws {RequestError} request.invalid | request.unsupported-media-type
   */
  read(body: Readonly<Record<string, unknown>>): FormValues<F> {
    const unknown = Object.keys(body).filter((name) => !Object.hasOwn(this.#options.fields, name) && !OWN.has(name));
    if (unknown.length > 0) {
      throw new RequestError('request.invalid', `${fieldName(unknown[0] ?? '')} is not a field of this form.`);
    }
    const faults: Record<string, string> = {};
    for (const [name, field] of Object.entries(this.#options.fields)) {
      const fault = faultOf(field, String(body[name] ?? ''));
      if (fault !== undefined) faults[name] = `${field.label} ${fault}.`;
    }
    if (Object.keys(faults).length > 0) throw new InvalidFields(faults);
    return new FormValues<F>(body as Readonly<Record<string, string>>);
  }

  /** The state with the entries of a form that was sent. */
  withEntries(body: Readonly<Record<string, unknown>>): FormState {
    const names = Object.keys(this.#options.fields);
    const entryOf = (name: string) => (typeof body[name] === 'string' ? body[name] : '');
    return { ...EMPTY, values: Object.fromEntries(names.map((name) => [name, entryOf(name)])) };
  }

  /** The entries as one text, without passwords and codes: they are entered again. */
  entriesOf(body: Readonly<Record<string, unknown>>): string {
    const kept = Object.entries(this.withEntries(body).values).filter(([name]) => this.#isKept(name));
    return new URLSearchParams(kept as [string, string][]).toString();
  }

  /** The state with the entries that {@link entriesOf} has kept. */
  withKept(entries: string): FormState {
    return this.withEntries(Object.fromEntries(new URLSearchParams(entries)));
  }

  #isKept(name: string): boolean {
    const { type, autocomplete } = this.#options.fields[name] ?? {};
    return type !== 'password' && autocomplete !== 'one-time-code';
  }

  /** The state after an error: entries are kept, and each message stands beside its field. */
  rejected(body: Readonly<Record<string, unknown>>, error: Error, messages: readonly string[]): FormState {
    const { fields } = this.#options;
    const { values } = this.withEntries(body);
    if (error instanceof InvalidFields) {
      const errors = Object.fromEntries(Object.entries(error.fields).map(([name, text]) => [name, [text]]));
      return { values, errors, general: [] };
    }
    if (isThrottled(error)) return { values, errors: {}, general: [waitingTime(error)] };
    if (!(error instanceof DomainError)) return { values, errors: {}, general: messages };
    const errors: Record<string, string[]> = {};
    const general: string[] = [];
    const aboutField = REFUSED_FIELD[error.code] ?? '';
    const namesFields = error.details.some((detail) => typeof detail !== 'string');
    for (const detail of namesFields ? error.details : messages) {
      const isText = typeof detail === 'string';
      const text = isText ? detail : detail.render((field) => this.#labelOf(field));
      const name = isText || detail.field === undefined ? aboutField : wireName(detail.field);
      if (Object.hasOwn(fields, name)) errors[name] = [...(errors[name] ?? []), text];
      else general.push(text);
    }
    return { values, errors, general };
  }

  #labelOf(field: Field): string {
    const name = wireName(field);
    return this.#options.fields[name]?.label ?? name.replaceAll('_', ' ');
  }

  #idOf(name: string): string {
    const { id } = this.#options;
    return id === undefined ? name : `${id}-${name}`;
  }

  #summary({ errors, general }: FormState): Html | false {
    const inFields = Object.entries(errors).flatMap(([name, texts]) => texts.map((text) => ({ name, text })));
    if (inFields.length + general.length === 0) return false;
    if (inFields.length === 0 && general.length === 1) return html`<p class="note bad" role="alert">${general[0]}</p>`;
    const head = inFields.length + general.length === 1 ? 'Please correct this' : 'Please correct these';
    const links = inFields.map(({ name, text }) => html`<li><a href="#${this.#idOf(name)}">${text}</a></li>`);
    return html`<div class="note bad" role="alert"><strong>${head}</strong><ul>${general.map((text) => html`<li>${text}</li>`)}${links}</ul></div>`;
  }
}

const isThrottled = (error: unknown): error is ThrottleExceeded =>
  error instanceof DomainError && error.code === 'throttle.exceeded';

const waitingTime = ({ retryAfterSeconds: seconds }: ThrottleExceeded): string =>
  `Too many attempts. Try again in ${seconds > 90 ? counted(Math.ceil(seconds / 60), 'minute') : counted(seconds, 'second')}.`;

/** The field whose entry was refused, where the error does not name one. */
const REFUSED_FIELD: Partial<Record<DomainError['code'], string>> = {
  'mfa.code-required': 'code',
  'mfa.refused': 'code',
  'password.wrong': 'password',
};

const OWN: ReadonlySet<string> = new Set([TOKEN_FIELD, KEY_FIELD]);

/** The hidden fields of every form that is sent by POST. A repetition is recognized by the key. */
export const hiddenFields = (page: PageRequest): Html => html`${page.formStart}${randomUUID()}">`;

const HTML_TYPES: Partial<Record<InputType, string>> = { integer: 'text' };

/** The markup of a field before and after what depends on its value. */
type Around = readonly [before: Html, after: Html];

const control = (field: FieldOptions, common: Parameters<typeof attributes>[0]): Around => {
  const { type = 'text', autocomplete = 'off', required, maxLength, monospaced, inputMode } = field;
  const shared = { ...common, required, maxlength: maxLength, class: monospaced && 'mono' };
  if (type === 'select') return [html`<select${attributes(shared)}>`, html`</select>`];
  // The first line break after the tag is not part of the text.
  if (type === 'textarea') return [html`<textarea${attributes({ ...shared, rows: 4 })}>\n`, html`</textarea>`];
  const isText = type === 'text' || type === 'email';
  const all = attributes({
    ...shared,
    type: HTML_TYPES[type] ?? type,
    autocomplete,
    inputmode: inputMode ?? (type === 'integer' ? 'numeric' : undefined),
    spellcheck: isText ? 'false' : undefined,
    autocapitalize: isText ? 'none' : undefined,
  });
  return [html`<input${all}`, html`>`];
};

const shownValue = ({ type, options = [] }: FieldOptions, value: string): Part => {
  if (type === 'checkbox') return value === 'on' && html` checked`;
  if (type === 'select') {
    return options.map(
      ([choice, text]) => html`<option${attributes({ value: choice, selected: choice === value })}>${text}</option>`,
    );
  }
  if (type === 'textarea') return value;
  return value !== '' && html` value="${value}"`;
};

/** The rule of the use cases for moments, for a field that takes a day. */
export const isDay = (text: string): boolean =>
  Instant.isValid(`${text}T00:00:00.000Z`) && text >= '1970' && text < '9999';

const faultOf = ({ type, required, options }: FieldOptions, value: string): string | undefined => {
  // A password may consist of spaces.
  const isBlank = type === 'password' ? value === '' : value.trim() === '';
  if (isBlank) return required ? 'is required' : undefined;
  if (type === 'integer' && !/^-?\d{1,9}$/.test(value.trim())) return 'must be a whole number of at most 9 digits';
  if (type === 'date' && !isDay(value)) return 'must be a day such as 2027-01-31, from 1970 to 9998';
  if (type === 'select' && !options?.some(([choice]) => choice === value)) return 'must be one of the choices';
  return undefined;
};

/** The entries of a form, as its fields say. */
export class FormValues<F extends Fields = Fields> {
  readonly #body: Readonly<Record<string, string>>;

  constructor(body: Readonly<Record<string, string>>) {
    this.#body = body;
  }

  /** As it was sent; blank where it was not. */
  text(name: keyof F & string): string {
    return this.#body[name] ?? '';
  }

  /** Without spaces around it; blank where it was not sent. */
  trimmed(name: keyof F & string): string {
    return this.text(name).trim();
  }

  /** Without spaces around it; `undefined`: blank. */
  given(name: keyof F & string): string | undefined {
    return this.trimmed(name) || undefined;
  }

  /** The value that the form showed. Its fields include {@link SHOWN}. */
  shown(name: string): string {
    return shownIn(this.#body.shown, name);
  }

  /** Whether it differs from what the form showed. */
  isChanged(name: keyof F & string): boolean {
    return this.text(name).replaceAll('\r\n', '\n') !== this.shown(name);
  }

  secret(name: keyof F & string): Secret {
    return new Secret(this.text(name));
  }

  /** A secret that was copied from an email, perhaps with the spaces around it. */
  code(name: keyof F & string): Secret {
    return new Secret(this.trimmed(name));
  }

  /** Of a field of the type `integer`; `undefined`: blank. */
  integer(name: keyof F & string): number | undefined {
    const text = this.given(name);
    return text === undefined ? undefined : Number(text);
  }

  /** Of a field of the type `date`: the start of that day in UTC, RFC 3339; `undefined`: blank. */
  date(name: keyof F & string): string | undefined {
    const text = this.given(name);
    return text === undefined ? undefined : `${text}T00:00:00Z`;
  }

  isChecked(name: keyof F & string): boolean {
    return this.text(name) === 'on';
  }

  /** Words between spaces, commas and line breaks. */
  words(name: keyof F & string): string[] {
    return this.text(name)
      .split(/[\s,]+/)
      .filter((word) => word !== '');
  }
}

/** The markup of a form that is only a button. @param button its attributes @param entries hidden fields */
export const buttonForm = (page: PageRequest, action: string, label: string, button?: Texts, entries?: Texts): Html => {
  const hidden =
    entries &&
    Object.entries(entries).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
  return html`<form method="post" action="${action}">${hiddenFields(page)}${hidden}<button${button && attributes(button)}>${label}</button></form>`;
};

type Texts = Readonly<Record<string, string>>;
