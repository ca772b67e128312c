import assert from 'node:assert/strict';
import { DapWriter } from '../../../src/extension/debug/dap.ts';
import { debugPlan, EVENT_FIELD, PENDING_FIELD } from '../../../src/extension/debug/launchConfiguration.ts';
import { divisionNote, sourceRootOf } from '../../../src/extension/debug/debuggedVersion.ts';
import { environmentMark } from '../../../src/extension/debug/environmentMark.ts';
import { nodeAttach } from '../../../src/extension/debug/nodeAttach.ts';
import { Pauses } from '../../../src/extension/debug/pauses.ts';
import { versionNamed } from '../../../src/extension/versions/versionNamed.ts';
import { functionSummary } from './builders.ts';

const launch = { type: 'lamplight', request: 'launch', name: 'x', function: 'create-order' };

describe('a launch configuration', () => {
  it('needs nothing but the function', () => {
    assert.deepEqual(debugPlan(launch, '/w'), {
      functionName: 'create-order',
      qualifier: undefined,
      event: 'current',
      pending: undefined,
      stays: false,
      debug: true,
      skipFiles: [],
      smartStep: true,
      justMyCode: true,
    });
  });

  it('takes an event as a path, as a sample, in place, or from whoever started it', () => {
    const eventOf = (over: object) => {
      const plan = debugPlan({ ...launch, ...over }, '/w');
      return 'mistake' in plan ? plan.mistake : plan.event;
    };
    assert.deepEqual(eventOf({ event: 'events/a.json' }), { kind: 'saved', file: '/w/events/a.json' });
    assert.deepEqual(eventOf({ event: 'sample:sqs/standard' }), { kind: 'sample', id: 'sqs/standard' });
    assert.deepEqual(eventOf({ payload: { n: 1 } }), {
      kind: 'text',
      title: 'payload',
      text: '{\n  "n": 1\n}',
    });
    assert.deepEqual(eventOf({ payload: null }), { kind: 'text', title: 'payload', text: 'null' });
    const given = { kind: 'text', title: 'mine', text: '{}' };
    assert.deepEqual(eventOf({ [EVENT_FIELD]: given, event: 'other.json' }), given);
  });

  it('has a queued event tried instead of invoking, where the tree asks for it', () => {
    const plan = debugPlan({ ...launch, [PENDING_FIELD]: 'a-request', qualifier: 'live' }, '/w');
    if ('mistake' in plan) throw new Error(plan.mistake);
    assert.deepEqual([plan.pending, plan.event, plan.qualifier], ['a-request', undefined, 'live']);
  });

  it('stays where it attaches or is told to, and runs without a debugger on Ctrl+F5', () => {
    const plan = (over: object) => debugPlan({ ...launch, ...over }, '/w');
    const attached = plan({ request: 'attach' });
    assert.equal('stays' in attached && attached.stays && attached.event === undefined, true);
    const stays = plan({ stayAttached: true, qualifier: '1', skipFiles: ['**/x.js'], smartStep: false });
    assert.deepEqual(stays, {
      functionName: 'create-order',
      qualifier: '1',
      event: 'current',
      pending: undefined,
      stays: true,
      debug: true,
      skipFiles: ['**/x.js'],
      smartStep: false,
      justMyCode: true,
    });
    const without = plan({ noDebug: true });
    assert.equal('debug' in without && without.debug, false);
  });

  it('says which field is wrong', () => {
    for (const [over, text] of [
      [{ request: 'run' }, /"request"/],
      [{ function: '' }, /"function"/],
      [{ function: 7 }, /"function"/],
      [{ qualifier: 1 }, /"qualifier"/],
      [{ event: {} }, /"event".*"payload"/],
      [{ event: 'a', payload: {} }, /either "event" or "payload"/],
      [{ request: 'attach', event: 'a' }, /"attach"/],
      [{ stayAttached: 'yes' }, /"stayAttached"/],
      [{ skipFiles: 'x' }, /"skipFiles"/],
      [{ smartStep: 1 }, /"smartStep"/],
      [{ justMyCode: 'no' }, /"justMyCode"/],
    ] as const) {
      const plan = debugPlan({ ...launch, ...over }, '/w');
      assert.match('mistake' in plan ? plan.mistake : 'no mistake', text);
    }
  });
});

