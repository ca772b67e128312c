/** From a function resource of a template to a {@link DeclaredFunction}. */
import type { DeclaredCode, DeclaredFunction, HandlerLocation } from '../../protocol/workspace.ts';
import { findHandlerFile, locateExport, splitHandler } from '../handlers/handlerFile.ts';
import { languageOf, runtimeStanding, suggestedRuntimes } from '../runtimes.ts';
import { defined } from './buildProperties.ts';
import { eventTypesOf } from './eventTypes.ts';
import { codeOf } from './functionCode.ts';
import type { LoadedTemplate } from './loadTemplate.ts';
import { PropertyReader } from './propertyReader.ts';
import type { Resource } from './scope.ts';
import { child, entriesOf, plainText, type TemplateNode } from './templateNode.ts';

export const functionTypes: ReadonlySet<string> = new Set([
  'AWS::Serverless::Function',
  'AWS::Lambda::Function',
]);
export const layerTypes: ReadonlySet<string> = new Set([
  'AWS::Serverless::LayerVersion',
  'AWS::Lambda::LayerVersion',
]);

/** Undefined, with a Problem, where the resource says too little to be a function here. */
export async function functionOf(
  template: LoadedTemplate,
  resource: Resource,
): Promise<DeclaredFunction | undefined> {
  const reader = new PropertyReader(template, resource);
  const name = nameOf(reader);
  reader.functionName = name;
  const packageType = packageTypeOf(reader);
  const runtime = packageType === 'Zip' ? reader.text('Runtime') : undefined;
  const handler = packageType === 'Zip' ? reader.text('Handler') : undefined;
  if (packageType === 'Zip') checkRuntime(reader, runtime);
  const code = await codeOf(reader, packageType, { runtime, handler });
  if (code === undefined) return undefined;
  const eventTypes = eventTypesOf(template, resource);
  const location = packageType === 'Zip' ? await handlerLocation(reader, code, runtime, handler) : undefined;
  return {
    owner: { template: template.file, logicalId: resource.logicalId },
    name,
    packageType,
    ...defined<{ runtime?: string; handler?: string; role?: string }>({
      runtime,
      handler,
      role: reader.text('Role'),
    }),
    architecture: architectureOf(reader),
    timeout: reader.integer(['Timeout'], { least: 1, most: 900, fallback: 3 }),
    memorySize: reader.integer(['MemorySize'], { least: 128, most: 10240, fallback: 128 }),
    ephemeralStorage: reader.integer(['EphemeralStorage', 'Size'], {
      least: 512,
      most: 10240,
      fallback: 512,
    }),
    description: reader.text('Description') ?? '',
    environment: reader.textMap('Environment', 'Variables'),
    ...layersOf(reader),
    tags: tagsOf(reader),
    ...(eventTypes.length === 0 ? {} : { eventTypes }),
    code,
    ...(reader.node('LoggingConfig') === undefined ? {} : { loggingConfig: reader.textMap('LoggingConfig') }),
    declaration: template.source.rangeOf(resource.keySpan),
    ...(location === undefined ? {} : { handlerLocation: location }),
  };
}

/** AWS's rule for names (CreateFunction, FunctionName). */
const validName = /^[A-Za-z0-9_-]{1,64}$/;

function nameOf(reader: PropertyReader): string {
  const name = reader.text('FunctionName') ?? reader.resource.logicalId;
  if (validName.test(name)) return name;
  const message = `"${name}" is not a function name: 1 to 64 letters, digits, hyphens and underscores. ${reader.resource.logicalId} is used instead.`;
  reader.report('error', 'template-value', reader.spanOf('FunctionName'), message);
  return reader.resource.logicalId;
}

function packageTypeOf(reader: PropertyReader): 'Zip' | 'Image' {
  const given = reader.text('PackageType');
  if (given === 'Zip' || given === 'Image') return given;
  if (given !== undefined) {
    reader.report('error', 'template-value', reader.spanOf('PackageType'), 'PackageType is Zip or Image.');
  }
  const asImage = reader.node('ImageUri') ?? reader.node('Code', 'ImageUri');
  return asImage === undefined ? 'Zip' : 'Image';
}

function architectureOf(reader: PropertyReader): 'x86_64' | 'arm64' {
  const [given = 'x86_64', ...more] = reader.texts('Architectures');
  if ((given === 'x86_64' || given === 'arm64') && more.length === 0) return given;
  const message = 'Architectures is a list of exactly one: x86_64 or arm64.';
  reader.report('error', 'template-value', reader.spanOf('Architectures'), message);
  return 'x86_64';
}

function checkRuntime(reader: PropertyReader, runtime: string | undefined): void {
  if (runtime === undefined) {
    if (reader.node('Runtime') !== undefined) return;
    const message = `The function has no Runtime. Give it one, for instance ${suggestedRuntimes('').join(', ')}.`;
    reader.report('error', 'template-value', reader.resource.keySpan, message);
    return;
  }
  const standing = runtimeStanding(runtime);
  if (standing === 'supported') return;
  const instead = `Use one of ${suggestedRuntimes(runtime).join(', ')}.`;
  if (standing === 'unknown') {
    const message = `Unknown runtime "${runtime}". ${instead}`;
    reader.report('error', 'unknown-runtime', reader.spanOf('Runtime'), message);
  } else {
    const message = `AWS no longer creates functions with the runtime ${runtime}. ${instead}`;
    reader.report('warning', 'unknown-runtime', reader.spanOf('Runtime'), message);
  }
}

