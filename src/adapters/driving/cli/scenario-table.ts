import type { PasswordScenario } from '../../../application/password/try-password-scenarios.ts';
import { asJson, paint } from './output.ts';

/** One line for each scenario, and the totals at the end. */
export const scenarioTable = async (scenarios: readonly PasswordScenario[], hasColors: boolean): Promise<string> => {
  const { default: Table } = await import('cli-table3');
  const table = new Table({
    head: ['length', 'level asked', 'level expected', 'level got', 'result'],
    colAligns: ['right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const { length, complexity, expected, got, isSuccess } of scenarios) {
    const result = isSuccess ? paint(hasColors, 'green', 'success') : paint(hasColors, 'red', 'FAIL');
    table.push([length, complexity, expected, got, result]);
  }
  const failed = scenarios.filter(({ isSuccess }) => !isSuccess).length;
  const sum = `${scenarios.length} scenarios: ${scenarios.length - failed} success, ${failed} fail`;
  const why = 'From 8 characters on, complexity 1 has level 2, and complexity 2 has level 3.';
  return `${table.toString()}\n${why}\n${paint(hasColors, failed === 0 ? 'green' : 'red', sum)}\n`;
};

export const scenariosAsJson = (scenarios: readonly PasswordScenario[]): string =>
  asJson(
    scenarios.map(({ length, complexity, expected, got, isSuccess: success }) => ({
      length,
      complexity,
      expected,
      got,
      success,
    })),
  );
