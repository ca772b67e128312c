/** Names of layers: `arn:aws:lambda:REGION:ACCOUNT:layer:NAME`, and with `:VERSION` of one version. */
import type { ArnScope } from '../arn.ts';

export interface LayerVersionArn {
  /** Without the version. */
  readonly layerArn: string;
  readonly region: string;
  readonly accountId: string;
  readonly name: string;
  readonly version: number;
}

export const layerArn = (scope: ArnScope, name: string): string =>
  `arn:aws:lambda:${scope.region}:${scope.accountId}:layer:${name}`;

export const layerVersionArn = (layer: string, version: number): string => `${layer}:${version}`;

const VERSION_ARN =
  /^(arn:aws[a-zA-Z-]*:lambda:([a-z0-9-]+):(\d{12}):layer:([a-zA-Z0-9-_]{1,140})):([1-9]\d{0,14})$/;

/** Undefined for anything that does not name one version of a layer in an account. */
export function parseLayerVersionArn(arn: string): LayerVersionArn | undefined {
  const [, layer, region, accountId, name, version] = VERSION_ARN.exec(arn) ?? [];
  if (layer === undefined || region === undefined || accountId === undefined || name === undefined)
    return undefined;
  return { layerArn: layer, region, accountId, name, version: Number(version) };
}

/** Name in a layer's ARN without version; the caller has made sure that it is one. */
export function layerNameOf(layer: string): string {
  return layer.slice(layer.lastIndexOf(':') + 1);
}
