type Content = Readonly<Record<string, { schema?: { required?: readonly string[]; minProperties?: number } }>>;

/** Where every field may be left out, the whole body may: it is then read as an empty one. */
export const mayBeLeftOut = (content: Content): boolean =>
  Object.values(content).every(({ schema = {} }) => (schema.required ?? []).length + (schema.minProperties ?? 0) === 0);
