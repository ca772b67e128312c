/** Versions and aliases at a real host, with the official SDK client, its waiters and its paginators. */
import assert from 'node:assert/strict';
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaServiceException,
  paginateListAliases,
  paginateListFunctions,
  paginateListVersionsByFunction,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
  waitUntilPublishedVersionActive,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { endDebug, startDebug } from '../../../src/client/controlCalls.ts';
import { eventStream } from '../../../src/client/eventStream.ts';
import { HostClient } from '../../../src/client/hostClient.ts';
import type { HostEvent } from '../../../src/protocol/control.ts';
import { call, createFunction } from '../../helpers/functions.ts';
import { startTestHost, useTestHost } from '../../helpers/testHost.ts';
import { zipOf } from '../../helpers/zip.ts';
import { InspectorClient } from '../environments/inspectorClient.ts';

/** Says what it knows of itself. */
const source = (text: string): string => `
  let calls = 0;
  exports.handler = async (event, context) => ({
    text: '${text}', pid: process.pid, calls: ++calls,
    version: context.functionVersion, arn: context.invokedFunctionArn, stream: context.logStreamName,
    variable: process.env.AWS_LAMBDA_FUNCTION_VERSION, memory: context.memoryLimitInMB,
  });`;

interface Said {
  readonly text: string;
  readonly pid: number;
  readonly calls: number;
  readonly version: string;
  readonly arn: string;
  readonly stream: string;
  readonly variable: string;
  readonly memory: string;
}

const quick = { maxWaitTime: 10, minDelay: 0.02, maxDelay: 0.02 };

async function invoke(client: LambdaClient, name: string, qualifier?: string) {
  const answer = await client.send(new InvokeCommand({ FunctionName: name, Qualifier: qualifier }));
  const said = JSON.parse(Buffer.from(answer.Payload ?? []).toString()) as Said;
  return { ...said, executed: answer.ExecutedVersion };
}

async function updateCode(client: LambdaClient, name: string, text: string): Promise<void> {
  const ZipFile = await zipOf({ 'index.js': source(text) });
  await client.send(new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile }));
  await waitUntilFunctionUpdatedV2({ client, ...quick }, { FunctionName: name });
}

const publish = async (client: LambdaClient, name: string): Promise<string> =>
  (await client.send(new PublishVersionCommand({ FunctionName: name }))).Version ?? '';

const statusOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof LambdaServiceException ? error.name : String(error)),
  );

