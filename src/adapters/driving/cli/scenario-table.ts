import { styleText } from 'node:util';
import type { PasswordScenario } from '../../../application/password/try-password-scenarios.ts';

/** One line a scenario, and a sum at the end. */
export const scenarioTable = async (scenarios: readonly PasswordScenario[], hasColors: boolean): Promise<string> => {
  const { default: Table } = await import('cli-table3');
  const paint = (color: 'green' | 'red', text: string) =>
    hasColors ? styleText(color, text, { validateStream: false }) : text;
  const table = new Table({
    head: ['length', 'level asked', 'level expected', 'level got', 'result'],
    colAligns: ['right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const { length, complexity, expected, got, isSuccess } of scenarios) {
    const result = isSuccess ? paint('green', 'success') : paint('red', 'FAIL');
    table.push([length, complexity, expected, got, result]);
  }
  const failed = scenarios.filter(({ isSuccess }) => !isSuccess).length;
  const sum = `${scenarios.length} scenarios: ${scenarios.length - failed} success, ${failed} fail`;
  const why = 'Expected is one more than asked from 8 characters on, where levels 1 and 2 count one more.';
  return `${table.toString()}\n${why}\n${paint(failed === 0 ? 'green' : 'red', sum)}\n`;
};

export const scenariosAsJson = (scenarios: readonly PasswordScenario[]): string =>
  `${JSON.stringify(
    scenarios.map(({ length, complexity, expected, got, isSuccess }) => ({
      length,
      complexity,
      expected,
      got,
      success: isSuccess,
    })),
    null,
    2,
  )}\n`;
