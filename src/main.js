import './keep-compiled-code.js';

await import('./main.ts');
