/** What Lambda has no call for: somebody else's layer under its own ARN, and a template's layer as a version that stays. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { AwsError } from '../../../protocol/awsError.ts';
import type { LayerImport, LayerPublish, LayerPublishNew } from '../../../protocol/control.ts';
import type { LayerFolder, LayerVersionSummary } from '../../../protocol/model.ts';
import { runtimeInfo } from '../../runtimes/runtimeTable.ts';
import type { ArnScope } from '../arn.ts';
import type { Artifact, CodeStore } from '../codeStore.ts';
import { layerArn as arnOfLayer, parseLayerVersionArn } from './layerArn.ts';
import { readLayerFile, readLayerFolder } from './layerFiles.ts';
import type { LayerStore } from './layerStore.ts';
import { arnOf, layerSummary, type LayerVersion } from './layerVersion.ts';

/** All of these reject with an AwsError where there is no such layer version. */
export interface LayerActions {
  /** By ARN. */
  list(): readonly LayerVersionSummary[];
  folder(arn: string, path: string): Promise<LayerFolder>;
  file(arn: string, path: string): Promise<Buffer>;
  /** In place of what was imported there before; never of what was published here. */
  import(request: LayerImport, signal?: AbortSignal): Promise<LayerVersionSummary>;
  /** Keeps what the layer of a template has now as the next version of it, or what lies at a path of this machine. */
  publish(request: LayerPublish, signal?: AbortSignal): Promise<LayerVersionSummary>;
  /** Gone as after DeleteLayerVersion, and kept for {@link LayerActions.restore} for 7 days. Never of a template's. */
  delete(arn: string): LayerVersionSummary;
  restore(arn: string): LayerVersionSummary;
}

export interface LayerActionsOptions extends ArnScope {
  readonly layers: LayerStore;
  readonly code: CodeStore;
}

export function createLayerActions(options: LayerActionsOptions): LayerActions {
  const { layers, code } = options;
  const find = (arn: string): LayerVersion => {
    const layer = layers.find(arn);
    if (layer === undefined)
      throw new AwsError('ResourceNotFoundException', 404, `Layer version ${arn} does not exist.`);
    return layer;
  };

  /** Where its files are. */
  function rootOf(layer: LayerVersion): string {
    const { content } = layer;
    if (content.kind === 'none') throw noFiles(layer);
    return content.kind === 'zip' ? code.filesOf(content.artifact) : content.root;
  }

  /** What the layer of a template has now. */
  async function keep(arn: string): Promise<LayerVersion> {
    const layer = find(arn);
    if (layer.source !== 'workspace')
      throw new AwsError(
        'InvalidParameterValueException',
        400,
        `Layer version ${arn} is no template's: it never changes, so there is nothing to publish.`,
      );
    const { content } = layer;
    if (content.kind === 'none') throw noFiles(layer);
    const kept = content.kind === 'zip' ? undefined : await code.addFolder(content.root);
    const {
      layerArn,
      version: _version,
      createdAt: _createdAt,
      owner: _owner,
      policy: _policy,
      ...rest
    } = layer;
    const next = layers.publish(layerArn, {
      ...rest,
      source: 'published',
      ...(kept === undefined
        ? {}
        : {
            content: { kind: 'zip', artifact: kept.artifact },
            codeSha256: kept.codeSha256,
            codeSize: kept.codeSize,
          }),
    });
    return next;
  }

  async function publishNew(request: LayerPublishNew, signal?: AbortSignal): Promise<LayerVersion> {
    const { name, path, description = '', compatibleRuntimes = [] } = request;
    const unknown = compatibleRuntimes.filter(runtime => runtimeInfo(runtime) === undefined);
    if (unknown.length > 0)
      throw new AwsError('ValidationException', 400, `Lambda has no runtime ${unknown.join(', ')}.`);
    const { artifact, codeSha256, codeSize } = await store(path, code, signal);
    return layers.publish(arnOfLayer(options, name), {
      source: 'published',
      description,
      ...(compatibleRuntimes.length === 0 ? {} : { compatibleRuntimes }),
      content: { kind: 'zip', artifact },
      codeSha256,
      codeSize,
    });
  }

  return {
    list: () => [...layers.list()].sort(byNumber).map(layerSummary),
    folder: async (arn, path) => readLayerFolder(rootOf(find(arn)), path),
    file: async (arn, path) => readLayerFile(rootOf(find(arn)), path),
    import: async ({ arn, path, description = '' }, signal) => {
      const parsed = parseLayerVersionArn(arn);
      if (parsed === undefined)
        throw new AwsError(
          'ValidationException',
          400,
          `${arn} is not the ARN of a layer version: arn:aws:lambda:REGION:ACCOUNT:layer:NAME:VERSION.`,
        );
      const { layerArn, version } = parsed;
      const refuse = (): void => {
        const known = layers.get(layerArn, version);
        if (known !== undefined && known.source !== 'imported') throw published(known);
      };
      refuse();
      const { artifact, codeSha256, codeSize } = await store(path, code, signal);
      // It may have been published while a zip was unpacked.
      refuse();
      const imported = layers.import(layerArn, version, {
        source: 'imported',
        description,
        content: { kind: 'zip', artifact },
        codeSha256,
        codeSize,
      });
      return layerSummary(imported);
    },
    publish: async (request, signal) =>
      layerSummary('arn' in request ? await keep(request.arn) : await publishNew(request, signal)),
    delete: arn => {
      const layer = find(arn);
      if (layer.source === 'workspace')
        throw new AwsError(
          'InvalidParameterValueException',
          400,
          `Layer version ${arn} is a template's: it goes when ${layer.owner?.template ?? 'the template'} declares it no more.`,
        );
      layers.hide(layer);
      return layerSummary(layer);
    },
    restore: arn => {
      const parsed = parseLayerVersionArn(arn);
      const layer = parsed && layers.reveal(parsed.layerArn, parsed.version);
      if (layer === undefined)
        throw new AwsError(
          'ResourceNotFoundException',
          404,
          `Layer version ${arn} can't be restored: it is not among those that were deleted in the last 7 days.`,
        );
      return layerSummary(layer);
    },
  };
}

/** A zip, or a folder with what would be in it. */
async function store(file: string, code: CodeStore, signal: AbortSignal | undefined): Promise<Artifact> {
  const status = await stat(file).catch((error: unknown) => {
    throw new AwsError('InvalidParameterValueException', 400, `There is nothing at ${file}.`, {
      cause: error,
    });
  });
  const artifact = await (status.isDirectory()
    ? code.addFolder(file)
    : code.addStream(createReadStream(file)));
  // Whoever asked has left: nothing is to come of it.
  signal?.throwIfAborted();
  return artifact;
}

const noFiles = (layer: LayerVersion): AwsError =>
  new AwsError(
    'ResourceNotFoundException',
    404,
    `Layer version ${arnOf(layer)} has no files: what its template names is not there.`,
  );

const published = (layer: LayerVersion): AwsError =>
  new AwsError(
    'ResourceConflictException',
    409,
    `Layer version ${arnOf(layer)} was made here (${layer.source}); only what is not is imported.`,
  );

const byNumber = (a: LayerVersion, b: LayerVersion): number =>
  a.layerArn === b.layerArn ? a.version - b.version : a.layerArn < b.layerArn ? -1 : 1;
