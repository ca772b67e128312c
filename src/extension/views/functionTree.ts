/** What stands below what in the Functions view. */
import { messageOf } from '../errors.ts';
import { attemptKey } from '../project/attemptKey.ts';
import { PENDING_SHOWN } from '../project/pendingLists.ts';
import type { Project } from '../project/project.ts';
import { configurationFacts, handlerRow } from './functionRows.ts';
import type { FunctionsNode, KeyedNode, PartNode, QualifiedNode } from './nodes.ts';

const folderIds = new WeakMap<Project, string>();
let folders = 0;

/** Short, since the id of each element begins with it, and all of them go over to the window. */
export function folderId(project: Project): string {
  const known = folderIds.get(project);
  if (known !== undefined) return known;
  const id = `folder${++folders}`;
  folderIds.set(project, id);
  return id;
}
export const functionId = (project: Project, name: string): string =>
  `${folderId(project)}/${encodeURIComponent(name)}`;

export function functionsOf(project: Project): readonly PartNode[] {
  return project.store
    .names()
    .map(name => ({ kind: 'function', id: functionId(project, name), project, name }));
}

export async function childrenOf(parent: FunctionsNode): Promise<readonly FunctionsNode[]> {
  if (parent.kind === 'folder') return functionsOf(parent.project);
  const { id, project, name } = parent;
  const { store } = project;
  const entry = store.function(name);
  if (entry === undefined) return [];
  const part = (kind: PartNode['kind']): PartNode => ({ kind, id: `${id}/${kind}`, project, name });
  const keyed = (kind: KeyedNode['kind'], key: string): KeyedNode => ({
    kind,
    id: `${id}/${encodeURIComponent(key)}`,
    project,
    name,
    key,
  });
  switch (parent.kind) {
    case 'function':
      return [
        ...store.faults(name).map(({ id: rule }) => keyed('faultRule', rule)),
        ...(handlerRow(entry) === undefined ? [] : [part('handler')]),
        part('configuration'),
        // Only the host has any: without one the rows say so.
        ...(entry.live === undefined && project.connection.session !== undefined
          ? []
          : [part('versions'), part('aliases')]),
        ...(store.pendingEvents(name) === 0 ? [] : [part('pending')]),
        part('environments'),
        part('invocations'),
      ];
    case 'configuration':
      return configurationFacts(entry).map(({ key }) => keyed('fact', key));
    case 'versions':
      return versionsOf(parent);
    case 'aliases':
      return aliasNodes(id, project, name);
    case 'pending':
      return pendingOf(parent);
    case 'environments':
      return store.environments(name).map(environment => keyed('environment', environment.id));
    case 'invocations':
      return store.invocations(name).map(invocation => keyed('invocation', attemptKey(invocation)));
    case 'handler':
    case 'fact':
    case 'version':
    case 'moreVersions':
    case 'alias':
    case 'environment':
    case 'invocation':
    case 'pendingEvent':
    case 'faultRule':
    case 'morePending':
    case 'failed':
      return [];
  }
}

/** The newest first, and a way to those that are not shown. */
async function versionsOf({ id, project, name }: PartNode): Promise<readonly FunctionsNode[]> {
  try {
    const versions = await project.versions.of(name);
    const shown = versions.slice(0, project.versions.shown(name));
    return [
      ...shown.map(({ Version: qualifier }): QualifiedNode => ({
        kind: 'version',
        id: `${id}/${qualifier}`,
        project,
        name,
        qualifier,
      })),
      ...(shown.length === versions.length
        ? []
        : [{ kind: 'moreVersions', id: `${id}/more`, project, name } as const]),
    ];
  } catch (error) {
    return [failedNode(id, project, name, error)];
  }
}

/** What is due first, first, and how many there are besides. */
async function pendingOf({ id, project, name }: PartNode): Promise<readonly FunctionsNode[]> {
  try {
    const events = await project.pending.of(name);
    const keyed = events.map(({ requestId: key }): KeyedNode => ({
      kind: 'pendingEvent',
      id: `${id}/${encodeURIComponent(key)}`,
      project,
      name,
      key,
    }));
    const more = project.store.pendingEvents(name) > events.length && events.length >= PENDING_SHOWN;
    return more ? [...keyed, { kind: 'morePending', id: `${id}/more`, project, name }] : keyed;
  } catch (error) {
    return [failedNode(id, project, name, error)];
  }
}

function failedNode(id: string, project: Project, name: string, error: unknown): KeyedNode {
  const key = messageOf(error);
  return { kind: 'failed', id: `${id}/failed ${encodeURIComponent(key)}`, project, name, key };
}

/** A function's aliases, below the element of that id. */
export function aliasNodes(parentId: string, project: Project, name: string): readonly QualifiedNode[] {
  return (project.store.function(name)?.live?.aliases ?? []).map(alias => ({
    kind: 'alias',
    id: `${parentId}/${encodeURIComponent(alias.name)}`,
    project,
    name,
    qualifier: alias.name,
  }));
}
