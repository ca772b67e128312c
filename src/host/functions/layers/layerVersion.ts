/** One version of a layer as the control plane stores it (spec/lambda-service.md §4). */
import type { LayerVersionSummary, Owner } from '../../../protocol/model.ts';
import { lambdaDate } from '../functionSummary.ts';
import { layerNameOf, layerVersionArn } from './layerArn.ts';

export type LayerContent =
  /** Unpacked once under its hash, as the code of functions is. */
  | { readonly kind: 'zip'; readonly artifact: string }
  /** The layer of a template, used where it stands. */
  | { readonly kind: 'folder'; readonly root: string }
  /** Declared by a template, and not there yet, or not to be read. */
  | { readonly kind: 'none' };

export interface LayerStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Principal: '*' | { readonly AWS: string };
  readonly Action: string;
  readonly Resource: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface LayerPolicy {
  readonly revisionId: string;
  /** At least one. */
  readonly statements: readonly LayerStatement[];
}

export interface LayerVersion {
  /** Without the version. */
  readonly layerArn: string;
  readonly version: number;
  readonly source: LayerVersionSummary['source'];
  readonly description: string;
  /** Absent where the publisher gave none: answers then lack the member. */
  readonly compatibleRuntimes?: readonly string[];
  readonly compatibleArchitectures?: readonly string[];
  readonly licenseInfo?: string;
  readonly content: LayerContent;
  /** base64 of the SHA-256 of the zip; of a folder, one that changes with what lies in it. */
  readonly codeSha256: string;
  /** Bytes of the zip; of a folder's files. */
  readonly codeSize: number;
  /** Epoch milliseconds, service time. */
  readonly createdAt: number;
  readonly owner?: Owner;
  readonly policy?: LayerPolicy;
}

export const arnOf = ({ layerArn, version }: LayerVersion): string => layerVersionArn(layerArn, version);

/** As clients of the control service see it. */
export function layerSummary(layer: LayerVersion): LayerVersionSummary {
  return {
    arn: arnOf(layer),
    name: layerNameOf(layer.layerArn),
    version: layer.version,
    source: layer.source,
    description: layer.description,
    compatibleRuntimes: layer.compatibleRuntimes ?? [],
    compatibleArchitectures: layer.compatibleArchitectures ?? [],
    ...(layer.licenseInfo === undefined ? {} : { licenseInfo: layer.licenseInfo }),
    createdDate: lambdaDate(layer.createdAt),
    codeSize: layer.codeSize,
    ...(layer.owner === undefined ? {} : { owner: layer.owner }),
    ...(layer.content.kind === 'folder' ? { root: layer.content.root } : {}),
  };
}