describe('versions and aliases behind the API', function () {
  this.timeout(30_000);
  const host = useTestHost({ args: ['--seed', 'a seed'] });
  const arn = (name: string, qualifier: string): string =>
    `arn:aws:lambda:us-east-1:000000000000:function:${name}:${qualifier}`;

  it('run what they froze, and know who they are, in whatever way they are called', async () => {
    const { client } = host();
    await createFunction(client, 'frozen', source('one'), { MemorySize: 200 });
    assert.equal(await publish(client, 'frozen'), '1');
    await client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'frozen', MemorySize: 300 }));
    await waitUntilFunctionUpdatedV2({ client, ...quick }, { FunctionName: 'frozen' });
    await updateCode(client, 'frozen', 'two');
    assert.equal(await publish(client, 'frozen'), '2');
    await client.send(new CreateAliasCommand({ FunctionName: 'frozen', Name: 'live', FunctionVersion: '1' }));
    const facts = async (name: string, qualifier?: string): Promise<unknown[]> => {
      const said = await invoke(client, name, qualifier);
      assert.equal(said.executed, said.version);
      assert.equal(said.variable, said.version);
      assert.ok(said.stream.includes(`/[${said.version}]`), said.stream);
      return [said.text, said.version, said.memory, said.arn];
    };
    assert.deepEqual(await facts('frozen'), ['two', '$LATEST', '300', arn('frozen', '').slice(0, -1)]);
    assert.deepEqual(await facts('frozen', '1'), ['one', '1', '200', arn('frozen', '1')]);
    assert.deepEqual(await facts('frozen:2'), ['two', '2', '300', arn('frozen', '2')]);
    assert.deepEqual(await facts('frozen', 'live'), ['one', '1', '200', arn('frozen', 'live')]);
    assert.deepEqual(await facts(arn('frozen', 'live')), ['one', '1', '200', arn('frozen', 'live')]);
    assert.deepEqual(await facts('frozen', '$LATEST'), ['two', '$LATEST', '300', arn('frozen', '$LATEST')]);
    await client.send(new UpdateAliasCommand({ FunctionName: 'frozen', Name: 'live', FunctionVersion: '2' }));
    assert.deepEqual(await facts('frozen', 'live'), ['two', '2', '300', arn('frozen', 'live')]);
    assert.equal(await statusOf(invoke(client, 'frozen', '3')), 'ResourceNotFoundException');
    const { log } = await call(client, 'frozen', {}, { Qualifier: '1' });
    assert.match(log, /^START RequestId: \S+ Version: 1$/m);
  });

  it('have environments of their own: aliases share them, updates of $LATEST leave them alone', async () => {
    const { client } = host();
    await createFunction(client, 'apart', source('one'));
    await publish(client, 'apart');
    await client.send(new CreateAliasCommand({ FunctionName: 'apart', Name: 'live', FunctionVersion: '1' }));
    const first = await invoke(client, 'apart', '1');
    const latest = await invoke(client, 'apart');
    assert.notEqual(latest.pid, first.pid);
    const byAlias = await invoke(client, 'apart', 'live');
    assert.deepEqual([byAlias.pid, byAlias.calls], [first.pid, 2]);
    await updateCode(client, 'apart', 'two');
    await publish(client, 'apart');
    await client.send(new DeleteFunctionCommand({ FunctionName: 'apart', Qualifier: '2' }));
    const after = await invoke(client, 'apart', '1');
    assert.deepEqual([after.pid, after.calls], [first.pid, 3]);
    const updated = await invoke(client, 'apart');
    assert.notEqual(updated.pid, latest.pid);
    assert.equal(updated.text, 'two');
  });

  it('share what an alias of two gets by its weight, in the same order under the same seed', async () => {
    const { client } = host();
    await createFunction(client, 'canary', source('one'));
    await publish(client, 'canary');
    await updateCode(client, 'canary', 'two');
    await publish(client, 'canary');
    const alias = { FunctionName: 'canary', Name: 'live', FunctionVersion: '1' };
    const weighted = (weight: number) => ({ RoutingConfig: { AdditionalVersionWeights: { '2': weight } } });
    await client.send(new CreateAliasCommand({ ...alias, ...weighted(0.3) }));
    const executed: (string | undefined)[] = [];
    for (let n = 0; n < 60; n++) executed.push((await invoke(client, 'canary', 'live')).executed);
    const second = executed.filter(version => version === '2').length;
    assert.ok(second >= 8 && second <= 28, `${second} of 60 at a weight of 0.3`);
    // The nth draw of this alias under this seed: a host of another day makes the same choices.
    assert.equal(executed.slice(0, 20).join(''), '21211111211221111111');
    await client.send(new UpdateAliasCommand({ ...alias, ...weighted(1) }));
    assert.equal((await invoke(client, 'canary', 'live')).executed, '2');
    await client.send(new UpdateAliasCommand({ ...alias, ...weighted(0) }));
    assert.equal((await invoke(client, 'canary', 'live')).executed, '1');
    const { Version } = await client.send(
      new GetFunctionConfigurationCommand({ FunctionName: 'canary', Qualifier: 'live' }),
    );
    assert.equal(Version, '1');
  });

  it('become Active with the creation or the update that publishes them, as the waiters see it', async () => {
    const { client } = host();
    const created = await client.send(
      new CreateFunctionCommand({
        FunctionName: 'published',
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: 'arn:aws:iam::000000000000:role/test',
        Code: { ZipFile: await zipOf({ 'index.js': source('one') }) },
        Publish: true,
      }),
    );
    assert.deepEqual([created.Version, created.State], ['1', 'Pending']);
    assert.equal(await statusOf(invoke(client, 'published', '1')), 'ResourceConflictException');
    const first = { FunctionName: 'published', Qualifier: '1' };
    await waitUntilPublishedVersionActive({ client, ...quick }, first);
    await waitUntilFunctionActiveV2({ client, ...quick }, { FunctionName: 'published' });
    assert.equal((await invoke(client, 'published', '1')).text, 'one');
    const updated = await client.send(
      new UpdateFunctionCodeCommand({
        FunctionName: 'published',
        ZipFile: await zipOf({ 'index.js': source('two') }),
        Publish: true,
      }),
    );
    assert.deepEqual([updated.Version, updated.State], ['2', 'Pending']);
    await waitUntilPublishedVersionActive({ client, ...quick }, { ...first, Qualifier: '2' });
    assert.equal((await invoke(client, 'published', '2')).text, 'two');
    assert.equal((await invoke(client, 'published', '1')).text, 'one');
  });

  it('are listed whole by the paginators, while versions come and go', async () => {
    const { client } = host();
    await createFunction(client, 'listed', source('one'));
    for (let n = 1; n <= 7; n++) {
      await publish(client, 'listed');
      await client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'listed', Timeout: n }));
      await waitUntilFunctionUpdatedV2({ client, ...quick }, { FunctionName: 'listed' });
      const alias = { FunctionName: 'listed', Name: `alias-${n}`, FunctionVersion: String(1 + (n % 2)) };
      if (n > 1) await client.send(new CreateAliasCommand(alias));
    }
    const versions: (string | undefined)[] = [];
    for await (const page of paginateListVersionsByFunction(
      { client, pageSize: 3 },
      { FunctionName: 'listed' },
    )) {
      versions.push(...(page.Versions ?? []).map(({ Version }) => Version));
      // What is gone or new behind the reader neither hides nor repeats anything else.
      if (versions.length === 3)
        await client.send(new DeleteFunctionCommand({ FunctionName: 'listed', Qualifier: '4' }));
      if (versions.length === 6) assert.equal(await publish(client, 'listed'), '8');
    }
    assert.deepEqual(versions, ['$LATEST', '1', '2', '3', '5', '6', '7', '8']);
    const aliases: (string | undefined)[] = [];
    const ofFirst = { FunctionName: 'listed', FunctionVersion: '1' };
    for await (const page of paginateListAliases({ client, pageSize: 2 }, ofFirst))
      aliases.push(...(page.Aliases ?? []).map(({ Name }) => Name));
    assert.deepEqual(aliases, ['alias-2', 'alias-4', 'alias-6']);
    const all: string[] = [];
    for await (const page of paginateListFunctions({ client, pageSize: 4 }, { FunctionVersion: 'ALL' }))
      all.push(...(page.Functions ?? []).map(each => each.FunctionArn ?? ''));
    assert.deepEqual(
      all.filter(each => each.includes(':listed:')).map(each => each.split(':').at(-1)),
      versions,
    );
    assert.equal(new Set(all).size, all.length);
  });

  it('let one of two writers win; the other one gets the conflict that AWS gives', async () => {
    const { client } = host();
    await createFunction(client, 'raced', source('one'));
    const latest = { FunctionName: 'raced' };
    const { RevisionId } = await client.send(new GetFunctionConfigurationCommand(latest));
    const four = [0, 1, 2, 3];
    const winners = (outcomes: readonly string[]): readonly string[] => [...outcomes].sort();
    assert.deepEqual(
      winners(
        await Promise.all(
          four.map(() => statusOf(client.send(new PublishVersionCommand({ ...latest, RevisionId })))),
        ),
      ),
      [...Array.from({ length: 3 }, () => 'PreconditionFailedException'), 'done'],
    );
    // Without a revision id all of them get the one version.
    const numbers = await Promise.all(four.map(() => publish(client, 'raced')));
    assert.deepEqual(new Set(numbers), new Set(['1']));
    assert.deepEqual(
      winners(
        await Promise.all(
          four.map(Timeout =>
            statusOf(
              client.send(new UpdateFunctionConfigurationCommand({ ...latest, Timeout: Timeout + 1 })),
            ),
          ),
        ),
      ),
      [...Array.from({ length: 3 }, () => 'ResourceConflictException'), 'done'],
    );
    await waitUntilFunctionUpdatedV2({ client, ...quick }, latest);
    const alias = { FunctionName: 'raced', Name: 'live', FunctionVersion: '1' };
    assert.deepEqual(
      winners(await Promise.all(four.map(() => statusOf(client.send(new CreateAliasCommand(alias)))))),
      [...Array.from({ length: 3 }, () => 'ResourceConflictException'), 'done'],
    );
    const made = await client.send(new GetAliasCommand(alias));
    const update = { ...alias, RevisionId: made.RevisionId };
    assert.deepEqual(
      winners(await Promise.all(four.map(() => statusOf(client.send(new UpdateAliasCommand(update)))))),
      [...Array.from({ length: 3 }, () => 'PreconditionFailedException'), 'done'],
    );
  });

  it('stop in the debugger of one version while $LATEST runs on', async () => {
    const { client, ready } = host();
    await createFunction(client, 'debugged', source('one'));
    await publish(client, 'debugged');
    await client.send(
      new CreateAliasCommand({ FunctionName: 'debugged', Name: 'live', FunctionVersion: '1' }),
    );
    const latest = await invoke(client, 'debugged');
    const control = new HostClient(ready);
    const ends = new AbortController();
    const events = eventStream(control, { clientId: 'test', signal: ends.signal });
    const next = async (wanted: (event: HostEvent) => boolean): Promise<HostEvent> => {
      for (;;) {
        const { value, done } = await events.next();
        if (done === true) throw new Error('The event stream has ended.');
        if (wanted(value)) return value;
      }
    };
    try {
      await next(event => event.type === 'snapshot');
      const session = { functionName: 'debugged', qualifier: 'live', clientId: 'test' };
      const { debugId } = await startDebug(control, session);
      const stopped = invoke(client, 'debugged', '1');
      const waiting = await next(
        event => event.type === 'environment' && event.environment.state === 'waiting-for-debugger',
      );
      assert.ok(waiting.type === 'environment' && waiting.environment.debug?.language === 'node');
      assert.equal(waiting.environment.version, '1');
      const inspector = await InspectorClient.attach(waiting.environment.debug.websocketAddress);
      await inspector.send('Runtime.enable');
      await inspector.send('Debugger.enable');
      await inspector.send('Debugger.setBreakpointByUrl', { urlRegex: '.*index\\.js$', lineNumber: 2 });
      const paused = inspector.event('Debugger.paused');
      await inspector.send('Runtime.runIfWaitingForDebugger');
      await paused;
      // $LATEST is not debugged, and its environment of before serves.
      const meanwhile = await invoke(client, 'debugged');
      assert.deepEqual([meanwhile.pid, meanwhile.calls], [latest.pid, 2]);
      await inspector.send('Debugger.disable');
      assert.equal((await stopped).executed, '1');
      inspector.close();
      await endDebug(control, debugId);
      assert.equal((await invoke(client, 'debugged')).pid, latest.pid);
      assert.equal((await invoke(client, 'debugged', 'live')).executed, '1');
    } finally {
      ends.abort();
      control.close();
    }
  });
});

