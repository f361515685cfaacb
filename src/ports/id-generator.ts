/** Names for new things. */
export interface IdGenerator {
  /** A UUIDv7 in lower case, greater than every one given out before. */
  next(): string;
}
