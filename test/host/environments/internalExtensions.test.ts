/** Internal extensions, in Python: threads of the runtime's own process (spec/execution-environment.md §2.3, §2.5). */
import assert from 'node:assert/strict';
import { createHarness, invoke, type Harness } from './environmentHarness.ts';
import { said, withExtensions } from './extensionPrograms.ts';

const HANDLER = `
import http.client, json, os, queue, signal, sys, threading

def call(method, path, headers, body=None):
    connection = http.client.HTTPConnection(os.environ['AWS_LAMBDA_RUNTIME_API'])
    connection.request(method, '/2020-01-01/extension/' + path, body, headers)
    response = connection.getresponse()
    return response, response.read().decode()

def register(name, events):
    return call('POST', 'register', {'Lambda-Extension-Name': name}, json.dumps({'events': events}))

seen = queue.Queue()
registered, text = register('inside', ['INVOKE'])
identity = {'Lambda-Extension-Identifier': registered.headers['Lambda-Extension-Identifier']}

def loop():
    while True:
        response, text = call('GET', 'event/next', identity)
        event = json.loads(text)
        seen.put(event)
        if os.environ.get('DIES'):
            headers = {**identity, 'Lambda-Extension-Function-Error-Type': 'Extension.Mine'}
            call('POST', 'exit/error', headers)
            os._exit(5)

threading.Thread(target=loop, daemon=True).start()

def bye(*_):
    print('goodbye', flush=True)
    sys.exit(0)

signal.signal(signal.SIGTERM, bye)

def handler(event, context):
    late, text = register('late', [])
    if os.environ.get('DIES'):
        threading.Event().wait(20)
    got = seen.get(timeout=20)
    return {'text': text, 'got': got, 'requestId': context.aws_request_id, 'pid': os.getpid()}
`;

const PYTHON = { runtime: 'python3.13', handler: 'app.handler' } as const;

describe('internal extensions', () => {
  let harness: Harness;
  before(() => (harness = createHarness()));
  after(() => harness.close());

  it('register until the runtime is ready, get INVOKE, and the runtime SIGTERM at its end', async () => {
    const environment = await harness.start({ 'app.py': HANDLER }, PYTHON);
    assert.deepEqual(
      harness.logs.filter(({ text }) => text.startsWith('EXTENSION')).map(({ text }) => text),
      ['EXTENSION\tName: inside\tState: Ready\tEvents: [INVOKE]\n'],
    );
    for (const _ of [1, 2]) {
      const { result, requestId, phase } = await invoke(environment);
      const { text, got } = result as {
        readonly text: string;
        readonly got: { readonly eventType: string; readonly requestId: string };
      };
      assert.equal(phase.status, 'success');
      assert.deepEqual([got.eventType, got.requestId], ['INVOKE', requestId]);
      assert.equal(
        text,
        '{"errorMessage":"Extension registration closed already","errorType":"Extension.RegistrationClosed"}\n',
      );
    }
    const said = harness.whenLogged('goodbye');
    await environment.stop('spindown');
    await said;
  });

  it('and external ones serve one function together', async () => {
    const environment = await harness.start(
      { 'app.py': HANDLER },
      withExtensions(harness, { watcher: {} }, PYTHON),
    );
    const { requestId, phase } = await invoke(environment);
    assert.equal(phase.status, 'success');
    assert.match(String(said(harness, 'event', 'watcher')[0]?.['text']), new RegExp(requestId));
    await environment.stop('spindown');
  });

  it('name the error with which they end the runtime', async () => {
    const environment = await harness.start({ 'app.py': HANDLER }, { ...PYTHON, variables: { DIES: '1' } });
    const { answer, phase, requestId } = await invoke(environment);
    assert.equal(
      answer.payload.toString(),
      `{"errorType":"Extension.ExitError","errorMessage":"RequestId: ${requestId} Error: Runtime exited with error: exit status 5"}`,
    );
    assert.equal(phase.errorType, 'Extension.ExitError');
  });
});
