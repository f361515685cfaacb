const common = {
  import: ['features/support/**/*.ts', 'features/steps/**/*.ts'],
  strict: true,
  format: ['summary'],
};

export default { ...common, worldParameters: { assembly: 'core' } };
export const core = { ...common, worldParameters: { assembly: 'core' } };
export const http = { ...common, worldParameters: { assembly: 'http' } };