describe('the child session of an environment', () => {
  const asItIs = { real: '/w w', shown: (file: string): string => file };
  const target = {
    debugId: 'd1',
    language: 'node',
    websocketAddress: 'ws://127.0.0.1:9/uuid',
    localRoot: '/state/builds/a',
    skipFiles: ['/dist/bootstraps/**'],
  } as const;

  it('attaches where the runtime waits, with maps from outside the workspace', () => {
    const child = nodeAttach('a 1', target, 'e1', {
      skipFiles: ['**/x.js'],
      smartStep: true,
      paths: asItIs,
    });
    assert.equal(child['websocketAddress'], 'ws://127.0.0.1:9/uuid');
    assert.equal(child['continueOnAttach'], true);
    assert.equal(child['resolveSourceMapLocations'], null);
    assert.equal(child['autoAttachChildProcesses'], false);
    assert.deepEqual(child['skipFiles'], ['<node_internals>/**', '/dist/bootstraps/**', '**/x.js']);
    assert.equal((child['outFiles'] as string[])[0], '/state/builds/a/**/*.js');
    assert.equal('remoteRoot' in child, false);
    assert.deepEqual(environmentMark(child), { debugId: 'd1', environmentId: 'e1' });
  });

  it('knows a container’s paths', () => {
    const child = nodeAttach('a 1', { ...target, remoteRoot: '/var/task' }, 'e1', {
      skipFiles: [],
      smartStep: true,
      paths: asItIs,
    });
    assert.equal(child['localRoot'], '/state/builds/a');
    assert.equal(child['remoteRoot'], '/var/task');
    assert.deepEqual(Object.entries(child['sourceMapPathOverrides'] as object).slice(0, 2), [
      ['file:///w%20w/*', '/w w/*'],
      ['file:///*', '/*'],
    ]);
  });

  it('calls files as the editor does where the folder was opened through a link', () => {
    const paths = { real: '/real', shown: (file: string) => file.replace(/^\/real/, '/link') };
    const options = { skipFiles: [], smartStep: true, paths };
    const built = nodeAttach('a 1', target, 'e1', options);
    assert.deepEqual([built['localRoot'], built['remoteRoot']], [undefined, undefined]);
    assert.equal((built['sourceMapPathOverrides'] as Record<string, string>)['file:///real/*'], '/link/*');
    const contained = nodeAttach(
      'a 1',
      { ...target, localRoot: '/real/src', remoteRoot: '/var/task' },
      'e1',
      options,
    );
    assert.deepEqual([contained['localRoot'], contained['remoteRoot']], ['/link/src', '/var/task']);
  });

  it('knows the files of a version as those of the workspace that they were copied from', () => {
    const options = { skipFiles: [], smartStep: true, paths: asItIs, sourceRoot: '/w w/src' };
    const version = nodeAttach('a 1', target, 'e1', options);
    assert.deepEqual([version['localRoot'], version['remoteRoot']], ['/w w/src', '/state/builds/a']);
    const contained = nodeAttach('a 1', { ...target, remoteRoot: '/var/task' }, 'e1', options);
    assert.deepEqual([contained['localRoot'], contained['remoteRoot']], ['/w w/src', '/var/task']);
  });

  it('is told from sessions of others', () => {
    assert.equal(environmentMark({ type: 'node' }), undefined);
    assert.equal(environmentMark({ __lamplightEnvironment: { debugId: 1 } }), undefined);
  });
});

describe('the version that is debugged', () => {
  const live = functionSummary('a', {
    aliases: [
      { name: 'canary', version: '3', additional: { version: '4', weight: 0.1 }, description: '' },
      { name: 'live', version: '3', description: '' },
    ],
  });

  it('is the one that an alias names', () => {
    assert.equal(versionNamed(live, 'live'), '3');
    assert.equal(versionNamed(live, '4'), '4');
    assert.equal(versionNamed(live), '$LATEST');
    assert.equal(versionNamed(undefined, 'live'), 'live');
  });

  it('is told where an alias sends invocations to another one too', () => {
    assert.match(
      divisionNote(live, 'canary')!,
      /divided \(90 % v3 · 10 % v4\): invocations that go to v4 are not/,
    );
    assert.equal(divisionNote(live, 'live'), undefined);
    assert.equal(divisionNote(live, undefined), undefined);
  });

  it('has the files of the workspace where its code runs as it is', () => {
    assert.equal(sourceRootOf('/w/src', '/w', '3'), '/w/src');
    assert.equal(sourceRootOf('/w', '/w', '3'), '/w');
    assert.equal(sourceRootOf('/w/src', '/w', '$LATEST'), undefined);
    assert.equal(sourceRootOf('/state/builds/a', '/w', '3'), undefined);
    assert.equal(sourceRootOf(undefined, '/w', '3'), undefined);
  });
});

describe('Pauses', () => {
  it('tells of changes only, in their order, however many threads stop', async () => {
    const told: string[] = [];
    let release: () => void = () => undefined;
    const slow = new Promise<void>(resolve => (release = resolve));
    const pauses = new Pauses(async (_debugId, environmentId, paused) => {
      if (told.length === 0) await slow;
      told.push(`${environmentId} ${paused}`);
    });
    const environment = { debugId: 'd', environmentId: 'e' };
    pauses.set(environment, 'main', true);
    pauses.set(environment, 'worker', true);
    pauses.set(environment, 'main', false);
    pauses.set(environment, 'main', false);
    pauses.set(environment, 'worker', false);
    pauses.set({ debugId: 'd', environmentId: 'other' }, 'main', true);
    release();
    await pauses.settled();
    assert.deepEqual(told, ['e true', 'e false', 'other true']);
  });

  it('goes on after the host could not be told', async () => {
    const told: boolean[] = [];
    const pauses = new Pauses((_debugId, _environmentId, paused) => {
      told.push(paused);
      return Promise.reject(new Error('gone'));
    });
    pauses.set({ debugId: 'd', environmentId: 'e' }, 's', true);
    pauses.set({ debugId: 'd', environmentId: 'e' }, 's', false);
    await pauses.settled();
    assert.deepEqual(told, [true, false]);
  });
});

describe('DapWriter', () => {
  it('numbers what it sends, and names what it answers', () => {
    const sent: unknown[] = [];
    const dap = new DapWriter(message => sent.push(message));
    const request = { seq: 5, type: 'request', command: 'launch' } as const;
    dap.respond(request, { ok: true });
    dap.output('stdout', 'line');
    dap.fail(request, 'because');
    assert.deepEqual(sent, [
      { type: 'response', request_seq: 5, command: 'launch', success: true, body: { ok: true }, seq: 1 },
      { type: 'event', event: 'output', body: { category: 'stdout', output: 'line\n' }, seq: 2 },
      {
        type: 'response',
        request_seq: 5,
        command: 'launch',
        success: false,
        message: 'because',
        body: { error: { id: 1, format: '{text}', variables: { text: 'because' }, showUser: true } },
        seq: 3,
      },
    ]);
  });
});
