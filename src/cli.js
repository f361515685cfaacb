#!/usr/bin/env node
import './keep-compiled-code.js';

await import('./cli.ts');
