import type { Brand } from '../shared/brand.ts';
import { DomainError } from '../shared/domain-error.ts';
import { codePoints, hasControlCharacters, toNfc } from '../shared/unicode.ts';

/** What a license is for, as the vendor calls it: 1 to 100 characters on one line. */
export type Product = Brand<string, 'Product'>;

const MAX_LENGTH = 100;

export const Product = {
  /** @throws {DomainError} license.invalid */
  parse(raw: string): Product {
    const product = toNfc(raw);
    if (
      !product.isWellFormed() ||
      hasControlCharacters(product) ||
      product.trim() === '' ||
      codePoints(product) > MAX_LENGTH
    ) {
      throw new DomainError('license.invalid', `product must be 1 to ${MAX_LENGTH} characters on one line.`);
    }
    return product as Product;
  },

  /** What somebody asks for; text that is no product is the product of no license. */
  normalize(raw: string): Product {
    return toNfc(raw) as Product;
  },
};
