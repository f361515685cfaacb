#!/usr/bin/env node
import './enable-compile-cache.js';

await import('./cli.ts');
