/** From a layer resource of a template to a {@link DeclaredLayer}. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { DeclaredLayer } from '../../protocol/workspace.ts';
import { defined } from './buildProperties.ts';
import type { LoadedTemplate } from './loadTemplate.ts';
import { PropertyReader } from './propertyReader.ts';
import type { Resource } from './scope.ts';
import { child, plainText } from './templateNode.ts';

export async function layerOf(template: LoadedTemplate, resource: Resource): Promise<DeclaredLayer> {
  const reader = new PropertyReader(template, resource);
  const content = await contentOf(reader);
  const architectures = reader.texts('CompatibleArchitectures');
  checkRetention(reader);
  return {
    owner: { template: template.file, logicalId: resource.logicalId },
    name: nameOf(reader),
    description: reader.text('Description') ?? '',
    compatibleRuntimes: reader.texts('CompatibleRuntimes'),
    ...defined<Pick<DeclaredLayer, 'root' | 'zip' | 'below' | 'compatibleArchitectures' | 'licenseInfo'>>({
      root: content?.root,
      zip: content?.zip,
      below: content?.below,
      compatibleArchitectures: architectures.length === 0 ? undefined : architectures,
      licenseInfo: reader.text('LicenseInfo'),
    }),
    declaration: template.source.rangeOf(resource.keySpan),
  };
}

/** AWS's rule for names (PublishLayerVersion, LayerName). */
const validName = /^[A-Za-z0-9_-]{1,140}$/;

function nameOf(reader: PropertyReader): string {
  const { logicalId } = reader.resource;
  const name = reader.text('LayerName') ?? logicalId;
  if (validName.test(name)) return name;
  const message = `"${name}" is not a layer name: 1 to 140 letters, digits, hyphens and underscores. ${logicalId} is used instead.`;
  reader.report('error', 'template-value', reader.spanOf('LayerName'), message);
  return logicalId;
}

/** What happens to versions that an update replaces: here nothing is replaced, so only its words are looked at. */
function checkRetention(reader: PropertyReader): void {
  const policy = reader.text('RetentionPolicy');
  if (policy === undefined || /^(retain|delete)$/i.test(policy)) return;
  const message = `RetentionPolicy is Retain or Delete.`;
  reader.report('error', 'template-value', reader.spanOf('RetentionPolicy'), message);
}

type Content = Pick<DeclaredLayer, 'root' | 'zip' | 'below'>;

/** A folder or a zip; undefined, with a Problem, where there is none on this machine. */
async function contentOf(reader: PropertyReader): Promise<Content | undefined> {
  const { template, resource } = reader;
  const asset = child(child(resource.node, 'Metadata'), 'aws:asset:path');
  const property = resource.type === 'AWS::Serverless::LayerVersion' ? 'ContentUri' : 'Content';
  const node = asset ?? reader.node(property);
  const written = plainText(asset) ?? reader.value(node);
  if (node === undefined || written === undefined) {
    reader.report(
      'error',
      'missing-code',
      resource.keySpan,
      `${property} is missing: say where the layer is.`,
    );
    return undefined;
  }
  if (typeof written !== 'string' || written.startsWith('s3://')) {
    const message = "The layer is in S3, so it can't be used here. Give a path on this machine.";
    reader.report('warning', 'not-local', node, message);
    return undefined;
  }
  const place = path.resolve(template.folder, written);
  const status = await stat(place).catch(() => undefined);
  if (status?.isDirectory() === true) {
    const below = asset === undefined ? await folderOfBuild(reader, place) : undefined;
    return { root: place, ...(below === undefined ? {} : { below }) };
  }
  if (status?.isFile() === true && /\.(zip|jar)$/i.test(place)) return { zip: place };
  const message =
    status === undefined
      ? `The layer's path ${written} doesn't exist: there is nothing at ${place}.`
      : `The layer's path ${written} is a file. It must be a folder or a .zip file.`;
  reader.report('error', 'missing-code', node, message);
  return undefined;
}

/** Where `sam build` puts what it makes of a layer (aws-sam-cli, LAYER_SUBFOLDER_MAPPING). */
const FOLDERS: readonly (readonly [RegExp, string])[] = [
  [/^python/, 'python'],
  [/^nodejs/, 'nodejs'],
  [/^ruby/, 'ruby/lib'],
  [/^java/, 'java'],
];

/**
 * `BuildMethod: python3.13` says that the folder is the source of a build, which puts it below `python`. Nothing is built
 * here: the folder counts as that one, unless somebody has laid it out already.
 */
async function folderOfBuild(reader: PropertyReader, root: string): Promise<string | undefined> {
  const node = child(child(reader.resource.node, 'Metadata'), 'BuildMethod');
  const method = reader.value(node);
  if (node === undefined || typeof method !== 'string') return undefined;
  const below = FOLDERS.find(([runtime]) => runtime.test(method))?.[1];
  if (below === undefined) {
    if (method !== 'makefile') return undefined;
    const message =
      'BuildMethod makefile is not run: the layer is its folder, as it is. Build it, and give the folder that was built.';
    reader.report('info', 'not-local', node, message);
    return undefined;
  }
  const [language = below] = below.split('/');
  const isThere = await stat(path.join(root, language)).then(
    found => found.isDirectory(),
    () => false,
  );
  return isThere ? undefined : below;
}
