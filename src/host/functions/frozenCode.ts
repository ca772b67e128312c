/** What a version keeps of code that runs from folders of the workspace: copies that nobody changes. */
import type { ArnScope } from './arn.ts';
import { codeGone } from './codeMissing.ts';
import type { CodeStore } from './codeStore.ts';
import type { CodeRef, FunctionRecord, LayerRef } from './functionRecord.ts';

/** Zips and images are immutable as they are. Rejects with an AwsError where a folder is gone or larger than AWS takes. */
export async function freeze(
  record: FunctionRecord,
  store: CodeStore,
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
  const layers: LayerRef[] = [];
  for (const { root, ...layer } of record.layers)
    layers.push(root === undefined ? layer : { ...layer, artifact: await copy(root) });
  return { code: frozen, layers };
}

const isGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
