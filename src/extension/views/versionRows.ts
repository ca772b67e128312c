import type { FunctionVersion } from '../../client/versions.ts';
import type { AliasSummary, FunctionSummary } from '../../protocol/model.ts';
import { percentOf, spokenSplit, splitText } from '../aliases/split.ts';
import { t } from '../localize.ts';
import { bytes } from './format.ts';
import { isDebuggable } from './functionRows.ts';
import { escapeMarkdown } from './row.ts';
import type { Row } from './row.ts';

type Live = Pick<FunctionSummary, 'name' | 'versions' | 'aliases'>;

/** Flags of a context value: what can be done with it. */
const flags = (noun: string, debuggable: boolean): string => (debuggable ? `${noun}+debuggable` : noun);

/** One published version: what it is called, whether `$LATEST` is the same, and who sends invocations to it. */
export function versionRow(version: FunctionVersion, live: Live): Row {
  const number = version.Version;
  const isCurrent = String(live.versions?.current) === number;
  const uses = (live.aliases ?? []).flatMap(alias => aliasUse(alias, number));
  const parts = [
    ...(version.Description ? [version.Description] : []),
    ...(isCurrent ? [t('same as $LATEST')] : []),
    ...uses,
    // As everywhere, only what is not as it should be is worth a word.
    ...(version.State === undefined || version.State === 'Active' ? [] : [version.State]),
  ];
  const facts: readonly (readonly [string, string | undefined])[] = [
    [t('Published'), version.LastModified?.replace('T', ' ').replace(/\.\d+.*$/, ' UTC')],
    [t('Runtime'), version.Runtime],
    [t('Handler'), version.Handler],
    [t('Memory'), version.MemorySize === undefined ? undefined : `${version.MemorySize} MB`],
    [t('Timeout'), version.Timeout === undefined ? undefined : `${version.Timeout} s`],
    [t('Code size'), version.CodeSize === undefined ? undefined : bytes(version.CodeSize)],
    [t('Code SHA-256'), version.CodeSha256],
  ];
  return {
    label: number,
    description: parts.join(' · '),
    icon: { id: 'git-commit' },
    tooltip: [
      `**${escapeMarkdown(t('Version {0} of {1}', number, live.name))}**`,
      ...(version.Description ? [escapeMarkdown(version.Description)] : []),
      facts
        .flatMap(([label, value]) =>
          value === undefined ? [] : [`${escapeMarkdown(label)}: ${escapeMarkdown(value)}`],
        )
        .join('  \n'),
    ].join('\n\n'),
    spoken: [t('Version {0} of {1}', number, live.name), ...parts].join(', '),
    context: flags('version', isDebuggable(version.Runtime ?? '')),
  };
}

/** `live`, or `live 10 %` where it sends only some. */
function aliasUse({ name, version, additional }: AliasSummary, number: string): string[] {
  if (additional === undefined) return version === number ? [name] : [];
  const share = percentOf(additional.weight);
  if (additional.version === number) return [`${name} ${share} %`];
  return version === number ? [`${name} ${percentOf(1 - additional.weight)} %`] : [];
}

export function aliasRow(alias: AliasSummary, functionName: string, debuggable: boolean): Row {
  const split = splitText(alias);
  const shown = alias.description === '' ? [split] : [split, alias.description];
  return {
    label: alias.name,
    description: shown.join(' · '),
    icon: { id: 'tag' },
    tooltip: [
      `**${escapeMarkdown(t('Alias {0} of {1}', alias.name, functionName))}**`,
      escapeMarkdown(split),
      ...(alias.description === '' ? [] : [escapeMarkdown(alias.description)]),
    ].join('\n\n'),
    spoken: [
      t('Alias {0} of {1}', alias.name, functionName),
      spokenSplit(alias),
      ...(alias.description === '' ? [] : [alias.description]),
    ].join(', '),
    context: flags('alias', debuggable),
  };
}
