import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { PasswordScenario } from '../../../application/password/try-password-scenarios.ts';
import { scenarioTable } from './scenario-table.ts';

const scenarios: readonly PasswordScenario[] = [
  { length: 8, complexity: 1, expected: 2, got: 2, isSuccess: true },
  { length: 8, complexity: 4, expected: 4, got: 3, isSuccess: false },
];

describe('the table of scenarios', () => {
  it('shows a failure in its line and in the sum', async () => {
    const table = await scenarioTable(scenarios, false);
    assert.match(table, /│ +8 │ +1 │ +2 │ +2 │ success │/);
    assert.match(table, /│ +8 │ +4 │ +4 │ +3 │ FAIL +│/);
    assert.match(table, /2 scenarios: 1 success, 1 fail\n$/);
  });

  it('is green and red where colours are shown, and as wide as without', async () => {
    const colored = await scenarioTable(scenarios, true);
    assert.ok(colored.includes('\u001b[32msuccess\u001b[39m'));
    assert.ok(colored.includes('\u001b[31mFAIL\u001b[39m'));
    assert.equal(stripVTControlCharacters(colored), await scenarioTable(scenarios, false));
  });
});
