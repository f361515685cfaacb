import assert from 'node:assert/strict';
import { ADMIN_KEY } from '../../test/http/test-app.ts';
import type { AppDriver } from './app-driver.ts';
import { Person, type Pronoun } from './person.ts';

const CAST: Readonly<Record<string, Pronoun>> = {
  Ada: 'she',
  Alan: 'he',
  Alice: 'she',
  Bob: 'he',
  Grace: 'she',
  Linus: 'he',
  Mallory: 'he',
  Margaret: 'she',
  Renée: 'she',
  'a stranger': 'they',
  'the administrator': 'they',
};

/** Everybody in a scenario, and where they are. `she` is the last woman that a step named. */
export class People {
  readonly #app: () => AppDriver;
  readonly #everybody = new Map<string, Person>();
  readonly #ips = new Map<string, string>();
  #named: readonly Person[] = [];

  constructor(app: () => AppDriver) {
    this.#app = app;
  }

  /** @param word a name, or a pronoun for who was named last */
  called(word: string): Person {
    const person =
      this.#named.findLast(({ pronoun }) => pronoun === word) ?? this.#everybody.get(word) ?? this.#enter(word);
    this.#named = [...this.#named, person];
    return person;
  }

  get administrator(): Person {
    return this.#everybody.get('the administrator') ?? this.#enter('the administrator');
  }

  /** Each place has one address of the net, which whoever is there shares. */
  ipOf(place: string): string {
    const ip = this.#ips.get(place) ?? `192.0.2.${this.#ips.size + 1}`;
    this.#ips.set(place, ip);
    return ip;
  }

  #enter(name: string): Person {
    const pronoun = CAST[name] ?? assert.fail(`Nobody is called "${name}"; the cast is in people.ts`);
    const adminKey = name === 'the administrator' ? { adminKey: ADMIN_KEY } : {};
    const person = new Person({ name, pronoun, ip: this.ipOf(`home of ${name}`), ...adminKey }, this.#app);
    this.#everybody.set(name, person);
    return person;
  }
}
