export const ADMIN_KEY = 'bench-admin-key-0123456789-abcdefghijklmnop';

/**
 * What the measurement needs and nothing else; the rest are the defaults. All load comes from one address, which
 * VALIDATE_LIMIT would stop after 600 questions a minute.
 */
export const SETTINGS = { ADMIN_API_KEY: ADMIN_KEY, VALIDATE_LIMIT: '1000000' };
