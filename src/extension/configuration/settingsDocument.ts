import { settingNames } from '../../client/functionSettings.ts';
import type { FunctionSettings, SettingChange, SettingName } from '../../client/functionSettings.ts';
import { eventMistake } from '../events/eventText.ts';
import { t } from '../localize.ts';

/** Settings as the text of a document. */
export const settingsText = (settings: FunctionSettings): string =>
  `${JSON.stringify(settings, undefined, 2)}\n`;

/** The settings that a document says, or what is wrong with it. Values are not looked at: the host knows what it takes. */
export function readSettings(
  text: string,
): { readonly settings: FunctionSettings } | { readonly mistake: string } {
  const mistake = text.trim() === '' ? { message: t('it is empty') } : eventMistake(text);
  if (mistake !== undefined) return { mistake: t('This is no JSON: {0}.', mistake.message) };
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { mistake: t('A configuration is a JSON object: { "MemorySize": 256, … }.') };
  const unknown = Object.keys(value).filter(name => !isSettingName(name));
  if (unknown.length > 0)
    return {
      mistake: t('{0} can’t be configured here. There are {1}.', unknown.join(', '), settingNames.join(', ')),
    };
  return { settings: value };
}

const isSettingName = (name: string): name is SettingName =>
  (settingNames as readonly string[]).includes(name);

/** `MemorySize 128 → 256, Environment`: values only where they are short, and never those of variables. */
export function changesText(changes: readonly SettingChange[]): string {
  return changes
    .map(({ name, before, after }) =>
      isShort(before) && isShort(after) ? `${name} ${shown(before)} → ${shown(after)}` : name,
    )
    .join(', ');
}

const LONGEST_VALUE = 40;

const isShort = (value: unknown): value is string | number | undefined =>
  value === undefined ||
  typeof value === 'number' ||
  (typeof value === 'string' && value.length <= LONGEST_VALUE);

const shown = (value: string | number | undefined): string =>
  value === undefined || value === '' ? t('none') : String(value);
