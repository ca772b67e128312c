import assert from 'node:assert/strict';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Host, HostOptions } from '../../../src/host/host.ts';
import { startHost } from '../../../src/host/main.ts';
import type { HostEvent } from '../../../src/protocol/control.ts';
import { HOST_INFO_FILE } from '../../../src/protocol/hostInfo.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';

describe('a host in this process', () => {
  let folder: TemporaryFolder;
  let stateDir: string;
  let events: HostEvent[];

  beforeEach(async () => {
    folder = await temporaryFolder('composition');
    stateDir = path.join(folder.path, 'state');
    events = [];
  });
  afterEach(() => folder.remove());

  const start = (options: Partial<HostOptions> = {}): Promise<Host> =>
    startHost({
      stateDir,
      region: 'us-east-1',
      accountId: '000000000000',
      engine: 'process',
      acceptAnyCredentials: false,
      foreground: true,
      onEvents: batch => events.push(...batch),
      ...options,
    });

  it('keeps what it stores from other users of the machine, whatever the folder allows', async () => {
    const host = await start();
    const open = await Promise.all(
      (await readdir(stateDir)).map(async name => {
        const { mode } = await stat(path.join(stateDir, name));
        return (mode & 0o077) === 0 ? [] : [`${name} ${(mode & 0o777).toString(8)}`];
      }),
    );
    await host.stop('test');
    assert.deepEqual(open.flat(), []);
  });

  it('ends whole where one part of it can not, says so, and leaves the state free for the next one', async () => {
    const host = await start();
    host.attachWorkspace({
      sync: () => Promise.resolve([]),
      dispose: () => Promise.reject(new Error('the builder is stuck')),
    });
    await host.stop('test');
    assert.equal(await host.stopped, 'test');
    assert.ok(
      events.some(event => event.type === 'notice' && event.message.includes('the builder is stuck')),
      JSON.stringify(events),
    );
    await (await start()).stop('test');
  });

  it('says why it could not start, not what went wrong when it was closed again', async () => {
    await assert.rejects(
      start({
        beforeReady: host => {
          host.attachWorkspace({
            sync: () => Promise.resolve([]),
            dispose: () => Promise.reject(new Error('the builder is stuck')),
          });
          return Promise.reject(new Error('the workspace is gone'));
        },
      }),
      /the workspace is gone/,
    );
    await (await start()).stop('test');
  });

  it('does not start for anyone who comes where a profile’s keys sign', async () => {
    const profile = { name: 'dev', configFile: '/nowhere/config', credentialsFile: '/nowhere/credentials' };
    const endpoint = { of: 's3', url: 'https://s3.us-east-1.amazonaws.com' };
    await assert.rejects(
      start({
        acceptAnyCredentials: true,
        serviceEndpoints: [endpoint, { ...endpoint, of: 'sqs', profile }],
      }),
      /^Error: --accept-any-credentials and --service-endpoint sqs with the profile dev can't go together: /,
    );
    await (await start({ acceptAnyCredentials: true, serviceEndpoints: [endpoint] })).stop('test');
    await (await start({ serviceEndpoints: [{ ...endpoint, profile }] })).stop('test');
  });

  it('ends in order when it is stopped before it is ready', async () => {
    const host = await start({ beforeReady: started => started.stop('at once') });
    assert.equal(await host.stopped, 'at once');
  });

  it('leaves no host.json behind when it is stopped while it starts', async () => {
    for (let turns = 0; turns < 12; turns++) {
      let stopping: Promise<void> | undefined;
      const host = await start({
        beforeReady: started => {
          void (async () => {
            for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
            stopping = started.stop('at once');
          })();
          return Promise.resolve();
        },
      });
      await host.stopped;
      await stopping;
      assert.ok(!(await readdir(stateDir)).includes(HOST_INFO_FILE), `after ${turns} turns`);
    }
  });
});
