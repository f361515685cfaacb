export const ADMIN_KEY = 'bench-admin-key-0123456789-abcdefghijklmnop';

/**
 * The settings that the measurement needs; all others are defaults. All load comes from one address, which VALIDATE_LIMIT
 * would block after 600 validations per minute.
 */
export const SETTINGS = { ADMIN_API_KEY: ADMIN_KEY, VALIDATE_LIMIT: '1000000' };
