import { isDeepStrictEqual } from 'node:util';
import type { SettingsGroup, ShownSetting } from '../../adapters/driving/pages/settings/views.ts';
import { SETTINGS_BY_GROUP, type Setting, type SettingName, type Settings } from './settings.ts';

/** The values in effect of the settings whose value depends on others. */
export type DependentValues = Readonly<Partial<Record<SettingName, string | undefined>>>;

/**
 * The settings in effect, by group, without a secret.
 * @param given the text of each setting that is set; empty for a secret
 */
export const settingsInEffect = (
  settings: Settings,
  given: ReadonlyMap<SettingName, string>,
  dependentIn: (settings: Settings) => DependentValues,
): readonly SettingsGroup[] => {
  const dependent = dependentIn(settings);
  const shown = (name: SettingName, { type, default: standard, secret, docs }: Setting): ShownSetting => {
    const isSecret = secret === true;
    const isSet = given.has(name);
    const parsed = standard === undefined ? undefined : type.parse(standard, name);
    const isDependent = Object.hasOwn(dependent, name);
    const byDefault = isDependent ? dependentIn({ ...settings, [name]: parsed })[name] : standard;
    const value = isDependent ? dependent[name] : (given.get(name) ?? standard);
    return {
      name,
      docs,
      isSecret,
      isSet,
      value: isSecret ? undefined : withoutPassword(value),
      default: withoutPassword(byDefault),
      isChanged: isSet && !isDeepStrictEqual(settings[name], parsed) && (isSecret || value !== byDefault),
    };
  };
  return Object.entries<Readonly<Record<string, Setting>>>(SETTINGS_BY_GROUP).map(([title, group]) => ({
    title,
    settings: Object.entries(group).map(([name, setting]) => shown(name as SettingName, setting)),
  }));
};

/** `undefined`: blank. */
const withoutPassword = (text: string | undefined): string | undefined =>
  text?.replaceAll(/(\/\/)[^/?#\s]*@/g, '$1…@') || undefined;
