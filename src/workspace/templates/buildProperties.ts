/** SAM's `Metadata` of a function: how `sam build` would make its artifact (SAM developer guide, "esbuild"). */
import type { EsbuildOptions } from '../../protocol/workspace.ts';
import type { Value } from './scope.ts';

type Properties = Readonly<Record<string, Value>>;

/** `BuildProperties` of `BuildMethod: esbuild`; names are SAM's, what is deployment's business (Sourcemap) is left out. */
export function esbuildOptions(properties: Properties): EsbuildOptions {
  const format = textOf(properties['Format']);
  return defined<EsbuildOptions>({
    entryPoints: listOf(properties['EntryPoints']),
    external: listOf(properties['External']),
    target: listOf(properties['Target'])?.join(','),
    format: format === 'esm' || format === 'cjs' ? format : undefined,
    minify: flagOf(properties['Minify']),
    keepNames: flagOf(properties['KeepNames']),
    mainFields: listOf(properties['MainFields']),
    loader: pairsOf(properties['Loader']),
    define: pairsOf(properties['Define']),
    banner: bannerOf(properties['Banner']),
    outExtension: pairsOf(properties['OutExtension']),
    alias: pairsOf(properties['Alias']),
    conditions: listOf(properties['Conditions']),
  });
}

/** Drops the members that aren't set (exactOptionalPropertyTypes). */
export function defined<T extends object>(members: { [Key in keyof T]: T[Key] | undefined }): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}

function textOf(value: Value | undefined): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
}

/** A list, or a text with commas: `MainFields: module,main`. */
function listOf(value: Value | undefined): string[] | undefined {
  const items = Array.isArray(value) ? (value as readonly Value[]) : textOf(value)?.split(',');
  const texts = items?.flatMap(item => textOf(item)?.trim() ?? []).filter(item => item !== '');
  return texts === undefined || texts.length === 0 ? undefined : texts;
}

function flagOf(value: Value | undefined): boolean | undefined {
  if (typeof value === 'boolean') return value;
  return value === 'true' ? true : value === 'false' ? false : undefined;
}

/** `- .png=file`, a list of such, or a map. */
function pairsOf(value: Value | undefined): Record<string, string> | undefined {
  const pairs: Record<string, string> = {};
  for (const item of Array.isArray(value) ? (value as readonly Value[]) : [value]) {
    if (typeof item === 'string') {
      const at = item.indexOf('=');
      if (at > 0) pairs[item.slice(0, at)] = item.slice(at + 1);
    } else if (typeof item === 'object' && item !== null && !Array.isArray(item)) {
      for (const [key, text] of Object.entries(item)) {
        if (text !== null && typeof text !== 'object') pairs[key] = String(text);
      }
    }
  }
  return Object.keys(pairs).length === 0 ? undefined : pairs;
}

/** `- js=import …`; a text alone is JavaScript's. */
function bannerOf(value: Value | undefined): Record<string, string> | undefined {
  if (typeof value === 'string' && !/^(js|css)=/.test(value)) return { js: value };
  return pairsOf(value);
}
