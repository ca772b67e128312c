/** Layers as functions have them: taken down when they are attached, found again when an environment starts. */
import type { CodeStore } from '../codeStore.ts';
import type { LayerRef, FunctionRecord } from '../functionRecord.ts';
import type { LayerStore } from './layerStore.ts';
import type { LayerContent } from './layerVersion.ts';

/** A function's layers on this machine. */
export interface LayerFolders {
  /** In order; later ones overwrite. */
  readonly folders: readonly string[];
  /** ARNs that nothing here stands for. */
  readonly missing: readonly string[];
}

/** What a function keeps of these versions. One that is not here is kept by its ARN alone. */
export function attach(arns: readonly string[], layers: LayerStore): readonly LayerRef[] {
  return arns.map(arn => attachOne(arn, layers));
}

function attachOne(arn: string, layers: LayerStore): LayerRef {
  const layer = layers.find(arn);
  // The layer of a template follows its files.
  const fixed = layer?.source !== 'workspace' && layer?.content.kind === 'zip' ? layer.content : undefined;
  return {
    arn,
    codeSize: layer?.codeSize ?? 0,
    ...(fixed === undefined ? {} : { artifact: fixed.artifact }),
  };
}

/** What of the function store follows layers. */
export interface FollowingFunctions {
  readonly layers: LayerStore;
  list(): readonly FunctionRecord[];
  update(name: string, kind: 'configuration', change: Pick<FunctionRecord, 'layers'>, settle: 'now'): unknown;
}

/** Functions that have a layer which follows its files, or one that was not here, get what it has from now on. */
export function followLayers(functions: FollowingFunctions): void {
  const { layers } = functions;
  layers.onChange(changed => {
    const concerns = ({ arn, artifact }: LayerRef): boolean => arn === changed && artifact === undefined;
    for (const { name, layers: attached } of functions.list()) {
      if (!attached.some(concerns)) continue;
      const again = attached.map(layer => (concerns(layer) ? attachOne(layer.arn, layers) : layer));
      functions.update(name, 'configuration', { layers: again }, 'now');
    }
  });
}

export function layerFoldersOf(
  record: FunctionRecord,
  layers: LayerStore,
  code: Pick<CodeStore, 'filesOf'>,
): LayerFolders {
  const found = record.layers.map(layer => folderOf(layer, layers, code));
  return {
    folders: found.filter(folder => folder !== undefined),
    missing: record.layers.filter((_, index) => found[index] === undefined).map(({ arn }) => arn),
  };
}

/** What it is now. */
export function contentOf({ arn, artifact }: LayerRef, layers: LayerStore): LayerContent {
  return artifact === undefined ? (layers.find(arn)?.content ?? { kind: 'none' }) : { kind: 'zip', artifact };
}

function folderOf(layer: LayerRef, layers: LayerStore, code: Pick<CodeStore, 'filesOf'>): string | undefined {
  const content = contentOf(layer, layers);
  switch (content.kind) {
    case 'zip':
      return code.filesOf(content.artifact);
    case 'folder':
      return content.root;
    case 'none':
      return undefined;
  }
}

/** A published version never changes: `copy` keeps what a folder has now, and answers its artifact. */
export async function freezeLayers(
  attached: readonly LayerRef[],
  layers: LayerStore,
  copy: (folder: string) => Promise<string>,
): Promise<readonly LayerRef[]> {
  const frozen: LayerRef[] = [];
  for (const layer of attached) {
    const content = contentOf(layer, layers);
    if (content.kind === 'none') frozen.push(layer);
    else
      frozen.push({
        ...layer,
        artifact: content.kind === 'zip' ? content.artifact : await copy(content.root),
      });
  }
  return frozen;
}
