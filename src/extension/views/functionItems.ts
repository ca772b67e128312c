/** What the elements of the Functions view look like, and what a click on one does. */
import * as vscode from 'vscode';
import { isOn } from '../../protocol/faults.ts';
import { commands } from '../contributions.ts';
import type { ChosenQualifiers } from '../invoke/chosenQualifiers.ts';
import { t } from '../localize.ts';
import { attemptKey } from '../project/attemptKey.ts';
import { PENDING_SHOWN } from '../project/pendingLists.ts';
import type { FunctionEntry } from '../project/projectStore.ts';
import {
  canDebug,
  configurationFacts,
  environmentRow,
  factRow,
  functionRow,
  handlerRow,
  invocationRow,
} from './functionRows.ts';
import { faultRow } from './faultRows.ts';
import type { FunctionsNode, KeyedNode, PartNode, QualifiedNode } from './nodes.ts';
import { pendingRow, serviceNow } from './pendingRows.ts';
import type { Row } from './row.ts';
import { treeItem } from './treeItem.ts';
import { aliasRow, versionRow } from './versionRows.ts';

const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;

/**
 * At once where nothing must be read for it, as a promise for each of a thousand functions is felt. Rejects never: what can't be
 * looked up any more is about to be drawn again without it.
 */
export function itemOf(
  node: FunctionsNode,
  qualifiers: Pick<ChosenQualifiers, 'get'>,
): vscode.TreeItem | Promise<vscode.TreeItem> {
  const { project, id } = node;
  if (node.kind === 'folder')
    return treeItem(
      id,
      {
        label: project.folder.name,
        icon: { id: 'root-folder' },
        spoken: t('Folder {0}', project.folder.name),
        context: 'folder',
      },
      Expanded,
    );
  const entry = project.store.function(node.name) ?? { name: node.name };
  switch (node.kind) {
    case 'version':
    case 'alias':
      return qualifiedItem(node, entry);
    case 'fact':
    case 'environment':
    case 'invocation':
    case 'pendingEvent':
    case 'faultRule':
    case 'failed':
      return keyedItem(node, entry);
    default:
      return partItem(node, entry, qualifiers);
  }
}

function partItem(
  node: PartNode,
  entry: FunctionEntry,
  qualifiers: Pick<ChosenQualifiers, 'get'>,
): vscode.TreeItem {
  const { id, project, name, kind } = node;
  const { store } = project;
  switch (kind) {
    case 'function':
      return treeItem(
        id,
        functionRow(entry, qualifiers.get(node), store.faults(name).filter(isOn).length),
        Collapsed,
      );
    case 'handler': {
      const row = handlerRow(entry);
      if (row === undefined) return gone(id);
      const found = entry.declared?.handlerLocation !== undefined;
      return treeItem(
        id,
        row,
        None,
        found
          ? { command: commands.functionOpenHandler, title: t('Open Handler'), arguments: [node] }
          : undefined,
      );
    }
    case 'configuration':
      return treeItem(
        id,
        {
          label: t('Configuration'),
          icon: { id: 'settings' },
          spoken: t('Configuration of {0}', name),
          context: entry.declared === undefined ? 'configuration' : 'configuration+declared',
        },
        Collapsed,
      );
    case 'versions':
      return entry.live === undefined
        ? unknown(node, t('Versions'), 'versions')
        : group(id, t('Versions'), 'versions', entry.live.versions?.count ?? 0, 'versions');
    case 'moreVersions':
      return treeItem(
        id,
        {
          label: t('Show more…'),
          icon: { id: 'ellipsis' },
          spoken: t('Show more versions of {0}', name),
          context: 'more',
        },
        None,
        { command: commands.versionShowMore, title: t('Show More'), arguments: [node] },
      );
    case 'aliases':
      return entry.live === undefined
        ? unknown(node, t('Aliases'), 'tag')
        : group(id, t('Aliases'), 'tag', entry.live.aliases?.length ?? 0, 'aliases');
    case 'pending': {
      const count = store.pendingEvents(name);
      return treeItem(
        id,
        {
          label: t('Pending events ({0})', count),
          icon: { id: 'mail' },
          tooltip: t('Asynchronous events that wait for their next attempt, or run.'),
          spoken: t('Pending events of {0}: {1}', name, count),
          context: 'pending',
        },
        Collapsed,
      );
    }
    case 'morePending':
      return treeItem(
        id,
        {
          label: t('{0} more, due later', Math.max(0, store.pendingEvents(name) - PENDING_SHOWN)),
          icon: { id: 'ellipsis' },
          spoken: t('More events of {0} are due later', name),
          context: 'morePending',
        },
        None,
      );
    case 'environments':
      return group(id, t('Environments'), 'server-environment', store.environments(name).length);
    case 'invocations':
      return group(id, t('Recent invocations'), 'history', store.invocations(name).length);
  }
}

