/** One profile an assembly; features/support/assemblies.ts says how each is put together. */
const on = (assembly, parallel = 0) => ({
  import: ['features/support/**/*.ts', 'features/steps/**/*.ts'],
  strict: true,
  format: ['summary'],
  worldParameters: { assembly },
  parallel,
});

export const core = on('core');
// Most scenarios wait for hashes, commits or connections, so two processes end sooner than one.
export const http = on('http', 2);
export const postgres = on('postgres', 2);
export default core;
