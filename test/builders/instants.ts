import { Instant } from '../../src/domain/shared/instant.ts';

/** When every test begins, unless it says otherwise. */
export const NEW_YEAR = Instant.parse('2026-01-01T00:00:00.000Z');
