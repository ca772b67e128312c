/** What a version keeps of code that runs from folders of the workspace: copies that nobody changes. */
import type { ArnScope } from './arn.ts';
import { codeGone } from './codeMissing.ts';
import type { CodeStore } from './codeStore.ts';
import type { CodeRef, FunctionRecord, LayerRef } from './functionRecord.ts';
import { freezeLayers } from './layers/attachedLayers.ts';
import type { LayerStore } from './layers/layerStore.ts';

/** Zips and images are immutable as they are. Rejects with an AwsError where a folder is gone or larger than AWS takes. */
export async function freeze(
  record: Pick<FunctionRecord, 'name' | 'code' | 'layers'>,
  store: CodeStore,
  layerStore: LayerStore,
  scope: ArnScope,
): Promise<{ readonly code: CodeRef; readonly layers: readonly LayerRef[] }> {
  const copy = (root: string): Promise<string> =>
    store.addTree(root).catch((error: unknown) => {
      throw isGone(error) ? codeGone(record.name, root, scope, error) : error;
    });
  const { code } = record;
  let frozen: CodeRef = code;
  if (code.kind === 'folder') {
    const { kind: _kind, root, ...rest } = code;
    frozen = { kind: 'tree', artifact: await copy(root), ...rest };
  }
  return { code: frozen, layers: await freezeLayers(record.layers, layerStore, copy) };
}

const isGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
