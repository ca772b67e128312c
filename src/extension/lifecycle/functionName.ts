import { t } from '../localize.ts';

/** Characters that Lambda takes (its API's page of CreateFunction). */
const LONGEST_NAME = 64;

/** What is wrong with the name of a new function; undefined where nothing is. */
export function functionNameMistake(name: string, taken: readonly string[]): string | undefined {
  if (name === '') return t('A function needs a name.');
  const foreign = /[^\w-]/.exec(name)?.[0];
  if (foreign !== undefined)
    return t('“{0}” can’t be in a name: letters, digits, hyphens and underscores can.', foreign);
  if (name.length > LONGEST_NAME)
    return t('{0} characters are too many: Lambda takes {1}.', name.length, LONGEST_NAME);
  return taken.includes(name) ? t('There is a function {0} already.', name) : undefined;
}
