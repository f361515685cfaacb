import './faster-imports.js';

await import('./main.ts');
