/** Runtimes that are started ahead of the functions that will need them. */
import assert from 'node:assert/strict';
import { until } from '../../helpers/until.ts';
import { createHarness, invoke, type Harness } from './environmentHarness.ts';

const show = `
  const { version } = require('marker');
  exports.handler = async () => ({
    pid: process.pid, cwd: process.cwd(), keys: Object.keys(process.env).sort(), mine: process.env.MINE, version,
    options: process.env.NODE_OPTIONS, api: process.env.AWS_LAMBDA_RUNTIME_API, zone: new Date(0).getHours(),
  });`;
const files = {
  'index.js': show,
  'node_modules/marker/package.json': '{"main":"m.js"}',
  'node_modules/marker/m.js': 'exports.version = 1;',
};

interface Shown {
  readonly pid: number;
  readonly cwd: string;
  readonly keys: string[];
  readonly mine?: string;
  readonly version: number;
  readonly options?: string;
  readonly api: string;
  readonly zone: number;
}

describe('a runtime that was started ahead', () => {
  let harness: Harness;
  beforeEach(() => {
    harness = createHarness();
  });
  afterEach(() => harness.close());

  const filled = (): Promise<unknown> =>
    until(() => harness.environments.startedAhead() > 0, { what: 'a runtime that was started ahead' });

  it('is what a fresh one is, to the function', async () => {
    const spec = harness.spec(files, { variables: { MINE: 'value' } });
    const fresh = harness.environments.create(spec);
    await fresh.init();
    const one = (await invoke(fresh)).result as Shown;
    await filled();
    const ahead = harness.environments.create(spec);
    await ahead.init();
    assert.equal(harness.environments.startedAhead(), 0);
    const two = (await invoke(ahead)).result as Shown;
    assert.deepEqual({ ...two, pid: 0, api: '' }, { ...one, pid: 0, api: '' });
    assert.notEqual(one.pid, two.pid);
    assert.notEqual(one.api, two.api);
  });

  it('serves one function only', async () => {
    const spec = harness.spec(files);
    harness.environments.warm(spec);
    await filled();
    const [one, two] = [harness.environments.create(spec), harness.environments.create(spec)];
    await Promise.all([one.init(), two.init()]);
    const pids = [((await invoke(one)).result as Shown).pid, ((await invoke(two)).result as Shown).pid];
    assert.equal(new Set(pids).size, 2);
    await one.stop('spindown');
    await filled();
    const three = harness.environments.create(spec);
    await three.init();
    assert.ok(!pids.includes(((await invoke(three)).result as Shown).pid));
  });

  it('starts again under the same address after a reset', async () => {
    const spec = harness.spec({
      'index.js': `exports.handler = async event => { if (event.exit) process.exit(1); return process.env.AWS_LAMBDA_RUNTIME_API; };`,
    });
    harness.environments.warm(spec);
    await filled();
    const environment = harness.environments.create(spec);
    await environment.init();
    const { result } = await invoke(environment);
    assert.equal((await invoke(environment, { exit: true })).answer.errorType, 'Runtime.ExitError');
    assert.equal((await invoke(environment)).result, result);
  });

  for (const [name, value] of [
    ['NODE_OPTIONS', '--no-deprecation'],
    ['TZ', 'Asia/Tokyo'],
    ['NODE_EXTRA_CA_CERTS', '/nowhere.pem'],
    ['LD_LIBRARY_PATH', '/opt/lib'],
  ] as const) {
    it(`is not used for a function that sets ${name}`, async () => {
      const spec = harness.spec(files, { variables: { [name]: value } });
      harness.environments.warm(spec);
      await filled();
      const environment = harness.environments.create(spec);
      await environment.init();
      assert.equal(harness.environments.startedAhead(), 1);
      const shown = (await invoke(environment)).result as Shown;
      if (name === 'NODE_OPTIONS') assert.equal(shown.options, value);
      if (name === 'TZ') assert.equal(shown.zone, 9);
    });
  }

  it('of Python is what a fresh one is, to the function', async () => {
    const spec = harness.spec(
      {
        'app.py': `
import os, sys
def handler(event, context):
    return {"cwd": os.getcwd(), "path": sys.path, "keys": sorted(os.environ), "mine": os.environ.get("MINE"), "modules": sorted(name for name in sys.modules if "." not in name and not name.startswith("_"))}`,
      },
      { runtime: 'python3.13', handler: 'app.handler', variables: { MINE: 'value' } },
    );
    const fresh = harness.environments.create(spec);
    await fresh.init();
    const one = (await invoke(fresh)).result;
    await filled();
    const ahead = harness.environments.create(spec);
    await ahead.init();
    assert.equal(harness.environments.startedAhead(), 0);
    assert.deepEqual((await invoke(ahead)).result, one);
  });

  it('ends with the host', async () => {
    harness.environments.warm(harness.spec(files));
    await filled();
    await harness.environments.close();
    assert.equal(harness.environments.startedAhead(), 0);
  });
});
