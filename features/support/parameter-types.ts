import { defineParameterType } from '@cucumber/cucumber';
import { DURATION, msOf } from './durations.ts';
import type { Person } from './person.ts';
import { REASONS, type Refusal } from './refusal.ts';
import type { AppWorld } from './world.ts';

const NAME = /the administrator|a stranger|[A-Z][^\s,'"]+/;

defineParameterType({
  name: 'person',
  regexp: new RegExp(`${NAME.source}|she|her|he|him|they|them`),
  transformer(this: AppWorld, word: string): Person {
    return this.people.called(SUBJECTS_OF[word] ?? word);
  },
});

/** Who `her` is, is who `she` is. */
const SUBJECTS_OF: Readonly<Record<string, string>> = { her: 'she', him: 'he', them: 'they' };

const POSSESSIVES: Readonly<Record<string, string>> = { her: 'she', hers: 'she', his: 'he', their: 'they' };

defineParameterType({
  name: 'whose',
  regexp: new RegExp(`(?:${NAME.source})'s|hers|her|his|their`),
  transformer(this: AppWorld, word: string): Person {
    return this.people.called(POSSESSIVES[word] ?? word.replace(/'s$/, ''));
  },
});

defineParameterType({
  name: 'people',
  regexp: /[A-Z][^\s,'"]+(?:, [A-Z][^\s,'"]+)* and [A-Z][^\s,'"]+/,
  transformer(this: AppWorld, words: string): Person[] {
    return words.split(/, | and /).map((name) => this.people.called(name));
  },
});

defineParameterType({ name: 'device', regexp: /laptop|phone|tablet/, transformer: (word: string) => word });

defineParameterType({ name: 'duration', regexp: DURATION, transformer: msOf });

defineParameterType({
  name: 'reason',
  regexp: Object.keys(REASONS),
  transformer: (words: string) => REASONS[words] as Refusal['code'],
});

const SUBJECTS: Readonly<Record<string, string>> = {
  'welcome letter': 'Welcome to Guildhall',
  'reset letter': 'Reset your password',
  'letter about the new password': 'Your password has changed',
  'letter about the new address': 'Your e-mail address has changed',
};

defineParameterType({
  name: 'letter',
  regexp: Object.keys(SUBJECTS),
  transformer: (words: string) => SUBJECTS[words] as string,
});
