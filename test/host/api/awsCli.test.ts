/** The AWS CLI that Debian brings (2.9.19) or any newer one, against a real host. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';
import { useTestHost } from '../../helpers/testHost.ts';
import { makeZip } from '../../unit/functions/zipFixture.ts';

const run = promisify(execFile);

describe('the AWS CLI', function () {
  // Python needs a second for each call.
  this.timeout(120_000);
  const host = useTestHost();
  let folder: TemporaryFolder;
  before(async () => {
    folder = await temporaryFolder('aws');
  });
  after(() => folder.remove());

  /** `aws ARGS --endpoint-url …` with this host's keys; its JSON, or its text where it is none. */
  async function aws(...args: string[]): Promise<Record<string, unknown>> {
    const { ready } = host();
    const { stdout } = await run('aws', [...args, '--endpoint-url', ready.endpoint, '--output', 'json'], {
      cwd: folder.path,
      env: {
        PATH: process.env['PATH'],
        HOME: folder.path,
        AWS_ACCESS_KEY_ID: ready.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: ready.credentials.secretAccessKey,
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_PAGER: '',
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    });
    return stdout.trim() === '' ? {} : (JSON.parse(stdout) as Record<string, unknown>);
  }

  it('lists, creates, waits, gets, invokes, updates and deletes', async () => {
    const zip = (version: number): Buffer =>
      makeZip([{ name: 'index.js', content: `exports.handler = async e => ({ e, version: ${version} });` }]);
    await writeFile(path.join(folder.path, 'f.zip'), zip(1));
    await writeFile(path.join(folder.path, 'g.zip'), zip(2));
    await writeFile(path.join(folder.path, 'event.json'), '{"a":1}');
    assert.deepEqual(await aws('lambda', 'list-functions'), { Functions: [] });
    const created = await aws(
      ...['lambda', 'create-function', '--function-name', 'cli', '--runtime', 'nodejs22.x'],
      ...['--handler', 'index.handler', '--role', 'arn:aws:iam::000000000000:role/r'],
      ...['--zip-file', 'fileb://f.zip'],
    );
    assert.equal(created['State'], 'Pending');
    await aws('lambda', 'wait', 'function-active-v2', '--function-name', 'cli');
    const got = await aws('lambda', 'get-function', '--function-name', 'cli');
    assert.match(JSON.stringify(got['Code']), /"RepositoryType":"S3","Location":"http:\/\/127\.0\.0\.1:/);
    const invoke = [
      'lambda',
      'invoke',
      '--function-name',
      'cli',
      '--payload',
      'fileb://event.json',
      'out.json',
    ];
    assert.deepEqual(await aws(...invoke), { StatusCode: 200, ExecutedVersion: '$LATEST' });
    assert.equal(await readFile(path.join(folder.path, 'out.json'), 'utf8'), '{"e":{"a":1},"version":1}');
    await aws('lambda', 'update-function-code', '--function-name', 'cli', '--zip-file', 'fileb://g.zip');
    await aws('lambda', 'wait', 'function-updated-v2', '--function-name', 'cli');
    await aws(...invoke);
    assert.equal(await readFile(path.join(folder.path, 'out.json'), 'utf8'), '{"e":{"a":1},"version":2}');
    const listed = (await aws('lambda', 'list-functions'))['Functions'] as Record<string, unknown>[];
    assert.deepEqual(
      listed.map(item => item['FunctionName']),
      ['cli'],
    );
    await aws('lambda', 'delete-function', '--function-name', 'cli');
    await assert.rejects(
      aws('lambda', 'get-function', '--function-name', 'cli'),
      /\(ResourceNotFoundException\) when calling the GetFunction operation: Function not found: arn:aws:lambda:us-east-1:000000000000:function:cli/,
    );
  });

  it('asks who it is, and is told by name what is not there', async () => {
    assert.deepEqual(await aws('sts', 'get-caller-identity'), {
      UserId: '000000000000',
      Account: '000000000000',
      Arn: 'arn:aws:iam::000000000000:root',
    });
    await assert.rejects(
      aws('dynamodb', 'list-tables'),
      /\(UnsupportedOperationException\) when calling the ListTables operation: The service "dynamodb" is not part of Lamplight/,
    );
  });

  it('scales provisioned concurrency', async () => {
    const name = 'scaled-by-cli';
    const file = path.join(folder.path, 'scaled.zip');
    await writeFile(file, makeZip([{ name: 'index.js', content: 'exports.handler = async () => 1;' }]));
    await aws(
      ...['lambda', 'create-function', '--function-name', name, '--runtime', 'nodejs22.x', '--publish'],
      ...['--handler', 'index.handler', '--role', 'arn:aws:iam::000000000000:role/r'],
      ...['--zip-file', 'fileb://scaled.zip'],
    );
    await aws('lambda', 'wait', 'published-version-active', '--function-name', name, '--qualifier', '1');
    const target = [
      ...['--service-namespace', 'lambda', '--resource-id', `function:${name}:1`],
      ...['--scalable-dimension', 'lambda:function:ProvisionedConcurrency'],
    ];
    const scaling = (command: string, ...args: string[]): Promise<Record<string, unknown>> =>
      aws('application-autoscaling', command, ...args);
    await scaling('register-scalable-target', ...target, '--min-capacity', '2', '--max-capacity', '4');
    const described = await scaling('describe-scalable-targets', '--service-namespace', 'lambda');
    assert.match(JSON.stringify(described), new RegExp(`"ResourceId":"function:${name}:1"`));
    const config = await aws(
      ...['lambda', 'get-provisioned-concurrency-config', '--function-name', name, '--qualifier', '1'],
    );
    assert.equal(config['RequestedProvisionedConcurrentExecutions'], 2);
    const activities = await scaling('describe-scaling-activities', '--service-namespace', 'lambda');
    assert.match(JSON.stringify(activities), /"Description":"Setting desired concurrency to 2\."/);
    await scaling('deregister-scalable-target', ...target);
    await assert.rejects(scaling('deregister-scalable-target', ...target), /ObjectNotFoundException/);
  });
});
