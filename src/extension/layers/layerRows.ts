/** What the elements of the Layers view say. */
import type { LayerEntry as FileEntry } from '../../protocol/model.ts';
import { t } from '../localize.ts';
import { bytes } from '../views/format.ts';
import { escapeMarkdown } from '../views/row.ts';
import type { Row } from '../views/row.ts';
import { parseLayerArn } from './layerArn.ts';
import type { LayerEntry, LayerVersionEntry } from './layerEntries.ts';

export const functionCount = (count: number): string =>
  count === 1 ? t('1 function') : t('{0} functions', count);

/** `folder`: of the workspace, where several are open. */
export function layerRow(entry: LayerEntry, folder?: string): Row {
  const { name, declared, layerArn, own, versions } = entry;
  const [newest] = versions.flatMap(({ summary }) => summary ?? []);
  const runtimes = declared?.compatibleRuntimes ?? newest?.compatibleRuntimes;
  const parts = [
    ...(folder === undefined ? [] : [folder]),
    ...(own || layerArn === undefined
      ? []
      : [t('account {0}', parseLayerArn(`${layerArn}:1`)?.accountId ?? '')]),
    runtimes === undefined
      ? t('not declared in this folder')
      : runtimes.length === 0
        ? t('any runtime')
        : runtimes.join(', '),
  ];
  const description = declared?.description ?? newest?.description ?? '';
  return {
    label: name,
    description: parts.join(' · '),
    icon: { id: 'layers' },
    tooltip: [
      `**${escapeMarkdown(name)}**`,
      ...(description === '' ? [] : [escapeMarkdown(description)]),
      ...(layerArn === undefined ? [] : [escapeMarkdown(layerArn)]),
      ...(declared?.root === undefined ? [] : [escapeMarkdown(declared.root)]),
    ].join('\n\n'),
    spoken: [t('Layer {0}', name), ...parts].join(', '),
    context: ['layer', ...(own ? ['own'] : []), ...(declared === undefined ? [] : ['declared'])].join('+'),
  };
}

/** `connected`: a host was asked, so that what it does not have is not there. */
export function layerVersionRow(
  { arn, version, summary, users }: LayerVersionEntry,
  connected: boolean,
): Row {
  const name = parseLayerArn(arn)?.name ?? arn;
  const use = users.length === 0 ? [] : [t('used by {0}', functionCount(users.length))];
  if (summary === undefined) {
    const parts = [...(connected ? [t('not here')] : []), ...use];
    return {
      label: String(version),
      description: parts.join(' · '),
      icon: connected ? { id: 'warning', color: 'list.warningForeground' } : { id: 'package' },
      tooltip: [
        `**${escapeMarkdown(t('Version {0} of layer {1}', version, name))}**`,
        escapeMarkdown(arn),
        ...(connected
          ? [
              escapeMarkdown(
                t(
                  'The host does not have it: functions run without it, unless it was deleted here after they got it. Import its zip under this ARN.',
                ),
              ),
            ]
          : []),
      ].join('\n\n'),
      spoken: [t('Version {0} of layer {1}', version, name), ...parts].join(', '),
      context: connected ? 'layerVersion+missing' : 'layerVersion',
    };
  }
  const parts = [
    ...(summary.description === '' ? [] : [summary.description]),
    bytes(summary.codeSize),
    ...(summary.source === 'workspace' ? [t('follows its folder')] : []),
    ...(summary.source === 'imported' ? [t('imported')] : []),
    ...use,
  ];
  const facts: readonly (readonly [string, string])[] = [
    [t('Created'), summary.createdDate.replace('T', ' ').replace(/\.\d+.*$/, ' UTC')],
    [t('Size'), bytes(summary.codeSize)],
    [t('Runtimes'), summary.compatibleRuntimes.join(', ')],
    [t('Architectures'), summary.compatibleArchitectures.join(', ')],
    [t('License'), summary.licenseInfo ?? ''],
    [t('Folder'), summary.root ?? ''],
  ];
  return {
    label: String(version),
    description: parts.join(' · '),
    icon: { id: 'package' },
    tooltip: [
      `**${escapeMarkdown(t('Version {0} of layer {1}', version, name))}**`,
      ...(summary.description === '' ? [] : [escapeMarkdown(summary.description)]),
      escapeMarkdown(arn),
      facts
        .flatMap(([label, value]) =>
          value === '' ? [] : [`${escapeMarkdown(label)}: ${escapeMarkdown(value)}`],
        )
        .join('  \n'),
    ].join('\n\n'),
    spoken: [t('Version {0} of layer {1}', version, name), ...parts].join(', '),
    context: ['layerVersion', 'here', summary.source === 'workspace' ? 'template' : 'deletable'].join('+'),
  };
}

export function layerFileRow(entry: FileEntry): Row {
  switch (entry.kind) {
    case 'folder':
      return { label: entry.name, spoken: t('Folder {0}', entry.name), context: 'layerFolder' };
    case 'file': {
      const size = bytes(entry.size ?? 0);
      return {
        label: entry.name,
        description: size,
        spoken: t('File {0}, {1}', entry.name, size),
        context: 'layerFile',
      };
    }
    case 'link':
      return {
        label: entry.name,
        description: `→ ${entry.target ?? ''}`,
        spoken: t('Link {0} to {1}', entry.name, entry.target ?? ''),
        context: 'layerLink',
      };
  }
}
