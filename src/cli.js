#!/usr/bin/env node
import './faster-imports.js';

await import('./cli.ts');
