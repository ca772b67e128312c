import { t } from '../localize.ts';

/** Characters that Lambda takes, at most. */
const LONGEST = 128;

/** What is wrong with the name of a new alias (Lambda's API: `(?!^[0-9]+$)([a-zA-Z0-9-_]+)`, 1 to 128); nothing where it can be had. */
export function aliasNameMistake(name: string, taken: readonly string[]): string | undefined {
  if (name === '') return t('A name, please: prod, live, canary …');
  if (!/^[\w-]+$/.test(name))
    return t('“{0}” can’t be a name: letters, digits, dashes and underscores can.', name);
  if (/^\d+$/.test(name)) return t('“{0}” would be a version: a name needs more than digits.', name);
  if (name.length > LONGEST) return t('{0} characters are too many: Lambda takes {1}.', name.length, LONGEST);
  return taken.includes(name) ? t('There is an alias {0} already.', name) : undefined;
}
