import { lstat, readlink } from 'node:fs/promises';
import path from 'node:path';

/** As the kernel's ELOOP limit. */
const MAX_HOPS = 40;

/**
 * True when following the symlink `link` leads out of `root`, by itself or through further links. A text comparison of
 * its target is not enough: in `up/../x`, `up` may itself be a link. A link that leads nowhere, or in circles, stays
 * inside. Absolute targets are outside, whatever they name.
 */
export async function leavesTree(link: string, root: string): Promise<boolean> {
  const base = path.resolve(root);
  let at = path.dirname(path.resolve(link));
  const rest = [path.basename(link)];
  let hops = 0;
  for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (at === base) return true;
      at = path.dirname(at);
      continue;
    }
    const next = path.join(at, part);
    const stat = await lstat(next).catch(() => undefined);
    if (stat?.isSymbolicLink() !== true) {
      at = next;
      continue;
    }
    if (++hops > MAX_HOPS) return false;
    const target = await readlink(next);
    if (path.isAbsolute(target) || /^[a-z]:/i.test(target)) return true;
    rest.unshift(...target.split(/[/\\]/));
  }
  return false;
}
