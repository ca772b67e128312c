/** What a sandbox sees, as a table that `mount -a` reads: all of it in one program's run. */
import path from 'node:path';

/** Something of this machine at a place of the sandbox, with all that is mounted below it. */
export interface Bind {
  readonly source: string;
  /** Absolute path in the sandbox. */
  readonly target: string;
  /** Stays as it is on this machine: a device. Everything else is read-only. */
  readonly device?: true;
}

/** Memory as a file system. */
export interface Memory {
  /** Absolute path in the sandbox. */
  readonly target: string;
  readonly megabytes: number;
}

export type Mount = Bind | Memory;

/**
 * The table's text.
 * @param root folder that is the sandbox's `/`
 * @param mountInfo `/proc/self/mountinfo`: what forbids programs on this machine has to go on doing so, or the kernel refuses
 */
export function mountTable(mounts: readonly Mount[], root: string, mountInfo: string): string {
  return mounts.map(mount => `${lineOf(mount, root, mountInfo)} 0 0\n`).join('');
}

/** The table of what each process namespace has of its own: it sees its own processes, and changes nothing of the machine. */
export function processTable(root: string): string {
  const proc = escaped(path.join(root, 'proc'));
  const none = 'nosuid,nodev,noexec';
  return `proc ${proc} proc ${none} 0 0\n${proc}/sys ${proc}/sys none rbind,ro,${none} 0 0\n`;
}

function lineOf(mount: Mount, root: string, mountInfo: string): string {
  const target = escaped(mount.target === '/' ? root : path.join(root, mount.target));
  if ('megabytes' in mount) {
    return `tmpfs ${target} tmpfs size=${mount.megabytes}m,mode=1777,nosuid,nodev`;
  }
  if (mount.device) return `${escaped(mount.source)} ${target} none rbind`;
  const noexec = forbidsPrograms(mount.source, mountInfo) ? ',noexec' : '';
  // In the sandbox's own /tmp nobody could have made the place before.
  const mkdir = mount.target.startsWith('/tmp/') ? ',X-mount.mkdir' : '';
  return `${escaped(mount.source)} ${target} none rbind,ro,nosuid,nodev${noexec}${mkdir}`;
}

/** Spaces separate columns; fstab(5) and mountinfo write them in octal. */
function escaped(text: string): string {
  return text.replace(/[\s\\#]/g, one => `\\${one.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

/** Columns of mountinfo: id, parent, device, root, mount point, options, … */
function forbidsPrograms(file: string, mountInfo: string): boolean {
  const wanted = escaped(file);
  let nearest = { place: '', options: '' };
  for (const line of mountInfo.split('\n')) {
    const [, , , , place, options] = line.split(' ', 6);
    if (place === undefined || options === undefined || place.length < nearest.place.length) continue;
    const isAbove = place === '/' || wanted === place || wanted.startsWith(`${place}/`);
    if (isAbove) nearest = { place, options };
  }
  return nearest.options.split(',').includes('noexec');
}
