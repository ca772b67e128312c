/** Publishing, reading, listing and deleting layer versions (spec/lambda-service.md §4). */
import { lambdaDate } from '../../functions/functionSummary.ts';
import { layerNameOf, layerVersionArn, parseLayerVersionArn } from '../../functions/layers/layerArn.ts';
import type { LayerVersion } from '../../functions/layers/layerVersion.ts';
import type { ApiCall } from '../call.ts';
import { layerLocation } from '../codeDownload.ts';
import { storeZip } from '../codeSource.ts';
import { noSuchResource, otherAccount } from '../errors.ts';
import type { OperationHandler, OperationHandlers, OutputOf } from '../operation.ts';
import { makePage, pageAsked, readPage } from '../paging.ts';
import { accountOf, checkNumber, checkOwner, layerOf, mayRead, readLayer, regionOf } from './layerAccess.ts';

/** 201: always a new version, also of the same bytes. */
const publishLayerVersion: OperationHandler<'PublishLayerVersion'> = async (input, call) => {
  const { host, request } = call;
  const layer = layerOf(input.LayerName, call);
  if (accountOf(layer) !== request.caller.accountId || regionOf(layer) !== host.region) throw otherAccount();
  const { artifact, codeSha256, codeSize } = await storeZip(input.Content, call, 'layer content');
  const published = host.functions.layers.publish(layer, {
    source: 'published',
    description: input.Description ?? '',
    ...(input.CompatibleRuntimes === undefined ? {} : { compatibleRuntimes: input.CompatibleRuntimes }),
    ...(input.CompatibleArchitectures === undefined
      ? {}
      : { compatibleArchitectures: input.CompatibleArchitectures }),
    ...(input.LicenseInfo === undefined ? {} : { licenseInfo: input.LicenseInfo }),
    content: { kind: 'zip', artifact },
    codeSha256,
    codeSize,
  });
  return layerOutput(published, call);
};

const getLayerVersion: OperationHandler<'GetLayerVersion'> = (input, call) => {
  checkNumber(input.VersionNumber);
  return layerOutput(readLayer(layerOf(input.LayerName, call), input.VersionNumber, call), call);
};

const getLayerVersionByArn: OperationHandler<'GetLayerVersionByArn'> = (input, call) => {
  const parsed = parseLayerVersionArn(input.Arn);
  if (parsed === undefined) throw noSuchResource();
  return layerOutput(readLayer(parsed.layerArn, parsed.version, call), call);
};

/** Of other people's layers those that were imported can be named by their ARN; a list has one's own. */
const listLayers: OperationHandler<'ListLayers'> = (input, call) => {
  const { host, request } = call;
  const newest = new Map<string, LayerVersion>();
  for (const layer of host.functions.layers.list()) {
    if (accountOf(layer.layerArn) !== request.caller.accountId) continue;
    if (regionOf(layer.layerArn) !== host.region) continue;
    if (layer.version > (newest.get(layer.layerArn)?.version ?? 0)) newest.set(layer.layerArn, layer);
  }
  // Only the newest version of each is held against the filters (recorded).
  const sorted = [...newest.values()]
    .filter(layer => isCompatible(layer, input))
    .sort((a, b) => (a.layerArn < b.layerArn ? -1 : 1));
  const page = makePage(sorted, ({ layerArn }) => layerArn, pageAsked(input));
  return {
    NextMarker: page.nextMarker,
    Layers: page.items.map(layer => ({
      LayerName: layerNameOf(layer.layerArn),
      LayerArn: layer.layerArn,
      LatestMatchingVersion: listItem(layer),
    })),
  };
};

/** The newest first. */
const listLayerVersions: OperationHandler<'ListLayerVersions'> = (input, call) => {
  const versions = call.host.functions.layers
    .versions(layerOf(input.LayerName, call))
    .filter(layer => mayRead(layer, call) && isCompatible(layer, input));
  const read = (after: string | undefined, limit: number): readonly LayerVersion[] =>
    versions.filter(({ version }) => after === undefined || version < Number(after)).slice(0, limit);
  const page = readPage(read, ({ version }) => String(version), {
    ...pageAsked(input),
    isKey: key => /^\d{1,15}$/.test(key),
  });
  return { NextMarker: page.nextMarker, LayerVersions: page.items.map(listItem) };
};

/** 204, also where there is none. Functions that have it keep it. */
const deleteLayerVersion: OperationHandler<'DeleteLayerVersion'> = (input, call) => {
  checkNumber(input.VersionNumber);
  const layer = layerOf(input.LayerName, call);
  checkOwner(layer, call);
  call.host.functions.layers.delete(layer, input.VersionNumber);
  return undefined;
};

interface Wanted {
  readonly CompatibleRuntime?: string;
  readonly CompatibleArchitecture?: string;
}

const isCompatible = (layer: LayerVersion, wanted: Wanted): boolean =>
  isIn(wanted.CompatibleRuntime, layer.compatibleRuntimes) &&
  isIn(wanted.CompatibleArchitecture, layer.compatibleArchitectures);

const isIn = (wanted: string | undefined, given: readonly string[] = []): boolean =>
  wanted === undefined || given.includes(wanted);

type ListItem = NonNullable<OutputOf<'ListLayerVersions'>['LayerVersions']>[number];

const listItem = (layer: LayerVersion): ListItem => ({
  LayerVersionArn: layerVersionArn(layer.layerArn, layer.version),
  Version: layer.version,
  Description: layer.description,
  CreatedDate: lambdaDate(layer.createdAt),
  CompatibleRuntimes: layer.compatibleRuntimes,
  CompatibleArchitectures: layer.compatibleArchitectures,
  LicenseInfo: layer.licenseInfo,
});

/** What nobody gave is left out. */
function layerOutput(layer: LayerVersion, call: ApiCall): OutputOf<'GetLayerVersion'> {
  return {
    Content: {
      Location: layerLocation(layer, call),
      CodeSha256: layer.codeSha256,
      CodeSize: layer.codeSize,
    },
    LayerArn: layer.layerArn,
    LayerVersionArn: layerVersionArn(layer.layerArn, layer.version),
    Description: layer.description,
    CreatedDate: lambdaDate(layer.createdAt),
    Version: layer.version,
    CompatibleRuntimes: layer.compatibleRuntimes,
    CompatibleArchitectures: layer.compatibleArchitectures,
    LicenseInfo: layer.licenseInfo,
  };
}

export const layerOperations: OperationHandlers = {
  PublishLayerVersion: publishLayerVersion,
  GetLayerVersion: getLayerVersion,
  GetLayerVersionByArn: getLayerVersionByArn,
  ListLayers: listLayers,
  ListLayerVersions: listLayerVersions,
  DeleteLayerVersion: deleteLayerVersion,
};
