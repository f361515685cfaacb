import { mkdirSync, writeFileSync } from 'node:fs';
import { startTestApp } from '../http/test-app.ts';

/** Writes what `/docs/json` serves to `build/openapi.json`, for the linter. */
await using app = await startTestApp();
const answer = await app.call('GET', '/docs/json');
mkdirSync('build', { recursive: true });
writeFileSync('build/openapi.json', answer.body);
console.log(`build/openapi.json: ${Object.keys(answer.json().paths).length} paths`);
