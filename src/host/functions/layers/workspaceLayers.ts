/**
 * The layers of the workspace's templates in the host (protocol/deployment.ts). Such a layer is one version of the layer
 * of its name: its number stays, and it is used where it stands, so a save counts at once (docs/workspace.md).
 */
import { createReadStream } from 'node:fs';
import type { LayerFiles } from '../../../protocol/deployment.ts';
import type { Owner } from '../../../protocol/model.ts';
import type { DeclaredLayer } from '../../../protocol/workspace.ts';
import type { ArnScope } from '../arn.ts';
import type { CodeStore } from '../codeStore.ts';
import { layerArn } from './layerArn.ts';
import type { LayerChange, LayerStore } from './layerStore.ts';
import type { LayerContent, LayerVersion } from './layerVersion.ts';

export interface WorkspaceLayersOptions extends ArnScope {
  readonly layers: LayerStore;
  readonly code: Pick<CodeStore, 'addStream'>;
}

export interface WorkspaceLayers {
  declare(declared: DeclaredLayer): void;
  deploy(owner: Owner, files: LayerFiles): Promise<void>;
  remove(owner: Owner): void;
  owned(): readonly Owner[];
}

export function createWorkspaceLayers(options: WorkspaceLayersOptions): WorkspaceLayers {
  const { layers, code } = options;

  /** The version that the resource has; under another name it is another layer, as CloudFormation replaces it. */
  function known({ owner }: DeclaredLayer, arn: string): LayerVersion | undefined {
    const layer = layers.ofOwner(owner);
    if (layer?.layerArn === arn) return layer;
    if (layer !== undefined) layers.hide(layer);
    return layers.restore(owner, arn);
  }

  return {
    declare: declared => {
      const arn = layerArn(options, declared.name);
      const layer = known(declared, arn);
      const change: LayerChange = {
        ...described(declared),
        content: contentOf(declared, layer),
        codeSha256: layer?.codeSha256 ?? '',
        codeSize: layer?.codeSize ?? 0,
      };
      if (layer !== undefined) layers.change(arn, layer.version, change);
      else layers.publish(arn, { ...change, source: 'workspace', owner: declared.owner });
    },
    deploy: async (owner, files) => {
      const stored = files.kind === 'zip' ? await code.addStream(createReadStream(files.file)) : undefined;
      // It may have gone while a zip was unpacked.
      const layer = layers.ofOwner(owner);
      if (layer === undefined) return;
      const {
        layerArn: arn,
        version,
        createdAt: _createdAt,
        source: _source,
        owner: _owner,
        ...rest
      } = layer;
      if (files.kind === 'folder')
        layers.change(arn, version, {
          ...rest,
          content: { kind: 'folder', root: files.root },
          codeSha256: Buffer.from(files.hash, 'hex').toString('base64'),
          codeSize: files.size,
        });
      else if (stored !== undefined)
        layers.change(arn, version, {
          ...rest,
          content: { kind: 'zip', artifact: stored.artifact },
          codeSha256: stored.codeSha256,
          codeSize: stored.codeSize,
        });
    },
    remove: owner => {
      const layer = layers.ofOwner(owner);
      if (layer !== undefined) layers.hide(layer);
    },
    owned: () => layers.list().flatMap(({ owner }) => (owner === undefined ? [] : [owner])),
  };
}

function described(
  declared: DeclaredLayer,
): Pick<LayerChange, 'description' | 'compatibleRuntimes' | 'compatibleArchitectures' | 'licenseInfo'> {
  const { compatibleRuntimes, compatibleArchitectures = [], licenseInfo } = declared;
  return {
    description: declared.description,
    ...(compatibleRuntimes.length === 0 ? {} : { compatibleRuntimes }),
    ...(compatibleArchitectures.length === 0 ? {} : { compatibleArchitectures }),
    ...(licenseInfo === undefined ? {} : { licenseInfo }),
  };
}

/** Before its files have been looked at: a folder is where it is, a zip is what it was last. */
function contentOf(declared: DeclaredLayer, before: LayerVersion | undefined): LayerContent {
  if (declared.root !== undefined) return { kind: 'folder', root: declared.root };
  return declared.zip !== undefined && before?.content.kind === 'zip' ? before.content : { kind: 'none' };
}
