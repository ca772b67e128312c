import type { AliasSummary } from '../../protocol/model.ts';
import { t } from '../localize.ts';

/** Where an alias sends invocations, by version, the primary one first. Percent, together 100. */
export interface Share {
  readonly version: string;
  readonly percent: number;
}

export function sharesOf({
  version,
  additional,
}: Pick<AliasSummary, 'version' | 'additional'>): readonly Share[] {
  if (additional === undefined) return [{ version, percent: 100 }];
  const percent = percentOf(additional.weight);
  return [
    { version, percent: rounded(100 - percent) },
    { version: additional.version, percent },
  ];
}

/** `v3`, or `90 % v3 · 10 % v4`. */
export function splitText(alias: Pick<AliasSummary, 'version' | 'additional'>): string {
  const shares = sharesOf(alias);
  const [only] = shares;
  return shares.length === 1 && only !== undefined
    ? versionName(only.version)
    : shares.map(({ version, percent }) => `${percent} % ${versionName(version)}`).join(' · ');
}

/** What a screen reader says of it. */
export function spokenSplit(alias: Pick<AliasSummary, 'version' | 'additional'>): string {
  return sharesOf(alias)
    .map(({ version, percent }) =>
      percent === 100 ? t('version {0}', version) : t('{0} percent to version {1}', percent, version),
    )
    .join(', ');
}

/** `v3`; `$LATEST` is a name already. */
export const versionName = (version: string): string => (version === '$LATEST' ? version : `v${version}`);

/** A weight, 0 to 1, in percent; two decimals at the most. */
export const percentOf = (weight: number): number => rounded(weight * 100);

const rounded = (percent: number): number => Math.round(percent * 100) / 100;
