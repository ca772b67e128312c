/** What the Layers view knows of layers: what the folder declares, what the host has, and who uses which version. */
import type { LayerVersionSummary } from '../../protocol/model.ts';
import type { DeclaredFunction, DeclaredLayer } from '../../protocol/workspace.ts';
import { byName } from '../byName.ts';
import type { ProjectStore } from '../project/projectStore.ts';
import { parseLayerArn } from './layerArn.ts';

export interface LayerEntry {
  /** The layer's name where it is the host's own or the folder's, else its ARN: what it is called while it is shown. */
  readonly key: string;
  readonly name: string;
  /** Without the version; absent where only the folder tells of it. */
  readonly layerArn?: string;
  readonly declared?: DeclaredLayer;
  /** Of the host's account and region, so that a version of it can be published. */
  readonly own: boolean;
  /** Newest first: those that the host has, and those that functions name though it has not. */
  readonly versions: readonly LayerVersionEntry[];
  /** Functions that use it, as long as the host doesn't tell which version. */
  readonly users: readonly string[];
}

export interface LayerVersionEntry {
  readonly arn: string;
  readonly version: number;
  /** Absent where the host does not have it, or isn't asked. */
  readonly summary?: LayerVersionSummary;
  /** Names of the functions whose newest code has it. */
  readonly users: readonly string[];
}

/** The account and region of the host, while one is connected. */
export interface LayerScope {
  readonly accountId: string;
  readonly region: string;
}

type Source = Pick<ProjectStore, 'functions' | 'layers' | 'layerVersions'>;

interface Group {
  readonly layerArn?: string;
  readonly name: string;
  declared?: DeclaredLayer;
  readonly versions: Map<number, LayerVersionEntry>;
  users: readonly string[];
}

/** Declared ones first, as they are declared; then by name. */
export function layerEntries(store: Source, scope: LayerScope | undefined): readonly LayerEntry[] {
  const functions = store.functions();
  const users = new Map<string, string[]>();
  for (const { name, declared, live } of functions)
    for (const arn of live?.layers ?? declared?.layers ?? []) {
      const known = users.get(arn);
      if (known === undefined) users.set(arn, [name]);
      else known.push(name);
    }

  const groups = new Map<string, Group>();
  const groupOf = (layerArn: string, name: string): Group => {
    const known = groups.get(layerArn);
    if (known !== undefined) return known;
    const made: Group = { layerArn, name, versions: new Map(), users: [] };
    groups.set(layerArn, made);
    return made;
  };
  for (const summary of store.layerVersions()) {
    const { arn, name, version } = summary;
    const { layerArn } = parseLayerArn(arn) ?? { layerArn: arn };
    groupOf(layerArn, name).versions.set(version, { arn, version, summary, users: users.get(arn) ?? [] });
  }
  for (const [arn, names] of users) {
    const parsed = parseLayerArn(arn);
    if (parsed === undefined) continue;
    const { versions } = groupOf(parsed.layerArn, parsed.name);
    if (!versions.has(parsed.version))
      versions.set(parsed.version, { arn, version: parsed.version, users: names });
  }

  const ordered: Group[] = [];
  for (const declared of store.layers()) {
    const ownArn = scope && `arn:aws:lambda:${scope.region}:${scope.accountId}:layer:${declared.name}`;
    const group: Group = [...groups.values()].find(one => isOf(one, declared)) ??
      groups.get(ownArn ?? '') ?? { name: declared.name, versions: new Map(), users: [] };
    // Of two with one name the first counts.
    if (ordered.some(one => one === group || one.name === group.name)) continue;
    group.declared = declared;
    group.users = functions.flatMap(entry =>
      entry.live === undefined && entry.declared !== undefined && names(entry.declared, declared)
        ? [entry.name]
        : [],
    );
    ordered.push(group);
  }
  const others = [...groups.values()].filter(group => !ordered.includes(group));
  others.sort((a, b) => byName(a.name, b.name) || byName(a.layerArn ?? '', b.layerArn ?? ''));
  return [...ordered, ...others].map(group => entryOf(group, scope));
}

function entryOf({ versions, ...group }: Group, scope: LayerScope | undefined): LayerEntry {
  const parsed = group.layerArn === undefined ? undefined : parseLayerArn(`${group.layerArn}:1`);
  const own =
    parsed === undefined
      ? true
      : scope !== undefined && parsed.accountId === scope.accountId && parsed.region === scope.region;
  return {
    ...group,
    own,
    key: own || group.declared !== undefined ? group.name : (group.layerArn ?? group.name),
    versions: [...versions.values()].sort((a, b) => b.version - a.version),
  };
}

/** True where the host has this layer from that resource of a template. */
const isOf = ({ versions }: Group, { owner }: DeclaredLayer): boolean =>
  [...versions.values()].some(
    ({ summary }) =>
      summary?.owner?.template === owner.template && summary.owner.logicalId === owner.logicalId,
  );

const names = (fn: DeclaredFunction, { owner, name }: DeclaredLayer): boolean =>
  fn.owner.template === owner.template &&
  fn.layers.some(layer => layer === owner.logicalId || layer === name);
