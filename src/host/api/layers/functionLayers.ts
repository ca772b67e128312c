/** Layers on functions: what CreateFunction and UpdateFunctionConfiguration have in common (spec/lambda-service.md §4). */
import type { CodeRef, FunctionRecord, LayerRef } from '../../functions/functionRecord.ts';
import { attach, contentOf } from '../../functions/layers/attachedLayers.ts';
import { parseLayerVersionArn } from '../../functions/layers/layerArn.ts';
import { MAX_UNZIPPED_BYTES } from '../../functions/unpackZip.ts';
import type { ApiCall, LambdaServiceOptions } from '../call.ts';
import { invalidParameter } from '../errors.ts';
import { checkAttachable, regionOf } from './layerAccess.ts';

const MAX_LAYERS = 5;

/** Rows 54, 70, 290 to 294, C13. Answers what the function keeps of them. */
export function attachLayers(arns: readonly string[], call: ApiCall): readonly LayerRef[] {
  const { host } = call;
  if (arns.length > MAX_LAYERS) throw invalidParameter(`Cannot reference more than ${MAX_LAYERS} layers.`);
  for (const arn of arns)
    if (regionOf(arn) !== host.region && regionOf(arn) !== '')
      throw invalidParameter(
        `Layers are not in the same region as the function. Layers are expected to be in region ${host.region}.`,
      );
  checkDifferent(arns);
  for (const arn of arns) checkAttachable(arn, call);
  return attach(arns, host.functions.layers);
}

function checkDifferent(arns: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const arn of arns) {
    const layer = parseLayerVersionArn(arn)?.layerArn ?? arn;
    const other = seen.get(layer);
    if (other !== undefined)
      throw invalidParameter(
        `Two different versions of the same layer are not allowed to be referenced in the same function. ${other} and ${arn} are versions of the same layer.`,
      );
    seen.set(layer, arn);
  }
}

/** Row C8: files that several layers have are counted in each. */
export async function checkTotalSize(
  { code, codeSize, layers }: Pick<FunctionRecord, 'code' | 'codeSize' | 'layers'>,
  host: LambdaServiceOptions,
): Promise<void> {
  if (layers.length === 0) return;
  const sizes = await Promise.all([
    unzippedSizeOf(code, codeSize, host),
    ...layers.map(layer => unzippedSizeOfLayer(layer, host)),
  ]);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total > MAX_UNZIPPED_BYTES)
    throw invalidParameter(
      `Function code combined with layers exceeds the maximum allowed size of ${MAX_UNZIPPED_BYTES} bytes. The actual size is ${total} bytes.`,
    );
}

const unzippedSizeOf = (code: CodeRef, codeSize: number, host: LambdaServiceOptions): Promise<number> =>
  'artifact' in code ? host.functions.code.unzippedSizeOf(code.artifact) : Promise.resolve(codeSize);

function unzippedSizeOfLayer(layer: LayerRef, { functions }: LambdaServiceOptions): Promise<number> {
  const content = contentOf(layer, functions.layers);
  return content.kind === 'zip'
    ? functions.code.unzippedSizeOf(content.artifact)
    : Promise.resolve(layer.codeSize);
}
