/** Functions in code that no template describes: a file that exports `handler` is one, so a folder with one file works. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { DeclaredFunction } from '../../protocol/workspace.ts';
import { handlerLanguageOf, type LocatedExport, scanExports } from './locateHandlers.ts';
import { javascriptEndings } from './handlerFile.ts';
import { Places } from './places.ts';

/** Test files and configuration export what they like. */
const noHandlers =
  /(^|[./_-])(test|tests|spec|stories|config|setup)\.[^.]+$|^test_.*\.py$|^conftest\.py$|^\.|\.min\.js$/i;
const noHandlerFolders = new Set([
  'test',
  'tests',
  '__tests__',
  '__mocks__',
  'e2e',
  'cypress',
  'docs',
  'public',
]);

/** Bigger files are bundles. */
const BIGGEST = 512 * 1024;

/** Whether a handler is looked for in a file of that path, relative to the workspace's folder. */
export function mayHoldHandler(relative: string): boolean {
  const parts = relative.split(path.sep);
  const name = parts.pop() ?? '';
  if (handlerLanguageOf(name) === undefined || noHandlers.test(name)) return false;
  return !parts.some(part => noHandlerFolders.has(part) || part.startsWith('.'));
}

/** Code files that are looked into, the nearest first: a bigger tree without a template is no folder of handlers. */
const MOST_FILES = 3_000;

/** What was found in files, by path; kept between two searches. */
export type HandlerCache = Map<string, { readonly stamp: string; readonly entry: LocatedExport | undefined }>;

/** Files with handlers, in the order given. Names are unique among them. */
export async function undeclaredFunctions(
  folder: string,
  files: readonly string[],
  cache: HandlerCache,
): Promise<DeclaredFunction[]> {
  const searched = files.slice(0, MOST_FILES);
  const found: { file: string; entry: LocatedExport }[] = [];
  for (let at = 0; at < searched.length; at += 32) {
    const batch = searched.slice(at, at + 32);
    const read = await Promise.all(batch.map(file => handlerIn(file, cache)));
    for (const [index, entry] of read.entries()) {
      const file = batch[index];
      if (entry !== undefined && file !== undefined) found.push({ file, entry });
    }
  }
  const there = new Set(searched);
  for (const file of cache.keys()) if (!there.has(file)) cache.delete(file);
  const kept = found.filter(({ file }) => !isCompiled(file, there));
  const names = uniqueNames(
    folder,
    kept.map(item => item.file),
  );
  const places = new Places(folder);
  return Promise.all(
    kept.map(({ file, entry }, index) => declared(places, file, entry, names[index] ?? entry.symbol)),
  );
}

async function handlerIn(file: string, cache: HandlerCache): Promise<LocatedExport | undefined> {
  const status = await stat(file).catch(() => undefined);
  if (status?.isFile() !== true || status.size > BIGGEST) return undefined;
  const stamp = `${status.mtimeMs}:${status.size}:${status.ino}`;
  const known = cache.get(file);
  if (known?.stamp === stamp) return known.entry;
  const entry = handlerOf(file, await readFile(file, 'utf8').catch(() => ''));
  cache.set(file, { stamp, entry });
  return entry;
}

function handlerOf(file: string, text: string): LocatedExport | undefined {
  const language = handlerLanguageOf(file);
  if (language === undefined || !text.includes('handler')) return undefined;
  const { exports } = scanExports(text, language);
  if (language !== 'python') {
    return exports.find(entry => entry.symbol === 'handler' && entry.kind !== 'other');
  }
  return (
    exports.find(entry => entry.symbol === 'lambda_handler' && isPythonHandler(entry)) ??
    exports.find(entry => entry.symbol === 'handler' && isPythonHandler(entry))
  );
}

/** `def handler(event, context)`, or an adapter's `handler = Mangum(app)`; not `handler = logging.StreamHandler()`. */
function isPythonHandler({ kind, parameters, value }: LocatedExport): boolean {
  if (parameters !== undefined) {
    const [event = '', context = ''] = parameters;
    return parameters.length === 2 && (/event|evt|^_/i.test(event) || /context|ctx|^_/i.test(context));
  }
  return kind === 'call' && /^(Mangum|Adapter|WsgiHandler|make_lambda_handler|AwsWsgi)\b/i.test(value ?? '');
}

/** JavaScript that stands beside the TypeScript it was made from. */
function isCompiled(file: string, files: ReadonlySet<string>): boolean {
  const ending = path.extname(file);
  if (!javascriptEndings.includes(ending)) return false;
  return files.has(`${file.slice(0, -ending.length)}${ending.replace('js', 'ts')}`);
}

async function declared(
  places: Places,
  file: string,
  entry: LocatedExport,
  name: string,
): Promise<DeclaredFunction> {
  const language = handlerLanguageOf(file) ?? 'javascript';
  const python = language === 'python';
  const root = await (python
    ? places.pythonRoot(path.dirname(file))
    : places.packageRoot(path.dirname(file)));
  const stem = path.relative(root, file).replace(/\.[^.]+$/, '');
  const module = stem.split(path.sep).join('/');
  const runtime = await (python ? places.pythonRuntime(root) : places.nodeRuntime(root));
  const place = {
    file,
    startLine: entry.line,
    startColumn: entry.column,
    endLine: entry.line,
    endColumn: entry.column + entry.symbol.length,
  };
  return {
    owner: { template: file, logicalId: entry.symbol },
    name,
    runtime,
    handler: `${module}.${entry.symbol}`,
    packageType: 'Zip',
    architecture: 'x86_64',
    timeout: 3,
    memorySize: 128,
    ephemeralStorage: 512,
    description: '',
    environment: {},
    layers: [],
    tags: {},
    code:
      language === 'typescript'
        ? { kind: 'esbuild', root, entry: file, options: {} }
        : { kind: 'folder', root },
    declaration: place,
    handlerLocation: { file, line: entry.line, column: entry.column, symbol: entry.symbol, language },
  };
}

/** File names that say nothing: the folder's name is the function's. */
const plain = /^(index|handlers?|app|main|lambda|lambda_function|function)$/i;
/** Folders that only group. */
const grouping = /^(src|lib|functions?|lambdas?|handlers?|packages|services|api|backend)$/i;

/** A name for each file: short where that is clear, with the whole path where two would be alike. */
export function uniqueNames(folder: string, files: readonly string[]): string[] {
  const short = files.map(file => shortName(folder, file));
  const taken = new Set<string>();
  return files.map((file, index) => {
    const alike = short.filter(name => name === short[index]).length > 1;
    const wanted = alike ? wholeName(folder, file) : (short[index] ?? '');
    let name = wanted;
    for (let count = 2; taken.has(name); count += 1) name = `${wanted.slice(0, 60)}-${count}`;
    taken.add(name);
    return name;
  });
}

function shortName(folder: string, file: string): string {
  const parts = partsOf(folder, file);
  const own = parts.pop() ?? '';
  const folders = parts.filter(part => !grouping.test(part));
  if (!plain.test(own)) folders.push(own);
  return valid(folders.length > 0 ? folders.join('-') : path.basename(folder));
}

function wholeName(folder: string, file: string): string {
  return valid(partsOf(folder, file).join('-') + path.extname(file).replace('.', '-'));
}

function partsOf(folder: string, file: string): string[] {
  return path
    .relative(folder, file)
    .replace(/\.[^.]+$/, '')
    .split(path.sep);
}

/** Letters, digits, hyphens and underscores, at most 64. */
function valid(name: string): string {
  const clean = name.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '');
  return clean === '' ? 'function' : clean.slice(0, 64);
}