/** Local layers by their logical id, others by their ARN. */
function layersOf(reader: PropertyReader): Pick<DeclaredFunction, 'layers' | 'layerRanges'> {
  const node = reader.node('Layers');
  if (node?.kind !== 'list') {
    const layers = reader.texts('Layers');
    const range = reader.template.source.rangeOf(reader.spanOf('Layers'));
    return layers.length === 0 ? { layers } : { layers, layerRanges: layers.map(() => range) };
  }
  const found = node.items.flatMap(item => {
    const layer = layerNamed(reader, item);
    return layer === undefined ? [] : [{ layer, range: reader.template.source.rangeOf(item) }];
  });
  const layers = found.map(({ layer }) => layer);
  return found.length === 0 ? { layers } : { layers, layerRanges: found.map(({ range }) => range) };
}

function layerNamed(reader: PropertyReader, item: TemplateNode): string | undefined {
  const attribute = child(item, 'Fn::GetAtt');
  const [resource, name] = attribute?.kind === 'list' ? attribute.items : [];
  const named = plainText(name) === 'LayerVersionArn' ? resource : child(item, 'Ref');
  const local = reader.template.resources.get(plainText(named) ?? '');
  if (local !== undefined && layerTypes.has(local.type)) return local.logicalId;
  const value = reader.value(item);
  return typeof value === 'string' ? value : undefined;
}

/** SAM takes a map, CloudFormation a list of Key and Value. */
function tagsOf(reader: PropertyReader): Record<string, string> {
  const node = reader.node('Tags');
  if (node?.kind !== 'list') return reader.textMap('Tags');
  const tags: Record<string, string> = {};
  for (const item of node.items) {
    const [key, value] = [reader.value(child(item, 'Key')), reader.value(child(item, 'Value'))];
    if (typeof key === 'string' && value !== undefined && typeof value !== 'object')
      tags[key] = String(value);
  }
  return tags;
}

async function handlerLocation(
  reader: PropertyReader,
  code: DeclaredCode,
  runtime: string | undefined,
  handler: string | undefined,
): Promise<HandlerLocation | undefined> {
  if (handler === undefined) {
    if (reader.node('Handler') === undefined && runtime?.startsWith('provided') !== true) {
      const message = 'The function has no Handler. Give it one, for instance index.handler.';
      reader.report('error', 'missing-handler', reader.resource.keySpan, message);
    }
    return undefined;
  }
  const language = languageOf(runtime);
  if (language === 'other' || code.kind === 'zip' || code.kind === 'image' || code.kind === 'inline') {
    return undefined;
  }
  const span = reader.spanOf('Handler');
  const parts = splitHandler(handler, language);
  if (parts === undefined) {
    const message = `"${handler}" is not a handler: write file.function, for instance ${language === 'node' ? 'src/app.handler' : 'src/app.lambda_handler'}.`;
    reader.report('error', 'missing-handler', span, message);
    return undefined;
  }
  const file =
    code.kind === 'esbuild' ? code.entry : await findHandlerFile(code.root, parts.module, language);
  if (file === undefined) {
    // A Makefile may put anything where the handler looks for it.
    if (code.kind === 'tool') return undefined;
    // The missing root was reported already.
    if (!reader.template.problems.some(isMissingCodeOf(reader))) {
      const message = `No file for the handler "${handler}": ${code.root} has no ${parts.module} (${language === 'node' ? '.js, .mjs, .cjs or .ts' : '.py'}).`;
      reader.report('error', 'missing-handler', span, message);
    }
    return undefined;
  }
  const place = await locateExport(file, parts.symbol);
  if (place.kind === 'found') return place.location;
  if (place.kind === 'missing') {
    const others = place.exports.length === 0 ? 'nothing' : place.exports.slice(0, 8).join(', ');
    const message = `${file} exports no "${parts.symbol}", which the handler "${handler}" names. It exports ${others}.`;
    reader.report('warning', 'missing-handler', span, message);
  }
  return undefined;
}

const isMissingCodeOf =
  (reader: PropertyReader) =>
  (problem: { readonly code?: string; readonly functionName?: string }): boolean =>
    problem.code === 'missing-code' && problem.functionName === reader.functionName;

/** The logical ids of a template's functions, whether or not they can be read. */
export function functionResources(template: LoadedTemplate): Resource[] {
  return [...template.resources.values()].filter(resource => functionTypes.has(resource.type));
}

/** `Fn::ForEach` among the resources: only AWS's transform makes those. */
export function reportLoops(template: LoadedTemplate): void {
  for (const entry of entriesOf(child(template.root, 'Resources'))) {
    if (!entry.key.startsWith('Fn::ForEach::')) continue;
    const message = `${entry.key} is expanded only by AWS: functions that it makes are not seen here.`;
    template.report('warning', 'not-local', entry.keySpan, message);
  }
}
