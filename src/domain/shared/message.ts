/** Fields that a message may name. Each edge has its own name for them: HTTP `max_activations`, the CLI `--seats`. */
export type Field =
  | 'action'
  | 'actorKind'
  | 'age'
  | 'complexity'
  | 'count'
  | 'currentPassword'
  | 'days'
  | 'email'
  | 'entitlements'
  | 'expiresAt'
  | 'expiresBefore'
  | 'expiresInDays'
  | 'fingerprint'
  | 'from'
  | 'graceDays'
  | 'length'
  | 'maxActivations'
  | 'metadata'
  | 'name'
  | 'nationalities'
  | 'networks'
  | 'overlapS'
  | 'password'
  | 'product'
  | 'products'
  | 'scopes'
  | 'reason'
  | 'seed'
  | 'startsAt'
  | 'subjectKind'
  | 'to'
  | 'ttl';

/** A field, a number, or a list of words. */
type Value = Field | number | readonly string[];

/** A message for people that may name fields. Contains no secret. */
export class Message {
  readonly #texts: readonly string[];
  readonly #values: readonly Value[];

  constructor(texts: readonly string[], values: readonly Value[]) {
    this.#texts = texts;
    this.#values = values;
  }

  /** The field that the message is about: the first that it names. */
  get field(): Field | undefined {
    return this.#values.find((value) => typeof value === 'string');
  }

  /** @param nameOf the name of a field where the message is shown */
  render(nameOf: (field: Field) => string): string {
    const shown = this.#values.map((value) => {
      if (typeof value === 'string') return nameOf(value);
      return typeof value === 'number' ? value : value.join(', ');
    });
    return String.raw({ raw: this.#texts }, ...shown);
  }
}

/** Tag for a message: message`${'expiresAt'} must be after ${'startsAt'}.` */
export const message = (texts: TemplateStringsArray, ...values: readonly Value[]): Message =>
  new Message(texts, values);
