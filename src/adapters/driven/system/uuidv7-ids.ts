import { v7 } from 'uuid';
import type { IdGenerator } from '../../../ports/id-generator.ts';

/** UUIDv7: ordered within a process, even when the clock is set back. */
export class Uuidv7Ids implements IdGenerator {
  next(): string {
    return v7();
  }
}
