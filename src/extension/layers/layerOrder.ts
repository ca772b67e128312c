import { parseLayerArn } from './layerArn.ts';

/** A function's layers with one more. */
export interface WithLayer {
  readonly arns: readonly string[];
  /** The version of the same layer that it had, which the new one took the place of: Lambda takes one of each layer. */
  readonly replaced?: string;
}

/** `arn` comes last, and so over all others, unless a version of the same layer has a place already. */
export function withLayer(arns: readonly string[], arn: string): WithLayer {
  const layer = parseLayerArn(arn)?.layerArn ?? arn;
  const replaced = arns.find(one => (parseLayerArn(one)?.layerArn ?? one) === layer);
  if (replaced === undefined) return { arns: [...arns, arn] };
  return { arns: arns.map(one => (one === replaced ? arn : one)), replaced };
}
