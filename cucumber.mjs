/** One profile an assembly; features/support/assemblies.ts says how each is put together. */
const on = (assembly, parallel = 0) => ({
  import: ['features/support/**/*.ts', 'features/steps/**/*.ts'],
  strict: true,
  format: ['summary'],
  worldParameters: { assembly },
  parallel,
});

export const core = on('core');
// Two processes halve their time on two cores.
export const http = on('http', 2);
export const postgres = on('postgres', 2);
export default core;
