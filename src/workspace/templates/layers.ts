/** From a layer resource of a template to a {@link DeclaredLayer}. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { DeclaredLayer } from '../../protocol/workspace.ts';
import type { LoadedTemplate } from './loadTemplate.ts';
import { PropertyReader } from './propertyReader.ts';
import type { Resource } from './scope.ts';
import { child, plainText } from './templateNode.ts';

export async function layerOf(template: LoadedTemplate, resource: Resource): Promise<DeclaredLayer> {
  const reader = new PropertyReader(template, resource);
  const root = await contentRoot(reader);
  return {
    owner: { template: template.file, logicalId: resource.logicalId },
    name: reader.text('LayerName') ?? resource.logicalId,
    description: reader.text('Description') ?? '',
    compatibleRuntimes: reader.texts('CompatibleRuntimes'),
    ...(root === undefined ? {} : { root }),
    declaration: template.source.rangeOf(resource.keySpan),
  };
}

/** A folder; undefined, with a Problem, where there is none on this machine. */
async function contentRoot(reader: PropertyReader): Promise<string | undefined> {
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
  const root = path.resolve(template.folder, written);
  const status = await stat(root).catch(() => undefined);
  if (status?.isDirectory() === true) return root;
  if (status === undefined) {
    const message = `The layer's path ${written} doesn't exist: there is nothing at ${root}.`;
    reader.report('error', 'missing-code', node, message);
  } else {
    const message = `The layer is a file, ${written}: only folders are attached to functions yet. Give the folder that it was zipped from.`;
    reader.report('warning', 'not-local', node, message);
  }
  return undefined;
}
