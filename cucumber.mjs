/** One profile an assembly; features/support/assemblies.ts says how each is put together. */
const on = (assembly) => ({
  import: ['features/support/**/*.ts', 'features/steps/**/*.ts'],
  strict: true,
  format: ['summary'],
  worldParameters: { assembly },
});

export const core = on('core');
export const http = on('http');
export const postgres = on('postgres');
export default core;