describe('versions and aliases after kill -9', function () {
  this.timeout(60_000);

  it('are all there that were acknowledged, with their code', async () => {
    const first = await startTestHost();
    const { client, root } = first;
    await createFunction(client, 'kept', source('one'));
    await publish(client, 'kept');
    const alias = { FunctionName: 'kept', Name: 'live', FunctionVersion: '1' };
    const made = await client.send(new CreateAliasCommand(alias));
    await updateCode(client, 'kept', 'two');
    const ZipFile = await zipOf({ 'index.js': source('three') });
    const published = await client.send(
      new UpdateFunctionCodeCommand({ FunctionName: 'kept', ZipFile, Publish: true }),
    );
    assert.deepEqual([published.Version, published.State], ['2', 'Pending']);
    await first.kill();

    const host = await startTestHost({ root });
    try {
      const again = await host.client.send(new GetAliasCommand(alias));
      assert.equal(again.RevisionId, made.RevisionId);
      assert.equal((await invoke(host.client, 'kept', 'live')).text, 'one');
      assert.equal((await invoke(host.client, 'kept', '2')).text, 'three');
      assert.equal((await invoke(host.client, 'kept')).text, 'three');
      assert.equal(await publish(host.client, 'kept'), '2');
    } finally {
      await host.stop();
    }
  });
});
