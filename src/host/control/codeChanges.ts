/** How the code of two versions of a function differs, file by file. */
import { lstat, open, readlink, stat } from 'node:fs/promises';
import path from 'node:path';
import type { CodeChange, CodeChanges } from '../../protocol/control.ts';
import type { FunctionStore } from '../functions/functionStore.ts';
import { packedEntries } from '../functions/packedEntries.ts';
import { functionCode } from './functionCode.ts';

/** Changes that one answer holds. */
const MOST_CHANGES = 5_000;
/** Files that are read at the same time. */
const AT_ONCE = 8;
const CHUNK_BYTES = 64 * 1024;

/**
 * Compares what a version keeps (packedEntries.ts) by content; permissions are not looked at, since a copy has others.
 * Rejects with an AwsError where there is no such version, or no folder of its code.
 * @param stateDir no part of anybody's code, also where it lies in the workspace
 */
export async function codeChanges(
  functions: Pick<FunctionStore, 'accountId' | 'codeRoot' | 'get' | 'region'>,
  functionName: string,
  fromQualifier: string,
  toQualifier: string,
  stateDir: string,
): Promise<CodeChanges> {
  const from = await functionCode(functions, functionName, fromQualifier);
  const to = await functionCode(functions, functionName, toQualifier);
  const files = from.root === to.root ? [] : await compare(from.root, to.root, stateDir);
  return { from, to, files: files.slice(0, MOST_CHANGES), truncated: files.length > MOST_CHANGES };
}

async function compare(from: string, to: string, stateDir: string): Promise<readonly CodeChange[]> {
  const [before, after] = await Promise.all([namesIn(from, stateDir), namesIn(to, stateDir)]);
  const names = [...new Set([...before, ...after])].sort();
  const changes: CodeChange[] = [];
  for (let at = 0; at < names.length; at += AT_ONCE) {
    const found = await Promise.all(
      names.slice(at, at + AT_ONCE).map(async name => {
        if (!before.has(name)) return { path: name, change: 'added' } as const;
        if (!after.has(name)) return { path: name, change: 'removed' } as const;
        const same = await isSame(from, to, name);
        return same ? undefined : ({ path: name, change: 'changed' } as const);
      }),
    );
    changes.push(...found.filter(change => change !== undefined));
  }
  return changes;
}

async function namesIn(root: string, stateDir: string): Promise<ReadonlySet<string>> {
  // A version's copy lies in the state folder, a workspace may have the state folder in it.
  const entries = await packedEntries(root, stateDir);
  return new Set(entries.flatMap(({ name, kind }) => (kind === 'folder' ? [] : [name])));
}

/** False also for what can't be read: somebody has to look at it. */
async function isSame(from: string, to: string, name: string): Promise<boolean> {
  const one = path.join(from, name);
  const other = path.join(to, name);
  try {
    const [first, second] = await Promise.all([lstat(one), lstat(other)]);
    if (first.isSymbolicLink() && second.isSymbolicLink())
      return (await targetOf(from, name)) === (await targetOf(to, name));
    const [{ size }, { size: otherSize }] = await Promise.all([stat(one), stat(other)]);
    return size === otherSize && (await hasSameBytes(one, other));
  } catch {
    return false;
  }
}

/** Where a link leads: below the root where it stays there, however it is written. */
async function targetOf(root: string, name: string): Promise<string> {
  const link = path.join(root, name);
  const target = path.resolve(path.dirname(link), await readlink(link));
  const below = path.relative(root, target);
  const leaves = below === '..' || below.startsWith(`..${path.sep}`) || path.isAbsolute(below);
  return leaves ? target : below;
}

async function hasSameBytes(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([open(one), open(other)]);
  const buffers = [Buffer.allocUnsafe(CHUNK_BYTES), Buffer.allocUnsafe(CHUNK_BYTES)] as const;
  try {
    for (;;) {
      const [{ bytesRead }, { bytesRead: otherRead }] = await Promise.all([
        first.read(buffers[0], 0, CHUNK_BYTES),
        second.read(buffers[1], 0, CHUNK_BYTES),
      ]);
      if (bytesRead !== otherRead) return false;
      if (!buffers[0].subarray(0, bytesRead).equals(buffers[1].subarray(0, bytesRead))) return false;
      if (bytesRead === 0) return true;
    }
  } finally {
    await Promise.all([first.close(), second.close()]);
  }
}
