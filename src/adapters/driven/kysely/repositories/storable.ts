/** PostgreSQL keeps any text but this, and takes a question that holds it for a mistake. */
const NUL = '\0';

/** Can there be a row with this text? What somebody typed need not be so; then nobody has it. */
export const isStorable = (text: string): boolean => !text.includes(NUL);

/** What others told us, with a mark where it could not be kept as it was. */
export const storable = (text: string): string => text.replaceAll(NUL, '\uFFFD');
