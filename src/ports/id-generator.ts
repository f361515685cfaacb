/** Ids for new entities. */
export interface IdGenerator {
  /** A UUIDv7 in lower case, greater than every one before. */
  next(): string;
}
