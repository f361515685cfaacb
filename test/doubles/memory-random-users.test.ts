import { randomUserSourceContract } from '../contracts/random-user-source.contract.ts';
import { MemoryRandomUsers } from './memory-random-users.ts';

randomUserSourceContract('memory', async () => new MemoryRandomUsers());
