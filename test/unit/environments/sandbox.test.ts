import assert from 'node:assert/strict';
import { mountTable, processTable } from '../../../src/host/environments/engines/sandbox/mountTable.ts';
import { probeSandbox, restriction } from '../../../src/host/environments/engines/sandbox/sandboxProbe.ts';
import { ProcessLedger } from '../../../src/host/environments/engines/process/processLedger.ts';

describe('the table of a sandbox’s mounts', () => {
  const info = [
    '22 1 254:0 / / rw,relatime - ext4 /dev/vda rw',
    '23 22 0:21 / /home rw,nosuid,noexec - ext4 /dev/vdb rw',
    '24 23 0:22 / /home/me/my\\040code rw - ext4 /dev/vdc rw',
    '25 22 0:23 / /hom ro,noexec - ext4 /dev/vdd rw',
    '',
  ].join('\n');
  const table = (source: string, target = '/var/task'): string =>
    mountTable([{ source, target }], '/r', info);

  it('is read-only, and keeps programs forbidden where they are', () => {
    assert.equal(table('/usr'), '/usr /r/var/task none rbind,ro,nosuid,nodev 0 0\n');
    assert.equal(table('/home/you'), '/home/you /r/var/task none rbind,ro,nosuid,nodev,noexec 0 0\n');
    assert.equal(table('/homes'), '/homes /r/var/task none rbind,ro,nosuid,nodev 0 0\n');
    assert.equal(
      table('/home/me/my code/a'),
      '/home/me/my\\040code/a /r/var/task none rbind,ro,nosuid,nodev 0 0\n',
    );
  });

  it('takes names with whatever is in them', () => {
    assert.equal(table('/a\tb\n#c\\d', '/'), '/a\\011b\\012\\043c\\134d /r none rbind,ro,nosuid,nodev 0 0\n');
  });

  it('has memory of its size, devices as they are, and places in /tmp made there', () => {
    assert.equal(
      mountTable(
        [
          { target: '/tmp', megabytes: 512 },
          { source: '/dev/null', target: '/dev/null', device: true },
          { source: '/tmp/x', target: '/tmp/x' },
        ],
        '/r s',
        '',
      ),
      [
        'tmpfs /r\\040s/tmp tmpfs size=512m,mode=1777,nosuid,nodev 0 0',
        '/dev/null /r\\040s/dev/null none rbind 0 0',
        '/tmp/x /r\\040s/tmp/x none rbind,ro,nosuid,nodev,X-mount.mkdir 0 0',
        '',
      ].join('\n'),
    );
    assert.equal(
      processTable('/r'),
      'proc /r/proc proc nosuid,nodev,noexec 0 0\n/r/proc/sys /r/proc/sys none rbind,ro,nosuid,nodev,noexec 0 0\n',
    );
  });
});

describe('why there can be no sandboxes', () => {
  const ledger = new ProcessLedger('/nowhere');

  it('is told of other systems', async () => {
    for (const [platform, name] of [
      ['darwin', 'macOS'],
      ['win32', 'Windows'],
    ] as const) {
      assert.equal(
        await probeSandbox({ ledger, folder: '/nowhere', platform }),
        `Sandboxes are made of Linux's namespaces, and this machine runs ${name}: use --engine process, or --engine docker.`,
      );
    }
  });

  it('names the setting that forbids them, and how to allow them', async () => {
    const told = (settings: Readonly<Record<string, string>>): Promise<string> =>
      restriction(file => Promise.resolve(settings[file.slice('/proc/sys/'.length)]));
    assert.match(
      await told({ 'kernel/apparmor_restrict_unprivileged_userns': '1\n' }),
      /^AppArmor .* sudo sysctl -w kernel\.apparmor_restrict_unprivileged_userns=0 /,
    );
    assert.match(
      await told({
        'kernel/apparmor_restrict_unprivileged_userns': '0\n',
        'kernel/unprivileged_userns_clone': '0\n',
      }),
      /sudo sysctl -w kernel\.unprivileged_userns_clone=1 /,
    );
    assert.match(
      await told({ 'user/max_user_namespaces': '0\n' }),
      /sysctl -w user\.max_user_namespaces=15000 /,
    );
    assert.match(await told({ 'user/max_user_namespaces': '10\n' }), /util-linux 2\.36/);
  });
});
