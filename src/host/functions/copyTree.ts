/**
 * A folder of the workspace as a published version keeps it: what AWS would have in the zip (packedEntries.ts), under
 * one hash.
 */
import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import {
  access,
  chmod,
  copyFile,
  mkdir,
  readFile,
  readlink,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isGone, packedEntries, refuseUnreadable } from './packedEntries.ts';
import { MAX_UNZIPPED_BYTES, tooBig } from './unpackZip.ts';

/** Files that are copied at the same time: small ones are mostly waiting. */
const AT_ONCE = 8;
/** Files up to this size are read whole: one pass writes and hashes them. */
const SMALL_BYTES = 1024 * 1024;

/**
 * Copies what counts of `root` into the empty folder `target` and answers the lower-case hex SHA-256 of names, modes and
 * contents. Files become read-only, as unpacked ones are. Links that lead out of the folder lead to the same place
 * afterwards; a file that goes while it is copied was not there. Rejects with InvalidParameterValueException where AWS would
 * refuse the zip for its size, and where something can't be read.
 * @param except a folder in it that is no part of it: where copies go
 */
export async function copyTree(root: string, target: string, except: string): Promise<string> {
  const found = await packedEntries(root, except);
  const lines: string[] = [];
  let bytes = 0;
  const take = (size: number): void => {
    bytes += size;
    if (bytes > MAX_UNZIPPED_BYTES) throw tooBig();
  };
  for (const { name, kind } of found) {
    if (kind === 'folder') {
      await mkdir(path.join(target, name));
      lines.push(`folder\0${name}`);
    } else if (kind === 'link') {
      const to = await targetOf(root, name);
      if (to === undefined) continue;
      await symlink(to, path.join(target, name));
      lines.push(`link\0${name}\0${to}`);
    }
  }
  const files = found.filter(({ kind }) => kind === 'file');
  for (let at = 0; at < files.length; at += AT_ONCE)
    lines.push(
      ...(await Promise.all(
        files.slice(at, at + AT_ONCE).map(async ({ name }) => {
          const copied = await copyOne(path.join(root, name), path.join(target, name), take);
          return copied === undefined ? '' : `file\0${name}\0${copied}`;
        }),
      )),
    );
  return createHash('sha256')
    .update(`tree\n${lines.sort().join('\n')}`)
    .digest('hex');
}

/** Where the copy of a link leads: inside the copy as inside the folder, else to the very place. Undefined where it is gone. */
async function targetOf(root: string, name: string): Promise<string | undefined> {
  const from = path.dirname(path.join(root, name));
  const target = await readlink(path.join(root, name)).catch(() => undefined);
  if (target === undefined) return undefined;
  const to = path.resolve(from, target);
  const inside = path.relative(root, to);
  const leaves = inside === '..' || inside.startsWith(`..${path.sep}`) || path.isAbsolute(inside);
  return leaves ? to : path.relative(from, to) || '.';
}

/** Mode and hash of the copy; undefined where the file is gone. */
async function copyOne(from: string, to: string, take: (bytes: number) => void): Promise<string | undefined> {
  const before = await stat(from).catch(() => undefined);
  if (before === undefined) return undefined;
  const mode = before.mode & 0o111 ? 0o555 : 0o444;
  const hash = createHash('sha256');
  if (before.size <= SMALL_BYTES) {
    const content = await readFile(from).catch((error: unknown) =>
      isGone(error) ? undefined : refuseUnreadable(from)(error),
    );
    if (content === undefined) return undefined;
    take(content.length);
    await writeFile(to, content, { mode });
    hash.update(content);
  } else {
    take(before.size);
    await access(from, constants.R_OK).catch(refuseUnreadable(from));
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    await chmod(to, mode);
    await pipeline(createReadStream(to), hash);
  }
  return `${mode.toString(8)}\0${hash.digest('hex')}`;
}
