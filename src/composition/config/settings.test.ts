import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parseEnv } from 'node:util';
import { SETTINGS, type Setting } from './settings.ts';

const read = (file: string): string => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');

const [, ...blocks] = read('.env.example').trimEnd().split('\n\n');

const told = blocks.map((block) => {
  const lines = block.split('\n');
  const comments = lines.slice(0, -1).map((line) => line.replace(/^# /, ''));
  return { comments, ...parseEnv(lines.at(-1)?.replace(/^#/, '') ?? '') };
});

const known = Object.entries<Setting>(SETTINGS).map(([name, { meaning, isSecret, default: value = '' }]) => ({
  comments: [meaning, ...(isSecret ? [`From a file instead: ${name}_FILE`] : [])],
  [name]: value,
}));

describe('.env.example', () => {
  it('tells every setting there is and no other, with its meaning and its default', () => {
    assert.deepEqual(told, known);
  });

  it('sets nothing before somebody takes a # away', () => {
    assert.deepEqual({ ...parseEnv(read('.env.example')) }, {});
  });

  it('holds no secret', () => {
    const secrets = Object.entries<Setting>(SETTINGS).filter(([, { isSecret }]) => isSecret);
    const set = secrets.flatMap(([, { default: value }]) => value ?? []);
    assert.deepEqual(set, ['file:./data/guildhall.db', 'console:']);
  });
});
