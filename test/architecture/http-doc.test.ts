import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { routesOf, startProduction } from '../http/access-table.ts';
import { operationsOf, pathOf, VALID_BODIES } from '../http/operations.ts';
import { ADMIN_KEY } from '../http/test-app.ts';

const page = readFileSync(new URL('../../docs/http.md', import.meta.url), 'utf8');

const unnamed = (route: string): string => route.replaceAll(/\{\w+\}/g, '{}');

/** The routes in a row, where `unban` after `POST /users/{id}/ban` is short for `POST /users/{id}/unban`. */
const routesIn = (row: string): string[] => {
  const routes: string[] = [];
  for (const [, code = ''] of (row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)) {
    if (/^[A-Z]+ \//.test(code)) routes.push(unnamed(code));
    else if (/^[a-z]+$/.test(code)) routes.push((routes.at(-1) ?? '').replace(/[^/]+$/, code));
  }
  return routes;
};

const rowsUnder = (heading: string): string[] =>
  (page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| '));

describe('docs/http.md', () => {
  it('names every route that takes a step-up', async () => {
    await using app = await startProduction();
    const taking = routesOf(app).flatMap(({ route, takesStepUp }) => (takesStepUp ? unnamed(route) : []));
    assert.deepEqual(rowsUnder('Step-up').flatMap(routesIn).sort(), taking.sort());
  });

  it('names every route that takes or rejects Idempotency-Key', async () => {
    await using app = await startProduction();
    const routes: { taken: string[]; rejected: string[] } = { taken: [], rejected: [] };
    for (const operation of operationsOf(app)) {
      const { method, template, operationId, parameters } = operation;
      const route = unnamed(`${method} ${template}`);
      if (parameters.some(({ name }) => name === 'Idempotency-Key')) routes.taken.push(route);
      const json = VALID_BODIES[operationId];
      const ask = { bearer: ADMIN_KEY, headers: { 'idempotency-key': 'k1' }, ...(json && { json }) };
      const { status, body } = await app.call(method, pathOf(operation), ask);
      if (status === 400 && body.includes('does not take Idempotency-Key')) routes.rejected.push(route);
    }
    const [, taken = '', rejected = ''] = rowsUnder('Repeated requests');
    assert.deepEqual(routesIn(taken).sort(), routes.taken.sort());
    assert.deepEqual(routesIn(rejected).sort(), routes.rejected.sort());
  });
});
