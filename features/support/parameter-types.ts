import { defineParameterType } from '@cucumber/cucumber';
import { DURATION, msOf } from './durations.ts';
import { type AppError, REASONS } from './expected-errors.ts';
import type { Person } from './person.ts';
import type { AppWorld } from './world.ts';

const NAME = /the administrator|an anonymous client|the build server|[A-Z][^\s,'"]+/;

defineParameterType({
  name: 'person',
  regexp: new RegExp(`${NAME.source}|she|her|he|him|they|them`),
  transformer(this: AppWorld, word: string): Person {
    return this.people.called(SUBJECTS_OF[word] ?? word);
  },
});

/** Object forms refer to the same person as the subject form. */
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
  transformer: (words: string) => REASONS[words] as AppError['code'],
});

const SUBJECTS: Readonly<Record<string, string>> = {
  'welcome email': 'Welcome to Guildhall',
  'reset email': 'Reset your password',
  'email about the new password': 'Your password has changed',
  'email about the new address': 'Your email address has changed',
  'email about the used password': 'Your password was used on a new network',
  'email about locked log-ins': 'Log-ins to your account are locked',
  'confirmation email': 'Confirm your email address',
  'email about the existing account': 'You already have an account',
  'email about the requested change': 'A new email address was requested',
  'email about another account': 'Your address was requested for another account',
  'email about the new factor': 'Your second factor is set up',
  'email with the key': 'Your license key',
  'email about the removed factor': 'Your second factor was removed',
};

defineParameterType({
  name: 'email',
  regexp: Object.keys(SUBJECTS),
  transformer: (words: string) => SUBJECTS[words] as string,
});
