import './enable-compile-cache.js';

await import('./main.ts');
