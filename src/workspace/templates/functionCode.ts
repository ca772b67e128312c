/** Where a template's function has its code: folder, zip, inline text, bundle or image. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { DeclaredCode, ImageConfig } from '../../protocol/workspace.ts';
import { languageOf } from '../runtimes.ts';
import { buildChoiceOf, packagesOf } from './buildMethod.ts';
import { defined } from './buildProperties.ts';
import { nodeCode } from './nodeCode.ts';
import type { PropertyReader } from './propertyReader.ts';
import { child, plainText } from './templateNode.ts';

/** Handler and runtime, as far as the template says them. */
export interface HandlerProperties {
  readonly runtime: string | undefined;
  readonly handler: string | undefined;
}

/** The code, or undefined with a Problem where there is none that could run here. */
export async function codeOf(
  reader: PropertyReader,
  packageType: 'Zip' | 'Image',
  properties: HandlerProperties,
): Promise<DeclaredCode | undefined> {
  if (packageType === 'Image') return imageCode(reader);
  const inline = inlineCode(reader, properties);
  if (inline !== undefined) return inline;
  const place = codePath(reader);
  if (place === undefined) return undefined;
  const found = await stat(place.folder).catch(() => undefined);
  if (found === undefined) {
    const message = `The code path ${place.written} doesn't exist: there is nothing at ${place.folder}. Correct the path, or build what makes it.`;
    reader.report('error', 'missing-code', place.span, message);
    return { kind: 'folder', root: place.folder };
  }
  if (found.isFile()) {
    if (/\.(zip|jar)$/i.test(place.folder)) return { kind: 'zip', file: place.folder };
    const message = `The code path ${place.written} is a file. It must be a folder or a .zip file.`;
    reader.report('error', 'missing-code', place.span, message);
    return { kind: 'folder', root: path.dirname(place.folder) };
  }
  const choice = await buildChoiceOf(reader, place.folder, properties);
  if (choice.kind === 'tool') return choice;
  if (languageOf(properties.runtime) !== 'node')
    return { kind: 'folder', root: place.folder, ...packagesOf(choice) };
  return nodeCode(reader, place.folder, properties.handler, choice);
}

const isSam = (reader: PropertyReader): boolean => reader.resource.type === 'AWS::Serverless::Function';

/** SAM's InlineCode; CloudFormation's ZipFile, which it puts into a file called index. */
function inlineCode(reader: PropertyReader, { runtime }: HandlerProperties): DeclaredCode | undefined {
  const text = isSam(reader) ? reader.text('InlineCode') : reader.text('Code', 'ZipFile');
  if (text === undefined) return undefined;
  const fileName = languageOf(runtime) === 'python' ? 'index.py' : 'index.js';
  return { kind: 'inline', text, fileName };
}

interface CodePlace {
  readonly folder: string;
  readonly written: string;
  readonly span: { readonly start: number; readonly end: number };
}

function codePath(reader: PropertyReader): CodePlace | undefined {
  const { template, resource } = reader;
  const resolve = (written: string, span: CodePlace['span']): CodePlace => ({
    folder: path.resolve(template.folder, written),
    written,
    span,
  });
  // CDK tells where the asset is, and SAM CLI's own templates as well; the Code beside it names a bucket.
  const asset = child(child(resource.node, 'Metadata'), 'aws:asset:path');
  const assetPath = plainText(asset);
  if (asset !== undefined && assetPath !== undefined) return resolve(assetPath, asset);
  const property = isSam(reader) ? 'CodeUri' : 'Code';
  const node = reader.node(property);
  if (node === undefined) {
    // sam build takes the template's folder then.
    if (isSam(reader)) return resolve('.', resource.keySpan);
    reader.report('error', 'missing-code', resource.keySpan, 'Code is missing: say where the code is.');
    return undefined;
  }
  const value = reader.value(node);
  if (typeof value === 'string' && !value.startsWith('s3://')) return resolve(value, node);
  if (value === undefined) return undefined;
  reader.report(
    'warning',
    'not-local',
    node,
    'The code is in S3, so it can\'t run here. Give a path on this machine, or use the template from before "package".',
  );
  return undefined;
}

function imageCode(reader: PropertyReader): DeclaredCode | undefined {
  const metadata = child(reader.resource.node, 'Metadata');
  const text = (...names: readonly string[]): string | undefined => {
    for (const name of names) {
      const value = reader.value(child(metadata, name));
      if (typeof value === 'string') return value;
    }
    return undefined;
  };
  const imageUri = reader.text('ImageUri') ?? reader.text('Code', 'ImageUri');
  const folder = text('DockerContext', 'aws:asset:path');
  const context = folder === undefined ? undefined : path.resolve(reader.template.folder, folder);
  const dockerfile = text('Dockerfile', 'aws:asset:dockerfile-path') ?? (context && 'Dockerfile');
  if (imageUri === undefined && dockerfile === undefined) {
    reader.report(
      'error',
      'missing-code',
      reader.resource.keySpan,
      'A function of PackageType Image needs an ImageUri, or Metadata with Dockerfile and DockerContext.',
    );
    return undefined;
  }
  const imageConfig = defined<ImageConfig>({
    entryPoint: orNothing(reader.texts('ImageConfig', 'EntryPoint')),
    command: orNothing(reader.texts('ImageConfig', 'Command')),
    workingDirectory: reader.text('ImageConfig', 'WorkingDirectory'),
  });
  return {
    kind: 'image',
    ...defined<{ imageUri?: string; dockerfile?: string; context?: string; tag?: string }>({
      imageUri,
      dockerfile,
      context: dockerfile === undefined ? undefined : (context ?? reader.template.folder),
      tag: text('DockerTag'),
    }),
    ...(Object.keys(imageConfig).length === 0 ? {} : { imageConfig }),
  };
}

function orNothing(texts: string[]): string[] | undefined {
  return texts.length === 0 ? undefined : texts;
}
