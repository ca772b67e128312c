/** Whether a Node.js function's folder runs as it is, or esbuild makes its artifact, and from which file. */
import path from 'node:path';
import type { DeclaredCode, EsbuildOptions } from '../../protocol/workspace.ts';
import {
  findHandlerFile,
  firstFile,
  isFile,
  javascriptEndings,
  splitHandler,
  typescriptEndings,
} from '../handlers/handlerFile.ts';
import { handlerLanguageOf } from '../handlers/locateHandlers.ts';
import { sourceOfCompiled } from '../handlers/compiledSource.ts';
import { type BuildChoice, packagesOf } from './buildMethod.ts';
import { esbuildOptions } from './buildProperties.ts';
import type { PropertyReader } from './propertyReader.ts';
import { child } from './templateNode.ts';

export async function nodeCode(
  reader: PropertyReader,
  root: string,
  handler: string | undefined,
  choice: BuildChoice,
): Promise<DeclaredCode> {
  const parts = handler === undefined ? undefined : splitHandler(handler, 'node');
  if (choice.kind === 'esbuild') {
    const metadata = child(reader.resource.node, 'Metadata');
    const properties = reader.value(child(metadata, 'BuildProperties'));
    const isMap = typeof properties === 'object' && properties !== null && !Array.isArray(properties);
    const options = esbuildOptions(isMap ? (properties as Parameters<typeof esbuildOptions>[0]) : {});
    const entry = await bundledEntry(reader, root, parts?.module, options);
    return {
      kind: 'esbuild',
      root,
      entry: entry ?? path.join(root, `${parts?.module ?? 'index'}.ts`),
      options,
      ...packagesOf(choice),
    };
  }
  if (parts === undefined) return { kind: 'folder', root, ...packagesOf(choice) };
  const file = await findHandlerFile(root, parts.module, 'node');
  const source =
    file !== undefined && handlerLanguageOf(file) === 'typescript'
      ? file
      : await sourceOfCompiled(root, parts.module);
  return source === undefined
    ? { kind: 'folder', root, ...packagesOf(choice) }
    : { kind: 'esbuild', root, entry: source, options: {}, ...packagesOf(choice) };
}

const endings = [...typescriptEndings, ...javascriptEndings, '.jsx'];

/**
 * The entry point that the handler names. `sam build` flattens a single entry point, so `EntryPoints: [src/app.ts]` goes
 * with `app.handler` as well as with `src/app.handler`.
 */
async function bundledEntry(
  reader: PropertyReader,
  root: string,
  module: string | undefined,
  options: EsbuildOptions,
): Promise<string | undefined> {
  const entryPoints = (options.entryPoints ?? []).map(entry => path.resolve(root, entry));
  const stemOf = (file: string): string => file.replace(/\.[^./\\]+$/, '');
  const exact =
    module === undefined ? undefined : entryPoints.find(entry => stemOf(entry) === path.join(root, module));
  const alike = entryPoints.find(entry => path.basename(stemOf(entry)) === path.posix.basename(module ?? ''));
  if (module !== undefined && entryPoints.length > 0 && (exact ?? alike) === undefined) {
    const message = `EntryPoints make no file for the handler's module "${module}": they are ${(options.entryPoints ?? []).join(', ')}. Correct the Handler or the EntryPoints.`;
    reader.report('error', 'missing-handler', reader.spanOf('Handler'), message);
    return undefined;
  }
  const chosen = exact ?? alike ?? entryPoints[0];
  if (chosen === undefined) {
    return module === undefined ? undefined : firstFile(path.join(root, module), endings);
  }
  // esbuild takes entry points without their ending too.
  return (await isFile(chosen)) ? chosen : ((await firstFile(chosen, endings)) ?? chosen);
}
