/** The connection between the host and our bootstraps: the function has nothing of it, and it is there in every case. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { EnvironmentSpec } from '../../../src/host/environments/environment.ts';
import { until } from '../../helpers/until.ts';
import { createHarness, invoke, type Harness } from './environmentHarness.ts';
import { skipTest } from '../../helpers/skipTest.ts';

/** Which connections a child of the function has beside its standard streams, and which variables of ours it sees. */
const LOOK = `for fd in $(ls /proc/self/fd); do [ "$fd" -gt 2 ] && readlink "/proc/self/fd/$fd"; done; env | grep LAMPLIGHT`;

const functions: Readonly<Record<string, [Readonly<Record<string, string>>, Partial<EnvironmentSpec>]>> = {
  'nodejs24.x': [
    {
      'index.js': `const { spawnSync } = require('node:child_process');
        exports.handler = async () => {
          const stdio = ['ignore', 'pipe', 'inherit'];
          return spawnSync('sh', ['-c', ${JSON.stringify(LOOK)}], { stdio }).stdout.toString();
        };`,
    },
    {},
  ],
  'python3.13': [
    {
      'index.py': `import subprocess
def handler(event, context):
    return subprocess.run(["sh", "-c", ${JSON.stringify(LOOK)}], stdout=subprocess.PIPE, close_fds=False).stdout.decode()
`,
    },
    { runtime: 'python3.13' },
  ],
};

describe('the connection to our bootstrap', () => {
  let harness: Harness;
  beforeEach(() => {
    harness = createHarness();
  });
  afterEach(() => harness.close());

  for (const [runtime, [files, overrides]] of Object.entries(functions)) {
    it(`is hidden from a function of ${runtime} and from what it starts`, async function () {
      if (process.platform !== 'linux') skipTest(this, 'needs /proc, by which it looks at file descriptors');
      for (const variables of [{}, { TZ: 'UTC' }]) {
        const spec = harness.spec(files, { ...overrides, variables });
        harness.environments.warm(spec);
        await until(() => harness.environments.startedAhead() > 0, {
          what: 'a runtime that was started ahead',
        });
        const environment = harness.environments.create(spec);
        await environment.init();
        const { result } = await invoke(environment);
        assert.doesNotMatch(String(result), /socket|LAMPLIGHT/);
        await environment.stop('spindown');
      }
    });
  }

  it('is made anew where a wrapper closes all that it does not know', async () => {
    const layer = path.join(harness.folder, 'layer');
    mkdirSync(layer);
    writeFileSync(path.join(layer, 'wrap'), '#!/bin/sh\nexec 3>&- 4>&- 5>&-\nexec "$@"\n');
    chmodSync(path.join(layer, 'wrap'), 0o755);
    const environment = await harness.start(
      { 'index.js': `exports.handler = async event => event;` },
      { layers: [layer], variables: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrap' } },
    );
    assert.deepEqual((await invoke(environment, { n: 1 })).result, { n: 1 });
  });

  it('carries events and answers of megabytes in both directions', async () => {
    const environment = await harness.start({
      'index.js': `exports.handler = async ({ text }) => ({ text: text.toUpperCase() });`,
    });
    const text = 'é'.repeat(2_500_000);
    const { result } = await invoke(environment, { text });
    assert.equal((result as { text: string }).text, text.toUpperCase());
  });
});
