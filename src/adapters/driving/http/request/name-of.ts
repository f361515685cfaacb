const LONGEST = 60;

/** A field's name as a sentence may show it: the client chose it, so it may be anything. */
export const nameOf = (field: string): string => {
  const name = field.slice(0, LONGEST).toWellFormed();
  return name === '' ? 'A field without a name' : name;
};