function keyedItem(node: KeyedNode, entry: FunctionEntry): vscode.TreeItem {
  const { id, project, name, kind, key } = node;
  switch (kind) {
    case 'fact': {
      const fact = configurationFacts(entry).find(candidate => candidate.key === key);
      if (fact === undefined) return gone(id);
      return treeItem(id, factRow(fact), None, {
        command: commands.functionEditConfiguration,
        title: t('Open Configuration'),
        arguments: [node],
      });
    }
    case 'environment': {
      const environment = project.store.environment(key);
      return environment === undefined ? gone(id) : treeItem(id, environmentRow(environment), None);
    }
    case 'invocation': {
      const invocation = project.store.invocations(name).find(candidate => attemptKey(candidate) === key);
      if (invocation === undefined) return gone(id);
      return treeItem(id, invocationRow(invocation), None, {
        command: commands.invocationOpen,
        title: t('Open Result'),
        arguments: [node],
      });
    }
    case 'pendingEvent': {
      const event = project.pending.get(name, key);
      return event === undefined
        ? gone(id)
        : treeItem(id, pendingRow(event, serviceNow(project.store.clock)), None);
    }
    case 'faultRule': {
      const rule = project.store.faults(name).find(candidate => candidate.id === key);
      return rule === undefined ? gone(id) : treeItem(id, faultRow(rule), None);
    }
    case 'failed':
      return treeItem(
        id,
        {
          label: key,
          icon: { id: 'error', color: 'list.errorForeground' },
          spoken: t('Could not be read: {0}', key),
          context: 'failed',
        },
        None,
      );
  }
}

/** An element that has a version or an alias behind it, wherever it is shown. */
export async function qualifiedItem(
  { id, project, name, kind, qualifier }: QualifiedNode,
  entry: FunctionEntry,
): Promise<vscode.TreeItem> {
  const row = await qualifiedRow();
  return row === undefined ? gone(id) : treeItem(id, row, None);

  async function qualifiedRow(): Promise<Row | undefined> {
    const { live } = entry;
    if (live === undefined) return undefined;
    if (kind === 'alias') {
      const alias = live.aliases?.find(candidate => candidate.name === qualifier);
      return alias && aliasRow(alias, name, canDebug(entry));
    }
    const versions = await project.versions.of(name).catch(() => []);
    const version = versions.find(({ Version }) => Version === qualifier);
    return version && versionRow(version, live);
  }
}

function group(id: string, label: string, icon: string, count: number, context = 'group'): vscode.TreeItem {
  return treeItem(
    id,
    {
      label,
      description: count === 0 ? t('none') : String(count),
      icon: { id: icon },
      spoken: `${label}: ${count === 0 ? t('none') : String(count)}`,
      context,
    },
    count === 0 ? None : Collapsed,
  );
}

/** What only the host knows, while there is none. */
function unknown({ id, project }: PartNode, label: string, icon: string): vscode.TreeItem {
  const starts = project.connection.state.kind === 'starting';
  const description = starts ? t('the host is starting') : t('start the host to see them');
  return treeItem(
    id,
    { label, description, icon: { id: icon }, spoken: `${label}: ${description}`, context: 'unknown' },
    None,
    starts ? undefined : { command: commands.hostStart, title: t('Start Host'), arguments: [] },
  );
}

/** An element that went away between two drawings; its parent is about to be drawn without it. */
const gone = (id: string): vscode.TreeItem => treeItem(id, { label: '', spoken: '', context: 'gone' }, None);
