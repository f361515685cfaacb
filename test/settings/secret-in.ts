import { ConfigError } from '../../src/composition/config/setting-types.ts';
import { SETTINGS, type Setting, type SettingName } from '../../src/composition/config/settings.ts';

/** Lower-case letters and digits, so that no parser changes it. */
export const A_SECRET = 'a0secret0that0no0page0may0contain0';

/** These are an address of a mailbox and a path, although their types take any text. */
const NO_URL: ReadonlySet<string> = new Set(['MAIL_FROM', 'BRAND_LOGO']);

/** Values of this setting with a secret in them: the value itself, or the password of an address. */
export const withSecretIn = (name: SettingName): readonly string[] => {
  const { type, secret }: Setting = SETTINGS[name];
  const addresses = ['https', 'smtp', 'smtps', 'postgres', 'postgresql'].map(
    (scheme) => `${scheme}://user:${A_SECRET}@127.0.0.1:9${scheme.startsWith('postgres') ? '/guildhall' : ''}`,
  );
  const candidates = [...(NO_URL.has(name) ? [] : addresses), ...(secret ? [A_SECRET, `file:${A_SECRET}`] : [])];
  return candidates.filter((candidate) => {
    try {
      type.parse(candidate, name);
      return name !== 'MAIL_URL' || /^smtps?:/.test(candidate);
    } catch (error) {
      if (error instanceof ConfigError) return false;
      throw error;
    }
  });
};
