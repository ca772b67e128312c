import assert from 'node:assert/strict';
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { useTestHost } from '../../helpers/testHost.ts';
import { CreateAliasCommand, DeleteFunctionCommand, PublishVersionCommand } from '@aws-sdk/client-lambda';
import { createFunction, type Ended, run, start } from './program.ts';

const ECHO = `
export const handler = async event => {
  console.log('got', JSON.stringify(event));
  if (event.fail) throw new TypeError('told to fail');
  if (event.lines) for (let i = 0; i < event.lines; i++) console.log('line ' + i + ' ' + 'x'.repeat(50));
  return { event };
};`;

describe('lamplight against a running host', () => {
  const host = useTestHost({ files: { 'src/readme.txt': '' } });
  const lamplight = (...argv: string[]): Promise<Ended> =>
    run([...argv, '--state', host().stateDir], { cwd: host().root.path });

  before(() => createFunction(host().client, 'echo', ECHO));

  it('lists its functions', async () => {
    const { code, out } = await lamplight('list');
    assert.equal(code, 0);
    assert.equal(out, 'echo  nodejs24.x  index.handler\n');
  });

  it('prints the answer on stdout and the log on stderr', async () => {
    const event = path.join(host().root.path, 'event.json');
    await writeFile(event, '{"id": 7}');
    const { code, out, err } = await lamplight('invoke', 'echo', '--event', event);
    assert.equal(code, 0);
    assert.equal(out, '{"event":{"id":7}}\n');
    assert.match(err, /^START RequestId: [0-9a-f-]{36} Version: \$LATEST\n/m);
    assert.match(err, /INFO\tgot {"id":7}\n/);
    assert.match(err, /^REPORT RequestId: .*Duration: .*Max Memory Used: /m);
  });

  it('invokes a version or an alias, and lists what the alias stands for', async () => {
    const { client } = host();
    await createFunction(client, 'versioned', ECHO);
    await client.send(new PublishVersionCommand({ FunctionName: 'versioned' }));
    const alias = { FunctionName: 'versioned', Name: 'live', FunctionVersion: '1' };
    await client.send(new CreateAliasCommand(alias));
    const facts = async (...argv: string[]): Promise<unknown> =>
      (
        JSON.parse((await lamplight('invoke', 'versioned', '--json', ...argv)).out) as Record<string, unknown>
      )['executedVersion'];
    assert.equal(await facts(), '$LATEST');
    assert.equal(await facts('--qualifier', '1'), '1');
    assert.equal(await facts('--qualifier', 'live'), '1');
    const gone = await lamplight('invoke', 'versioned', '--qualifier', '7');
    assert.equal(gone.code, 2);
    assert.match(gone.err, /Function not found: arn:aws:lambda:us-east-1:000000000000:function:versioned:7/);
    assert.match((await lamplight('list')).out, /^versioned +nodejs24\.x +index\.handler +live → 1$/m);
    await client.send(new DeleteFunctionCommand({ FunctionName: 'versioned' }));
  });

  it('takes the event from standard input and from the catalogue', async () => {
    const piped = await run(['invoke', 'echo', '--event', '-', '--state', host().stateDir], {
      cwd: host().root.path,
      input: '["ä"]',
    });
    assert.equal(piped.out, '{"event":["ä"]}\n');
    const { out } = await lamplight('invoke', 'echo', '--event', 'sample:sqs/standard', '--json');
    const answer = JSON.parse(out) as { payload: { event: { Records: { eventSource: string }[] } } };
    assert.equal(answer.payload.event.Records[0]?.eventSource, 'aws:sqs');
    assert.equal((await lamplight('invoke', 'echo')).out, '{"event":{}}\n');
  });

  it('prints what a function streams, and how that ended', async () => {
    const source = `export const handler = awslambda.streamifyResponse(async (event, stream) => {
      const euro = Buffer.from('€');
      stream.write('one ');
      stream.write(euro.subarray(0, 1));
      stream.write(euro.subarray(1));
      if (event.fail) throw new TypeError('told to fail');
      stream.end();
    });`;
    await createFunction(host().client, 'streams', source);
    const well = await lamplight('invoke', 'streams', '--stream');
    assert.deepEqual([well.code, well.out], [0, 'one €\n']);
    assert.match(well.err, /^REPORT RequestId: /m);
    const failed = await lamplight('invoke', 'streams', '--stream', '--event', '{"fail":true}');
    assert.deepEqual([failed.code, failed.out], [1, 'one €\n']);
    assert.match(
      failed.err,
      /\nlamplight: streams failed: {"errorType":"TypeError","errorMessage":"told to fail"/,
    );
    const whole = await lamplight('invoke', 'echo', '--stream', '--event', '{"a":1}');
    assert.deepEqual([whole.code, whole.out], [0, '{"event":{"a":1}}\n']);
    assert.equal((await lamplight('invoke', 'nobody', '--stream')).code, 2);
  });

  it('says what to install where a package is missing', async () => {
    await createFunction(host().client, 'incomplete', "import 'left-pad'; export const handler = () => 1;");
    const { code, err } = await lamplight('invoke', 'incomplete');
    assert.equal(code, 1);
    assert.match(err, /\nlamplight: left-pad is not installed in the project: npm install left-pad\n$/);
  });

  it('prints all of a log that is longer than the tail', async () => {
    const { err } = await run(['invoke', 'echo', '--event', '-', '--state', host().stateDir], {
      cwd: host().root.path,
      input: '{"lines": 500}',
    });
    assert.match(err, /^START/m);
    for (const i of [0, 250, 499]) assert.match(err, new RegExp(`line ${i} x`));
  });

  it('exits with 1 when the function failed', async () => {
    const failed = await run(['invoke', 'echo', '--event', '-', '--json', '--state', host().stateDir], {
      cwd: host().root.path,
      input: '{"fail": true}',
    });
    assert.equal(failed.code, 1);
    const answer = JSON.parse(failed.out) as Record<string, unknown>;
    assert.equal(answer['functionError'], 'Unhandled');
    assert.equal((answer['payload'] as Record<string, unknown>)['errorMessage'], 'told to fail');
    assert.match(String(answer['log']), /REPORT RequestId/);
  });

  it('exits with 2 whenever nothing was invoked', async () => {
    const unknown = await lamplight('invoke', 'nobody');
    assert.equal(unknown.code, 2);
    assert.match(unknown.err, /ResourceNotFoundException: Function not found: .*:function:nobody:\$LATEST/);
    assert.equal((await lamplight('invoke', 'echo', '--qualifier', '42')).code, 2);
    assert.equal((await lamplight('invoke', 'echo', '--event', 'no.json')).code, 2);
    const nowhere = await run(['invoke', 'echo', '--state', 'nowhere'], { cwd: host().root.path });
    assert.equal(nowhere.code, 2);
    assert.match(nowhere.err, /No Lamplight host runs on the state folder nowhere/);
  });

  it('queues and tries', async () => {
    const queued = await lamplight('invoke', 'echo', '--type', 'Event');
    assert.deepEqual([queued.code, queued.out], [0, '']);
    assert.match(queued.err, /^echo was queued, request id [0-9a-f-]{36}\n$/);
    const tried = await lamplight('invoke', 'echo', '--type', 'DryRun');
    assert.deepEqual([tried.code, tried.out, tried.err], [0, '', 'echo can be invoked\n']);
  });

  it('shows the past of a log and follows it', async () => {
    await lamplight('invoke', 'echo');
    const { out } = await lamplight('logs', 'echo');
    assert.match(out, /START RequestId/);
    const following = start(['logs', 'echo', '--follow', '--state', host().stateDir], {
      cwd: host().root.path,
    });
    await following.says(/START RequestId/);
    const event = '{"mark":"seen live"}';
    await run(['invoke', 'echo', '--event', '-', '--state', host().stateDir], {
      cwd: host().root.path,
      input: event,
    });
    await following.says(/seen live/);
    following.child.kill();
    await following.ended;
    const unknown = await lamplight('logs', 'nobody', '--follow');
    assert.equal(unknown.code, 1);
    assert.match(unknown.err, /ResourceNotFoundException/);
  });

  it('prints an environment that leads to the host', async () => {
    const { code, out } = await lamplight('env', '--shell', 'sh');
    assert.equal(code, 0);
    const { endpoint, credentials } = host().ready;
    assert.ok(out.includes(`export AWS_ENDPOINT_URL='${endpoint}'\n`));
    assert.ok(out.includes(`export AWS_SECRET_ACCESS_KEY='${credentials.secretAccessKey}'\n`));
  });

  it('does not speak to the host of another folder', async () => {
    const elsewhere = path.join(await realpath(host().root.path), 'elsewhere');
    await mkdir(elsewhere);
    const { code, err } = await run(['list'], { cwd: elsewhere });
    assert.equal(code, 1);
    assert.match(err, /No Lamplight host runs for /);
  });
});
