import assert from 'node:assert/strict';
import { ADMIN_KEY } from '../../test/http/test-app.ts';
import type { AppDriver } from './app-driver.ts';
import { Person, type Pronoun } from './person.ts';

const CAST: Readonly<Record<string, Pronoun>> = {
  Ada: 'she',
  Admin: 'they',
  Alan: 'he',
  Alice: 'she',
  Bob: 'he',
  Grace: 'she',
  Linus: 'he',
  Mallory: 'he',
  Margaret: 'she',
  Renée: 'she',
  'an anonymous client': 'they',
  'the build server': 'they',
  'the administrator': 'they',
};

/** The people of a scenario and their networks. A pronoun is the last person named with it. */
export class People {
  readonly #app: () => AppDriver;
  readonly #people = new Map<string, Person>();
  readonly #ips = new Map<string, string>();
  #named: readonly Person[] = [];

  constructor(app: () => AppDriver) {
    this.#app = app;
  }

  /** @param word a name, or a pronoun for the last person named */
  called(word: string): Person {
    const person = this.#named.findLast(({ pronoun }) => pronoun === word) ?? this.#people.get(word) ?? this.#add(word);
    this.#named = [...this.#named, person];
    return person;
  }

  get administrator(): Person {
    return this.#people.get('the administrator') ?? this.#add('the administrator');
  }

  /** The IP address that all people of a place share. */
  ipOf(place: string): string {
    const ip = this.#ips.get(place) ?? `192.0.2.${this.#ips.size + 1}`;
    this.#ips.set(place, ip);
    return ip;
  }

  #add(name: string): Person {
    const pronoun = CAST[name] ?? assert.fail(`Unknown person "${name}"; see CAST in people.ts`);
    const adminKey = name === 'the administrator' ? { adminKey: ADMIN_KEY } : {};
    const person = new Person({ name, pronoun, ip: this.ipOf(`home of ${name}`), ...adminKey }, this.#app);
    this.#people.set(name, person);
    return person;
  }
}
