/**
 * What the workspace must know of runtime identifiers (spec/execution-environment.md §7): whether one exists, which
 * language it speaks, and which one a handler gets that no template describes.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';

export type Language = 'node' | 'python' | 'other';

/** Runtimes that functions can be created with, the newest last within a language. */
export const supportedRuntimes: readonly string[] = [
  ...['nodejs16.x', 'nodejs18.x', 'nodejs20.x', 'nodejs22.x', 'nodejs24.x', 'nodejs26.x'],
  ...[8, 9, 10, 11, 12, 13, 14, 15].map(minor => `python3.${minor}`),
  ...['java8.al2', 'java11', 'java17', 'java21', 'java25'],
  ...['java8.al2023', 'java11.al2023', 'java17.al2023'],
  ...['dotnet6', 'dotnet8', 'dotnet10'],
  ...['ruby3.2', 'ruby3.3', 'ruby3.4', 'ruby4.0'],
  ...['provided.al2', 'provided.al2023'],
];

/** AWS creates no functions with these any more. */
const retired = [
  ...['nodejs', 'nodejs4.3', 'nodejs4.3-edge', 'nodejs6.10', 'nodejs8.10', 'nodejs10.x', 'nodejs12.x'],
  ...[
    'nodejs14.x',
    'python2.7',
    'python3.6',
    'python3.7',
    'java8',
    'go1.x',
    'ruby2.5',
    'ruby2.7',
    'provided',
  ],
  ...['dotnetcore1.0', 'dotnetcore2.0', 'dotnetcore2.1', 'dotnetcore3.1', 'dotnet5.0', 'dotnet7'],
];

export type RuntimeStanding = 'supported' | 'retired' | 'unknown';

export function runtimeStanding(runtime: string): RuntimeStanding {
  if (supportedRuntimes.includes(runtime)) return 'supported';
  return retired.includes(runtime) ? 'retired' : 'unknown';
}

/** The supported runtimes of the same language, newest last; all families where the language isn't known. */
export function suggestedRuntimes(runtime: string): string[] {
  const family = /^[a-z]+/i.exec(runtime)?.[0]?.toLowerCase() ?? '';
  const same = supportedRuntimes.filter(name => family !== '' && name.startsWith(family));
  return same.length > 0
    ? same
    : ['nodejs24.x', 'python3.13', 'java21', 'dotnet8', 'ruby3.4', 'provided.al2023'];
}

export function languageOf(runtime: string | undefined): Language {
  if (runtime?.startsWith('nodejs') === true) return 'node';
  return runtime?.startsWith('python') === true ? 'python' : 'other';
}

/** esbuild's target for a runtime: `nodejs22.x` → `node22`. */
export function esbuildTarget(runtime: string | undefined): string {
  const major = /^nodejs(\d+)/.exec(runtime ?? '')?.[1];
  return `node${major ?? '22'}`;
}

/**
 * For JavaScript and TypeScript without a template. nodejs22.x unless the project names a version: it takes every form of
 * handler (nodejs24.x refuses callbacks), and a Node that can run it is there wherever Lamplight runs.
 * @param wanted what .nvmrc or package.json's `engines.node` says, `>=20 <25`, `v24.1.0`
 */
export function defaultNodeRuntime(wanted: string | undefined): string {
  const major = Number(/\d+/.exec(wanted ?? '')?.[0] ?? 22);
  const runtime = `nodejs${Math.min(Math.max(major + (major % 2), 22), 24)}.x`;
  return major < 22 &&
    /^\s*(\d|v|~|\^|=\s*\d)/.test(wanted ?? '') &&
    supportedRuntimes.includes(`nodejs${major}.x`)
    ? `nodejs${major}.x`
    : runtime;
}

/**
 * For Python without a template: the version that the project's virtual environment or .python-version names, else the
 * newest `python3.N` on the PATH that Lambda has, else python3.12. No Python is started to find out.
 */
export function defaultPythonRuntime(
  wanted: string | undefined,
  searchPath = process.env['PATH'] ?? '',
): string {
  const named = /^\D*(3\.\d+)/.exec(wanted ?? '')?.[1];
  if (named !== undefined && supportedRuntimes.includes(`python${named}`)) return `python${named}`;
  const folders = searchPath.split(path.delimiter).filter(folder => folder !== '');
  const newest = supportedRuntimes
    .filter(name => name.startsWith('python'))
    .reverse()
    // Not a preview, which a distribution may bring before Lambda does.
    .filter(name => name !== 'python3.15')
    .find(name => folders.some(folder => existsSync(path.join(folder, name))));
  return newest ?? 'python3.12';
}
