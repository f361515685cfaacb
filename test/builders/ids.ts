/** A UUIDv7 of New Year 2026. A greater `n` sorts later, so `anId(1)` came before `anId(2)`. */
export const anId = (n: number): string => `019b76da-a800-7000-8000-${n.toString(16).padStart(12, '0')}`;
