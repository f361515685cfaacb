import { v7 } from 'uuid';
import type { IdGenerator } from '../../../ports/id-generator.ts';

/** Time first, then a counter that starts at random: in order within a process, even when its clock is set back. */
export class Uuidv7Ids implements IdGenerator {
  next(): string {
    return v7();
  }
}
