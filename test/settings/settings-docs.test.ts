import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parseEnv } from 'node:util';
import { SETTINGS, type Setting } from '../../src/composition/config/settings.ts';
import { settingsFiles } from './settings-docs.ts';

describe('The files generated from the settings', () => {
  for (const { file, text } of settingsFiles()) {
    it(`${file.pathname.split('/').at(-1)} is up to date; if not, run \`npm run settings\``, () => {
      assert.equal(readFileSync(file, 'utf8'), text);
    });
  }
});

describe('.env.example', () => {
  const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');

  it('sets nothing until a line is uncommented', () => {
    assert.deepEqual({ ...parseEnv(example) }, {});
  });

  it('sets every setting to its default once all lines are uncommented', () => {
    const defaults = Object.entries<Setting>(SETTINGS).map(([name, { default: value = '' }]) => [name, value]);
    assert.deepEqual({ ...parseEnv(example.replace(/^#(?=[A-Z])/gm, '')) }, Object.fromEntries(defaults));
  });

  it('holds no secret', () => {
    const secrets = Object.values<Setting>(SETTINGS).filter(({ secret }) => secret);
    const set = secrets.flatMap(({ default: value }) => value ?? []);
    assert.deepEqual(set, ['file:./data/guildhall.db', 'console:']);
  });
});
