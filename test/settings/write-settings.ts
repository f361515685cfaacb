import { writeFileSync } from 'node:fs';
import { settingsFiles } from './settings-docs.ts';

for (const { file, text } of settingsFiles()) writeFileSync(file, text);
