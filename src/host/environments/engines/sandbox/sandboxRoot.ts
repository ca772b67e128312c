/**
 * The folder that is a sandbox's `/`: empty places for what is mounted there, and the few files that are its own. It lies
 * in the state folder; nothing of what is mounted on it can be seen from outside the sandbox.
 */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { Mount } from './mountTable.ts';
import { virtualEnvironment } from './sandboxLanguage.ts';
import { GROUP, LANGUAGE, USER } from './sandboxPlaces.ts';

/** The system's programs and libraries, where this machine has them. */
const SYSTEM = ['usr', 'bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32', 'nix', 'gnu'];

/** What programs look up in /etc; no accounts of this machine, no secrets. */
const SETTINGS = [
  'alternatives',
  'ca-certificates',
  'crypto-policies',
  'gai.conf',
  'host.conf',
  'hosts',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'localtime',
  'mime.types',
  'nsswitch.conf',
  'pki',
  'protocols',
  'resolv.conf',
  'services',
  'ssl',
];

const DEVICES = ['null', 'zero', 'full', 'random', 'urandom'];
const DEVICE_LINKS = {
  fd: '/proc/self/fd',
  stdin: '/proc/self/fd/0',
  stdout: '/proc/self/fd/1',
  stderr: '/proc/self/fd/2',
};

/**
 * Makes the folder, which must not be there yet, and returns what is to be mounted in every sandbox. Synchronous: these
 * are some forty small calls, which cost more one by one in a queue than they take.
 */
export function makeRoot(root: string): Mount[] {
  mkdirSync(path.join(root, 'etc'), { recursive: true, mode: 0o755 });
  writeFileSync(
    path.join(root, 'etc/passwd'),
    `root:x:0:0:root:/root:/sbin/nologin\nsbx_user1051:x:${USER}:${GROUP}::/home/sbx_user1051:/sbin/nologin\n`,
  );
  writeFileSync(path.join(root, 'etc/group'), `root:x:0:\nsbx_user1051:x:${GROUP}:\n`);
  for (const folder of ['dev', 'opt', 'proc', 'tmp', 'var/task', 'var/runtime', LANGUAGE]) {
    mkdirSync(path.join(root, folder), { recursive: true });
  }
  writeFileSync(path.join(root, virtualEnvironment.file), virtualEnvironment.text);
  for (const [name, target] of Object.entries(DEVICE_LINKS))
    symlinkSync(target, path.join(root, 'dev', name));
  const mounts: Mount[] = [
    // What is mounted below comes after it: nobody writes beside those places.
    { source: root, target: '/' },
    ...SYSTEM.flatMap(name => systemFolder(root, name)),
    ...SETTINGS.map(name => `/etc/${name}`)
      .filter(file => existsSync(file))
      .map(file => ({ source: realpathSync(file), target: file })),
    ...DEVICES.map(name => ({ source: `/dev/${name}`, target: `/dev/${name}`, device: true }) as const),
  ];
  makePlaces(root, mounts);
  return mounts;
}

/** Makes the places that these mounts need, in a root that may be in use. */
export function makePlaces(root: string, mounts: readonly Mount[]): void {
  for (const mount of mounts) {
    const place = path.join(root, mount.target);
    if (mount.target.startsWith('/tmp/') || existsSync(place)) continue;
    mkdirSync(path.dirname(place), { recursive: true });
    if ('source' in mount && !statSync(mount.source).isDirectory()) writeFileSync(place, '');
    else mkdirSync(place);
  }
}

/** /bin is a link to usr/bin on most systems, and a folder on others. */
function systemFolder(root: string, name: string): Mount[] {
  const folder = `/${name}`;
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found?.isSymbolicLink() === true) symlinkSync(readlinkSync(folder), path.join(root, name));
  return found?.isDirectory() === true ? [{ source: folder, target: folder }] : [];
}
