/** Finds what a folder declares: functions and layers of its templates, else the handlers in its code. */
import { access, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { WorkspaceProblem } from '../protocol/model.ts';
import type {
  DeclaredFunction,
  DeclaredLayer,
  UnclearResource,
  WorkspaceModel,
} from '../protocol/workspace.ts';
import { isSkippedInSearch } from './files/skipped.ts';
import { walk } from './files/walk.ts';
import { type HandlerCache, mayHoldHandler, undeclaredFunctions } from './handlers/undeclared.ts';
import { packageProblems } from './packages.ts';
import { type SamConfig, readSamConfig } from './samconfig/samconfig.ts';
import { problemAt } from './sourceText.ts';
import { functionOf, functionResources, layerTypes, reportLoops } from './templates/functions.ts';
import { layerOf } from './templates/layers.ts';
import { type LoadOptions, loadTemplate } from './templates/loadTemplate.ts';
import { checkPropertyNames } from './templates/misspeltProperties.ts';
import type { ParsedTemplate } from './templates/parsedTemplate.ts';
import { hasTemplateMarks, LARGEST_TEMPLATE, mayBeTemplate, readTemplate } from './templates/readTemplate.ts';
import { checkReferences } from './templates/references.ts';
import { checkTypes } from './templates/unknownTypes.ts';

export interface DiscoverOptions extends LoadOptions {
  /** Keeps what was parsed for the next time; files whose time and size are the same aren't read again. */
  readonly cache?: TemplateCache;
  /** Entries of the tree after which the search ends; 100,000 unless told. */
  readonly mostEntries?: number;
}

/** What was read of files; make one with {@link templateCache} and keep it between two discoveries of a folder. */
export interface TemplateCache {
  readonly templates: Map<string, { readonly stamp: string; readonly parsed: ParsedTemplate | undefined }>;
  readonly handlers: HandlerCache;
}

export function templateCache(): TemplateCache {
  return { templates: new Map(), handlers: new Map() };
}

/** A template that was just emptied gets its content within this time; if not, it is meant to be empty. */
const BEING_WRITTEN_MS = 30;

const MOST_ENTRIES = 100_000;
const DEEPEST = 24;

/**
 * @param folder the workspace's folder; all paths of the model begin with it as it is given (a link stays a link)
 * @throws only when there is no such folder; whatever is wrong inside is a problem of the model
 */
export async function discoverWorkspace(folder: string, options: DiscoverOptions): Promise<WorkspaceModel> {
  const root = path.resolve(folder);
  await access(root);
  const tree = await walk(root, {
    enter: name => !isSkippedInSearch(name),
    most: options.mostEntries ?? MOST_ENTRIES,
    deepest: DEEPEST,
  });
  const files = tree.folders.flatMap(({ folder: parent, files: names }) =>
    names.map(name => path.join(parent, name)),
  );
  const cache = options.cache ?? templateCache();
  const parsed = await readTemplates(files.filter(mayBeTemplate), cache.templates);
  const found = new Findings();
  const samconfigs = new Map<string, SamConfig>();
  for (const template of parsed) {
    const parent = path.dirname(template.source.file);
    const samconfig = samconfigs.get(parent) ?? (await readSamConfig(parent));
    if (!samconfigs.has(parent)) found.problems.push(...samconfig.problems);
    samconfigs.set(parent, samconfig);
    await found.addTemplate(template, samconfig, options);
  }
  if (!found.declaresFunctions) {
    const code = files.filter(file => mayHoldHandler(path.relative(root, file)));
    for (const declared of await undeclaredFunctions(root, code, cache.handlers)) found.addFunction(declared);
  }
  found.problems.push(...(await packageProblems(root, found.functions)));
  if (tree.truncated) {
    const range = { file: root, startLine: 0, startColumn: 0, endLine: 0, endColumn: 0 };
    const message = `The folder is so big that not all of it was searched for functions (${files.length} files seen). Open the folder that holds them.`;
    found.problems.push(problemAt(range, 'warning', 'folder-too-big', message));
  }
  return {
    folder: root,
    templates: parsed.map(({ source }) => source.file),
    functions: found.functions,
    layers: found.layers,
    problems: found.problems,
    unparsed: parsed.filter(({ broken }) => broken).map(({ source }) => source.file),
    ...(found.unclear.length === 0 ? {} : { unclear: found.unclear }),
  };
}

const certainOfBroken: ReadonlySet<string | undefined> = new Set(['template-syntax', 'unknown-intrinsic']);

class Findings {
  readonly functions: DeclaredFunction[] = [];
  readonly layers: DeclaredLayer[] = [];
  readonly problems: WorkspaceProblem[] = [];
  readonly unclear: UnclearResource[] = [];
  /** Some template has, or may have, functions: the code isn't searched for handlers then. */
  declaresFunctions = false;
  private readonly byName = new Map<string, DeclaredFunction>();

  async addTemplate(parsed: ParsedTemplate, samconfig: SamConfig, options: LoadOptions): Promise<void> {
    const template = loadTemplate(parsed, samconfig, options);
    const resources = functionResources(template);
    const unclear = checkTypes(template);
    this.unclear.push(...unclear);
    this.declaresFunctions ||= parsed.broken || resources.length + unclear.length > 0;
    const layers: DeclaredLayer[] = [];
    for (const resource of template.resources.values()) {
      if (layerTypes.has(resource.type)) layers.push(await layerOf(template, resource));
    }
    this.layers.push(...layers);
    for (const resource of resources) {
      checkPropertyNames(template, resource);
      const declared = await functionOf(template, resource);
      if (declared !== undefined) this.addFunction(withLayerRoots(declared, layers));
    }
    // A text that doesn't parse lacks names that its author has written.
    if (!parsed.broken) checkReferences(template);
    reportLoops(template);
    // What a half read text lacks isn't what its author forgot.
    const meant = template.problems.filter(({ code }) => !parsed.broken || certainOfBroken.has(code));
    this.problems.push(...meant);
  }

  /** The first of a name counts; templates come in the order of their paths. */
  addFunction(declared: DeclaredFunction): void {
    const first = this.byName.get(declared.name);
    if (first === undefined) {
      this.byName.set(declared.name, declared);
      this.functions.push(declared);
      return;
    }
    const { file, startLine } = first.declaration;
    const place = `${path.basename(path.dirname(file))}/${path.basename(file)}:${startLine + 1}`;
    const message = `Another function is called "${declared.name}" (${first.owner.logicalId} in ${place}); that one counts. Give this one a FunctionName of its own.`;
    this.problems.push(problemAt(declared.declaration, 'error', 'duplicate-name', message, declared.name));
  }
}

/** Says where the template's own layers of a function are. */
function withLayerRoots(declared: DeclaredFunction, layers: readonly DeclaredLayer[]): DeclaredFunction {
  const roots = layers.flatMap(({ owner, root, zip }) => {
    const place = root ?? zip;
    return place !== undefined && declared.layers.includes(owner.logicalId)
      ? [[owner.logicalId, place] as const]
      : [];
  });
  return roots.length === 0 ? declared : { ...declared, layerRoots: Object.fromEntries(roots) };
}

async function readTemplates(
  files: readonly string[],
  cache: TemplateCache['templates'],
): Promise<ParsedTemplate[]> {
  const templates: ParsedTemplate[] = [];
  for (let at = 0; at < files.length; at += 32) {
    const read = await Promise.all(files.slice(at, at + 32).map(file => readOne(file, cache)));
    templates.push(...read.filter(template => template !== undefined));
  }
  const kept = new Set(files);
  for (const file of cache.keys()) if (!kept.has(file)) cache.delete(file);
  return templates;
}

async function readOne(file: string, cache: TemplateCache['templates']): Promise<ParsedTemplate | undefined> {
  const status = await stat(file).catch(() => undefined);
  if (status?.isFile() !== true || status.size > LARGEST_TEMPLATE) return undefined;
  const stamp = `${status.mtimeMs}:${status.size}:${status.ino}`;
  const known = cache.get(file);
  if (known?.stamp === stamp) return known.parsed;
  // An editor empties a file before it writes it.
  if (status.size === 0 && known?.parsed !== undefined) await setTimeout(BEING_WRITTEN_MS);
  const bytes = await readFile(file).catch(() => undefined);
  if (bytes === undefined) return undefined;
  const parsed = hasTemplateMarks(bytes) ? readTemplate(file, bytes.toString('utf8')) : undefined;
  cache.set(file, { stamp, parsed });
  return parsed;
}
