import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { printedCredentials } from './credentials.ts';

describe('the table of credentials', () => {
  it('shows what would act on a terminal, and leaves names in any script alone', async () => {
    let printed = '';
    const credentials = printedCredentials((text) => {
      printed += text;
    });
    credentials.add({ name: 'evil\u202Eada', email: 'ada@example.com', password: 'a"b|c%1' });
    credentials.add({ name: 'آرمین کریمی', email: 'o\u2019hara@example.com', password: 'abcdef' });
    await credentials.close();
    assert.match(printed, /│ evil\\u202eada +│ ada@example\.com +│ a"b\|c%1 +│/);
    assert.match(printed, /│ آرمین کریمی +│ o’hara@example\.com +│ abcdef +│/);
  });

  it('has 80 columns with whole passwords', async () => {
    let printed = '';
    const credentials = printedCredentials((text) => {
      printed += text;
    });
    const password = 'p'.repeat(32);
    credentials.add({ name: 'Ada'.repeat(20), email: `${'ada'.repeat(10)}@example.com`, password });
    await credentials.close();
    assert.ok(Math.max(...printed.split('\n').map(({ length }) => length)) <= 80, printed);
    assert.ok(printed.includes(`│ ${password} │`), printed);
  });

  it('is not left where no user was created', async () => {
    let printed = '';
    await printedCredentials((text) => {
      printed += text;
    }).close();
    assert.equal(printed, '');
  });
});
