/** The Extensions API as an extension sees it: answers, errors and states (spec/execution-environment.md §2.1, §2.2). */
import assert from 'node:assert/strict';
import { ExtensionStates } from '../../../src/host/environments/extensionsApi/extensionStates.ts';
import { RuntimeApi } from '../../../src/host/environments/runtimeApi/runtimeApi.ts';
import { send, type HttpAnswer } from './runtimeClients.ts';

const BOTH = ['INVOKE', 'SHUTDOWN'];
const NOBODY = '00000000-0000-4000-8000-000000000000';

describe('Extensions API', () => {
  let states: ExtensionStates;
  let api: RuntimeApi;
  let port: number;
  let enabled: boolean;

  before(async () => {
    api = new RuntimeApi();
    port = await api.listen({ address: '127.0.0.1' });
  });
  beforeEach(() => {
    enabled = true;
    states = new ExtensionStates();
    const facts = {
      functionName: 'orders',
      functionVersion: '3',
      handler: 'index.handler',
      accountId: '000000000000',
    };
    const subscribe = (): never => assert.fail('nobody subscribes');
    api.extensions = () => ({ states, subscribe, enabled, facts });
  });
  after(() => api.close());

  const call = (
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body = '',
  ): Promise<HttpAnswer> => send(port, method, `/2020-01-01/extension/${path}`, { headers, body });
  const register = (
    name: string,
    events: unknown = BOTH,
    headers: Record<string, string> = {},
  ): Promise<HttpAnswer> =>
    call('POST', 'register', { 'Lambda-Extension-Name': name, ...headers }, JSON.stringify({ events }));
  const idOf = (answer: HttpAnswer): string => String(answer.headers['lambda-extension-identifier']);
  const by = (id: string): Record<string, string> => ({ 'Lambda-Extension-Identifier': id });
  const next = (id: string): Promise<HttpAnswer> => call('GET', 'event/next', by(id));
  const fail = (id: string, phase: 'init' | 'exit', type = 'Extension.Mine'): Promise<HttpAnswer> =>
    call('POST', `${phase}/error`, { ...by(id), 'Lambda-Extension-Function-Error-Type': type }, '{}');

  /** Launched, registered, and waiting for its first event where `waits`. */
  async function external(name: string, events = BOTH, waits = false): Promise<string> {
    states.launch(name);
    const id = idOf(await register(name, events));
    if (waits) {
      void next(id).catch(() => undefined);
      await states.whenReady();
    }
    return id;
  }

  function assertRefused(answer: HttpAnswer, errorType: string, errorMessage: string): void {
    assert.equal(answer.status, 403);
    assert.equal(answer.headers['content-type'], 'application/json');
    assert.equal(answer.body, `${JSON.stringify({ errorMessage, errorType })}\n`);
  }

  it('answers a registration with its identifier and what the function is', async () => {
    states.launch('watcher');
    const answer = await register('watcher');
    assert.equal(answer.status, 200);
    assert.match(idOf(answer), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
    assert.equal(answer.body, '{"functionName":"orders","functionVersion":"3","handler":"index.handler"}\n');
    assert.deepEqual(
      states.list.map(({ name, kind, state, events }) => ({ name, kind, state, events })),
      [{ name: 'watcher', kind: 'external', state: 'Registered', events: BOTH }],
    );
    assert.equal(states.find(idOf(answer))?.name, 'watcher');
  });

  it('names the account to whoever accepts that feature', async () => {
    const features = { 'Lambda-Extension-Accept-Feature': 'other, accountId' };
    const answer = await register('inside', [], features);
    assert.deepEqual(JSON.parse(answer.body), {
      accountId: '000000000000',
      functionName: 'orders',
      functionVersion: '3',
      handler: 'index.handler',
    });
  });

  it('gives an invocation to those that asked for it, and waits for them', async () => {
    const one = await external('one', ['INVOKE']);
    const other = await external('other', ['SHUTDOWN']);
    const [gets, waits] = [next(one), next(other)];
    await states.whenReady();
    states.invoke('{"eventType":"INVOKE"}');
    const event = await gets;
    assert.equal(event.body, '{"eventType":"INVOKE"}');
    assert.match(String(event.headers['lambda-extension-event-identifier']), /^[0-9a-f-]{36}$/);
    assert.equal(states.idle, false);
    const idle = states.whenIdle();
    const again = next(one);
    assert.equal(await idle, true);
    states.shutdown('{"eventType":"SHUTDOWN"}');
    assert.equal((await waits).body, '{"eventType":"SHUTDOWN"}');
    assert.equal(states.find(one)?.state, 'Ready');
    again.catch(() => undefined);
  });

  it('gives SHUTDOWN to one that is busy as soon as it asks', async () => {
    const id = await external('busy', BOTH, true);
    states.invoke('{}');
    states.shutdown('{"eventType":"SHUTDOWN"}');
    assert.equal((await next(id)).body, '{"eventType":"SHUTDOWN"}');
  });

  it('tells whoever waits for extensions that a reset came first', async () => {
    states.launch('never');
    const registered = states.whenRegistered();
    states.reset();
    assert.equal(await registered, false);
    assert.equal(states.size, 0);
  });

  it('takes everybody else as an internal one, as long as registration is open', async () => {
    assert.equal((await register('inside', ['INVOKE'])).status, 200);
    assert.equal(states.list[0]?.kind, 'internal');
    states.closeRegistration();
    assertRefused(
      await register('late', []),
      'Extension.RegistrationClosed',
      'Extension registration closed already',
    );
  });

  it('takes its end from /init/error and /exit/error, once', async () => {
    const first = await external('first');
    assert.equal((await fail(first, 'init')).body, '{"status":"OK"}\n');
    assert.equal((await fail(first, 'init', 'Extension.Second')).status, 202);
    assert.equal(states.find(first)?.errorType, 'Extension.Mine');
    const second = await external('second');
    assert.equal((await fail(second, 'exit')).status, 202);
    assert.equal(states.find(second)?.state, 'ExitError');
    assert.equal(states.fatal, 'Extension.InitError');
  });

  it('reads an identifier in the forms that AWS reads', async () => {
    const id = await external('watcher');
    for (const form of [`urn:uuid:${id}`, `{${id}}`, id.replaceAll('-', '').toUpperCase()])
      assert.equal((await fail(form, 'init')).status, 202, form);
  });

  describe('refuses', () => {
    it('who has no name', async () => {
      assertRefused(await call('POST', 'register'), 'Extension.InvalidExtensionName', 'Empty extension name');
    });

    it('events that do not exist, and SHUTDOWN for internal ones', async () => {
      const type = 'Extension.InvalidEventType';
      assertRefused(await register('inside', ['TICK']), type, 'TICK: ErrorInvalidEventType');
      assertRefused(
        await register('inside', BOTH),
        type,
        'SHUTDOWN: ShutdownEventNotSupportedForInternalExtension',
      );
      states.launch('watcher');
      assertRefused(await register('watcher', ['TICK']), type, 'TICK: ErrorInvalidEventType');
      assert.equal(states.list.find(({ name }) => name === 'watcher')?.state, 'Started');
    });

    for (const [body, why] of [
      ['', 'unexpected end of JSON input'],
      ['[]', 'json: cannot unmarshal array into Go value of type handler.RegisterRequest'],
      ['{"events":"INVOKE"}', 'json: cannot unmarshal string into Go struct field .events'],
      ['{"events":[1]}', 'json: cannot unmarshal number into Go struct field .events'],
      ['{"configurationKeys":["A"]}', 'configurationKeys are deprecated; use environment variables instead'],
    ] as const)
      it(`the registration ${JSON.stringify(body)}`, async () => {
        const answer = await call('POST', 'register', { 'Lambda-Extension-Name': 'inside' }, body);
        assertRefused(answer, 'InvalidRequestFormat', why);
      });

    it('a second registration under one name', async () => {
      await external('watcher');
      assertRefused(
        await register('watcher'),
        'Extension.InvalidExtensionState',
        'State transition from Registered to Registered failed for extension watcher. Error: State transition is not allowed',
      );
      await register('inside', []);
      assertRefused(
        await register('inside', []),
        'Extension.InvalidExtensionState',
        'Extension with this name already registered',
      );
    });

    it('the eleventh', async () => {
      for (let i = 0; i < 7; i++) states.launch(`external${i}`);
      for (let i = 0; i < 3; i++) assert.equal((await register(`internal${i}`, [])).status, 200);
      assertRefused(
        await register('eleventh', []),
        'Extension.TooManyExtensions',
        'Extension limit (10) reached',
      );
    });

    it('identifiers that are missing, wrong or nobody’s', async () => {
      assertRefused(
        await call('GET', 'event/next'),
        'Extension.MissingExtensionIdentifier',
        'Missing Lambda-Extension-Identifier header',
      );
      assertRefused(
        await next('me'),
        'Extension.InvalidExtensionIdentifier',
        'Invalid Lambda-Extension-Identifier',
      );
      assertRefused(
        await next(NOBODY),
        'Extension.UnknownExtensionIdentifier',
        `Unknown extension ${NOBODY}`,
      );
      assertRefused(
        await fail(NOBODY, 'init'),
        'Extension.UnknownExtensionIdentifier',
        'Unknown Lambda-Extension-Identifier',
      );
    });

    it('an error without its type', async () => {
      const id = await external('watcher');
      assertRefused(
        await call('POST', 'exit/error', by(id)),
        'Extension.MissingHeader',
        'Lambda-Extension-Function-Error-Type not found',
      );
    });

    it('calls that the state does not allow', async () => {
      const id = await external('watcher', BOTH, true);
      const wrong = (from: string, to: string): [string, string] => [
        'Extension.InvalidExtensionState',
        `State transition from ${from} to ${to} failed for extension ${id}. Error: State transition is not allowed`,
      ];
      assertRefused(await next(id), ...wrong('Ready', 'Ready'));
      assertRefused(await fail(id, 'init'), ...wrong('Ready', 'InitError'));
      await fail(id, 'exit');
      assertRefused(await next(id), ...wrong('ExitError', 'Ready'));
    });

    it('everything while extensions are turned off, and what it does not know', async () => {
      enabled = false;
      const off = await register('watcher');
      assert.deepEqual([off.status, off.body], [404, '']);
      enabled = true;
      assert.equal((await call('GET', 'register')).status, 404);
      assert.equal((await call('POST', 'deregister')).status, 404);
    });
  });
});
