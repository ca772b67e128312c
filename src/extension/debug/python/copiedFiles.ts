/** Which files of a version's copy are those of the workspace still. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { folder, type PathMapping } from './pythonAttach.ts';

/** More than that, and a file that differs is taken for the workspace's. */
const MOST_FILES = 2_000;
/** Folders with what others wrote. */
const FOREIGN = new Set(['node_modules', '.venv', 'venv', 'site-packages', '__pycache__', '.git']);

/**
 * debugpy shows and binds by path: a file of the copy stands for the workspace's where both say the same. One that differs
 * by now keeps its own path, so that its own text is shown.
 *
 * @param remote the copy's folder as the function's process sees it
 */
export async function copiedFiles(
  workspace: string,
  copy: string,
  remote = copy,
): Promise<readonly PathMapping[]> {
  const files = await pythonFiles(copy);
  const same = await Promise.all(
    files.map(async name => isSame(path.join(workspace, name), path.join(copy, name))),
  );
  if (same.every(Boolean)) return [{ localRoot: folder(workspace), remoteRoot: folder(remote) }];
  return files
    .filter((_name, index) => same[index] === true)
    .map(name => ({ localRoot: path.join(workspace, name), remoteRoot: path.join(remote, name) }));
}

async function pythonFiles(root: string): Promise<readonly string[]> {
  const found: string[] = [];
  const folders = [''];
  for (let at = folders.pop(); at !== undefined && found.length < MOST_FILES; at = folders.pop()) {
    const entries = await readdir(path.join(root, at), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const name = path.join(at, entry.name);
      if (entry.isDirectory()) {
        if (!FOREIGN.has(entry.name)) folders.push(name);
      } else if (entry.name.endsWith('.py')) found.push(name);
    }
  }
  return found;
}

async function isSame(one: string, other: string): Promise<boolean> {
  try {
    const [a, b] = await Promise.all([readFile(one), readFile(other)]);
    return a.equals(b);
  } catch {
    return false;
  }
}
