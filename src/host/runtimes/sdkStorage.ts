/**
 * The AWS SDK that AWS's own runtimes bring: `@aws-sdk/*` and `@smithy/*` for Node.js from 18 on, boto3 for Python. Here
 * it comes from a folder of the user's, which `lamplight doctor --fix` fills:
 *
 *     <storage>/nodejs/node_modules/    <storage>/python/<X.Y>/
 */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ProcessLaunch } from './processLaunch.ts';
import { outputOf } from './programs.ts';

/** Before it the runtimes brought version 2 of the SDK for JavaScript. */
const OLDEST_NODE = 18;

/** Larger errors are nobody's failed import. */
const LARGEST_ERROR = 64 * 1024;

/** Where a runtime's SDK is in the storage, whether or not it is there; undefined for runtimes that bring none. */
export function sdkFolder(
  storage: string | undefined,
  { language, version }: Pick<ProcessLaunch, 'language' | 'version'>,
): string | undefined {
  if (storage === undefined) return undefined;
  if (language === 'python') return path.join(storage, 'python', version);
  if (language !== 'node' || Number(version) < OLDEST_NODE) return undefined;
  return path.join(storage, 'nodejs', 'node_modules');
}

/** {@link sdkFolder} where it is there now: it may be filled while the host runs. */
export async function presentSdk(
  storage: string | undefined,
  launch: Pick<ProcessLaunch, 'language' | 'version'>,
): Promise<string | undefined> {
  const folder = sdkFolder(storage, launch);
  if (folder === undefined) return undefined;
  return (await stat(folder).catch(() => undefined))?.isDirectory() === true ? folder : undefined;
}

/** Packages of the SDK that are in a folder of the storage. */
export async function sdkPackages(
  folder: string,
  language: ProcessLaunch['language'],
): Promise<readonly string[]> {
  if (language !== 'node') {
    const names: readonly string[] = await readdir(folder).catch(() => []);
    return names.filter(name => name === 'boto3');
  }
  const scopes = ['@aws-sdk', '@smithy'].map(async scope =>
    (await readdir(path.join(folder, scope)).catch(() => [])).map(name => `${scope}/${name}`),
  );
  return (await Promise.all(scopes)).flat();
}

/** Version of the boto3 that a machine's own Python has, which functions find behind project and storage. */
export function machineBoto3({
  language,
  command,
}: Pick<ProcessLaunch, 'language' | 'command'>): Promise<string | undefined> {
  if (language !== 'python') return Promise.resolve(undefined);
  return outputOf(command, ['-c', 'import importlib.metadata as m; print(m.version("boto3"))']);
}

/**
 * What stands behind an error that a function ended with, where that is the SDK that its runtime would bring on AWS:
 * one sentence that names both places it may come from. The error itself stays as AWS has it.
 * @param payload the error's body, `{"errorMessage": …}`
 */
export function missingSdkNotice(
  { language, version }: Pick<ProcessLaunch, 'language' | 'version'>,
  payload: Buffer,
): string | undefined {
  if (sdkFolder('', { language, version }) === undefined || payload.length > LARGEST_ERROR) return undefined;
  const pattern =
    language === 'node'
      ? /Cannot find (?:module|package) '(@(?:aws-sdk|smithy)\/[^'/]+)/
      : /No module named '(boto3|botocore|s3transfer)['.]/;
  const name = pattern.exec(messageOf(payload))?.[1];
  if (name === undefined) return undefined;
  const install = language === 'node' ? 'npm install' : 'pip install';
  return `Cannot find package '${name}': it is neither in the project nor in Lamplight's storage. ${install} it in the project, or run lamplight doctor --fix.`;
}

function messageOf(payload: Buffer): string {
  try {
    const body = JSON.parse(payload.toString('utf8')) as unknown;
    if (typeof body !== 'object' || body === null || !('errorMessage' in body)) return '';
    return typeof body.errorMessage === 'string' ? body.errorMessage : '';
  } catch {
    return '';
  }
}
