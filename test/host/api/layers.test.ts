/** Layers by the official SDK, on functions that run: where a handler finds what is in them, and whose they are. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {
  AddLayerVersionPermissionCommand,
  DeleteLayerVersionCommand,
  GetFunctionConfigurationCommand,
  GetLayerVersionByArnCommand,
  LambdaClient,
  PublishLayerVersionCommand,
  PublishVersionCommand,
  RemoveLayerVersionPermissionCommand,
  type Runtime,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { call, createFunction } from '../../helpers/functions.ts';
import { skipTest } from '../../helpers/skipTest.ts';
import { useTestHost } from '../../helpers/testHost.ts';
import { makeZip } from '../../unit/functions/zipFixture.ts';
import { refusalOf } from './configurationFixture.ts';

const PROGRAM = 0o100755;
const PYTHON = (process.env['LAMPLIGHT_TEST_PYTHON_RUNTIME'] ?? 'python3.13') as Runtime;
const PYTHONS = [8, 9, 10, 11, 12, 13, 14, 15].map(minor => `python3.${minor}`);

type Files = Readonly<Record<string, string | Buffer>>;

describe('layers on functions that run', () => {
  const host = useTestHost({ args: ['--accept-any-credentials'] });

  /** Its first or next version; what lies in bin can be run. Answers the ARN. */
  async function publish(name: string, files: Files, client = host().client): Promise<string> {
    const entries = Object.entries(files).map(([file, content]) => ({
      name: file,
      content,
      ...(file.startsWith('bin/') ? { mode: PROGRAM } : {}),
    }));
    const { LayerVersionArn } = await client.send(
      new PublishLayerVersionCommand({ LayerName: name, Content: { ZipFile: makeZip(entries) } }),
    );
    return LayerVersionArn ?? assert.fail('no ARN');
  }
  async function attach(name: string, Layers: string[]): Promise<void> {
    const { client } = host();
    await client.send(new UpdateFunctionConfigurationCommand({ FunctionName: name, Layers }));
    const waiter = { client, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.05 };
    await waitUntilFunctionUpdatedV2(waiter, { FunctionName: name });
  }
  const answerOf = async (name: string, Qualifier?: string): Promise<unknown> => {
    const { payload, log, functionError } = await call(
      host().client,
      name,
      {},
      Qualifier === undefined ? {} : { Qualifier },
    );
    assert.equal(functionError, undefined, log);
    return payload;
  };

  it('are searched by Node.js for all and for its own version, with programs, the last one first', async () => {
    const first = await publish('first', {
      'nodejs/node_modules/both/index.js': 'module.exports = "first"',
      'nodejs/node_modules/all/index.js': 'module.exports = "all versions"',
      'nodejs/node24/node_modules/all/index.js': 'module.exports = "24"',
      'nodejs/node22/node_modules/other/index.js': 'module.exports = "22"',
      'bin/tool': '#!/bin/sh\necho tool\n',
    });
    const second = await publish('second', {
      'nodejs/node_modules/both/index.js': 'module.exports = "second"',
    });
    const source = `
      const or = name => { try { return require(name); } catch (error) { return error.code; } };
      exports.handler = async () => [or('both'), or('all'), or('other'),
        require('node:child_process').execFileSync('tool').toString()];`;
    await createFunction(host().client, 'node', source, { Layers: [first, second] });
    assert.deepEqual(await answerOf('node'), ['second', '24', 'MODULE_NOT_FOUND', 'tool\n']);
    await attach('node', [second, first]);
    assert.deepEqual(((await answerOf('node')) as string[])[0], 'first');
  });

  it('are searched by Python for all and for its own version, behind the code', async () => {
    const layer = await publish('python', {
      'python/everywhere.py': 'found = "all versions"',
      'python/versioned.py': 'found = "all versions"',
      'python/own.py': 'found = "layer"',
      ...Object.fromEntries(
        PYTHONS.map(name => [`python/lib/${name}/site-packages/versioned.py`, `found = "${name}"`]),
      ),
    });
    const Code = {
      ZipFile: makeZip([
        {
          name: 'index.py',
          content: `import sys, everywhere, versioned, own
def handler(event, context):
    return [everywhere.found, versioned.found, own.found, 'python%d.%d' % sys.version_info[:2]]`,
        },
        { name: 'own.py', content: 'found = "code"' },
      ]),
    };
    await createFunction(host().client, 'python', '', { Runtime: PYTHON, Layers: [layer], Code });
    const [everywhere, versioned, own, version] = (await answerOf('python')) as string[];
    assert.deepEqual([everywhere, own], ['all versions', 'code']);
    assert.equal(versioned, version);
  });

  it('are searched for shared libraries, which a process must know at its birth', async function () {
    if (process.platform !== 'linux') skipTest(this, 'copies one of the libraries that Linux lists');
    // Any library of this machine, under a name that only the layer has.
    const { sharedObjects } = process.report.getReport() as { readonly sharedObjects: readonly string[] };
    const library = sharedObjects.find(file => path.basename(file).startsWith('libm.so')) ?? assert.fail();
    const layer = await publish('library', { 'lib/liblamplight-layer.so': await readFile(library) });
    const source = `import ctypes
def handler(event, context):
    cos = ctypes.CDLL('liblamplight-layer.so').cos
    cos.restype, cos.argtypes = ctypes.c_double, [ctypes.c_double]
    return cos(0)`;
    await createFunction(host().client, 'library', source, { Runtime: PYTHON, Layers: [layer] });
    assert.equal(await answerOf('library'), 1);
  });

  it('bring a custom runtime, whose PATH and LD_LIBRARY_PATH name them', async () => {
    const bootstrap = `#!/bin/sh
next="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while id=$(curl -sfD - -o /dev/null "$next/next" | tr -d '\\r' | sed -n 's/^[Ll]ambda-[Rr]untime-[Aa]ws-[Rr]equest-[Ii]d: //p'); do
  curl -sf -d "\\"$PATH $LD_LIBRARY_PATH\\"" "$next/$id/response" > /dev/null
done
`;
    const zip = makeZip([{ name: 'bootstrap', content: bootstrap, mode: PROGRAM }]);
    const { LayerVersionArn: layer = '' } = await host().client.send(
      new PublishLayerVersionCommand({ LayerName: 'runtime', Content: { ZipFile: zip } }),
    );
    await createFunction(host().client, 'custom', '', {
      Runtime: 'provided.al2023',
      Layers: [layer],
      Code: { ZipFile: makeZip([{ name: 'empty', content: '' }]) },
    });
    const [programs = '', libraries = ''] = String(await answerOf('custom')).split(' ');
    assert.match(programs, /:[^:]+\/bin$/);
    assert.equal(
      path.dirname(programs.split(':').at(-1) ?? ''),
      path.dirname(libraries.split(':').at(-1) ?? ''),
    );
  });

  it('that are taken off or deleted: gone from $LATEST, kept by versions', async () => {
    const { client } = host();
    const layer = await publish('short', {
      'nodejs/node_modules/short/index.js': 'module.exports = "lived"',
    });
    const source = `exports.handler = async () => { try { return require('short'); } catch { return 'none'; } };`;
    await createFunction(client, 'short', source, { Layers: [layer] });
    await client.send(new PublishVersionCommand({ FunctionName: 'short' }));
    await attach('short', []);
    const { Layers } = await client.send(new GetFunctionConfigurationCommand({ FunctionName: 'short' }));
    assert.deepEqual(Layers ?? [], []);
    await client.send(new DeleteLayerVersionCommand({ LayerName: 'short', VersionNumber: 1 }));
    assert.equal(await answerOf('short'), 'none');
    assert.equal(await answerOf('short', '1'), 'lived');
    const again = client.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: 'short', Layers: [layer] }),
    );
    assert.equal(await refusalOf(again), 'InvalidParameterValueException');
  });

  it('of another account are used as their policy says', async () => {
    const { client, ready } = host();
    const theirs = new LambdaClient({
      endpoint: ready.endpoint,
      region: ready.region,
      credentials: { accessKeyId: '111111111111', secretAccessKey: 'any' },
      maxAttempts: 1,
    });
    const files = { 'nodejs/node_modules/theirs/index.js': 'module.exports = "shared"' };
    const layer = await publish('theirs', files, theirs);
    assert.match(layer, /:111111111111:layer:theirs:1$/);
    await createFunction(client, 'borrower', `exports.handler = async () => require('theirs');`);
    const read = () => client.send(new GetLayerVersionByArnCommand({ Arn: layer }));
    assert.equal(await refusalOf(attach('borrower', [layer])), 'AccessDeniedException');
    assert.equal(await refusalOf(read()), 'AccessDeniedException');
    const version = { LayerName: 'theirs', VersionNumber: 1, StatementId: 's' };
    await theirs.send(
      new AddLayerVersionPermissionCommand({
        ...version,
        Action: 'lambda:GetLayerVersion',
        Principal: ready.accountId,
      }),
    );
    assert.equal((await read()).LayerVersionArn, layer);
    await attach('borrower', [layer]);
    assert.equal(await answerOf('borrower'), 'shared');
    await theirs.send(new RemoveLayerVersionPermissionCommand(version));
    assert.equal(await refusalOf(read()), 'AccessDeniedException');
    assert.equal(await answerOf('borrower'), 'shared', 'who has it keeps it');
    theirs.destroy();
  });
});
