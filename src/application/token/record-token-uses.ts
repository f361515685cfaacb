import type { ApiTokenId } from '../../domain/access/api-token.ts';
import type { TokenUse } from '../../ports/api-token-repository.ts';
import type { Ports } from '../../ports/ports.ts';
import { UseCase } from '../use-case.ts';

/**
 * Buffers the last use of each API token in memory, so that a request does not write. A killed process loses its buffer,
 * which is acceptable for informational fields.
 */
export class TokenUseBuffer {
  #latest = new Map<ApiTokenId, TokenUse>();

  add(use: TokenUse): void {
    this.#latest.set(use.id, use);
  }

  /** Empties the buffer. */
  take(): readonly TokenUse[] {
    const uses = [...this.#latest.values()];
    this.#latest = new Map();
    return uses;
  }
}

/** Tokens in one unit of work, which on SQLite stops the event loop: 1,000 of them for 32 ms. */
const MAX_TOKENS_AT_ONCE = 64;

/** Stores the buffered uses of API tokens in small units of work, between which requests are answered. */
export class RecordTokenUses extends UseCase<Pick<Ports, 'unitOfWork'> & { tokenUses: TokenUseBuffer }> {
  async execute(): Promise<void> {
    const uses = this.deps.tokenUses.take();
    for (let start = 0; start < uses.length; start += MAX_TOKENS_AT_ONCE) {
      const few = uses.slice(start, start + MAX_TOKENS_AT_ONCE);
      await this.deps.unitOfWork.run(({ apiTokens }) => apiTokens.touchLastUsed(few));
    }
  }
}
