import assert from 'node:assert/strict';
import { create, onFunction, openApi, type ApiFixture, type ApiRequest } from './apiFixture.ts';

const invoke = (body: unknown, headers: Record<string, string> = {}, name = 'f'): ApiRequest =>
  onFunction('POST', name, '/invocations', { body, headers });

describe('Invoke', () => {
  let api: ApiFixture;
  before(async () => {
    api = await openApi();
    await api.call(create('f'));
    api.clock.advance(1_000);
  });
  after(() => api.close());
  afterEach(() => {
    api.invoked.splice(0);
    api.nextResult = undefined;
  });

  it('hands over the payload byte by byte, and {} for none', async () => {
    const odd = '{ "a":1.0,\n"ü":"\\u0041" }';
    const answer = await api.call(invoke(odd));
    assert.equal(answer.status, 200);
    assert.equal(answer.body, odd);
    assert.deepEqual(answer.headers, {
      'content-type': 'application/json',
      'x-amzn-Remapped-Content-Length': '0',
      'X-Amz-Executed-Version': '$LATEST',
    });
    await api.call(invoke(undefined));
    assert.equal(api.invoked[1]?.payload.toString(), '{}');
    const [first] = api.invoked;
    assert.equal(first?.type, 'RequestResponse');
    assert.equal(first.source, 'api');
    assert.equal(first.tail, false);
    assert.equal(first.requestId, '00000000-0000-4000-8000-000000000000');
    assert.ok(!('qualifier' in first));
  });

  it('hands over what the headers say', async () => {
    const context = Buffer.from('{"custom":{"k":"ü"}}').toString('base64');
    await api.call({
      ...invoke('1', {
        'x-amz-invocation-type': 'RequestResponse',
        'x-amz-log-type': 'Tail',
        'x-amz-client-context': context,
        'x-amzn-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793',
        'x-amz-tenant-id': 'tenant 1',
      }),
      query: { Qualifier: '$LATEST' },
    });
    const [request] = api.invoked;
    assert.equal(request?.tail, true);
    assert.equal(request.clientContext, '{"custom":{"k":"ü"}}');
    assert.equal(request.traceId, 'Root=1-5759e988-bd862e3fe1be46a994272793');
    assert.equal(request.tenantId, 'tenant 1');
    assert.equal(request.qualifier, '$LATEST');
  });

  it('answers with the function’s error, log and trace', async () => {
    api.nextResult = {
      status: 200,
      payload: Buffer.from('{"errorType":"Error"}'),
      functionError: 'Unhandled',
      executedVersion: '3',
      logTail: Buffer.from('END ü'),
      traceId: 'root=1;sampled=0',
      contentType: 'text/plain',
    };
    const answer = await api.call(invoke('{}'));
    assert.equal(answer.status, 200);
    assert.equal(answer.body, '{"errorType":"Error"}');
    assert.deepEqual(answer.headers, {
      'content-type': 'text/plain',
      'x-amzn-Remapped-Content-Length': '0',
      'X-Amz-Executed-Version': '3',
      'X-Amz-Function-Error': 'Unhandled',
      'X-Amz-Log-Result': Buffer.from('END ü').toString('base64'),
      'X-Amzn-Trace-Id': 'root=1;sampled=0',
    });
  });

  it('answers an event with 202 and a dry run with 204, both empty', async () => {
    const context = Buffer.from('{}').toString('base64');
    api.nextResult = { status: 202 };
    const event = await api.call(
      invoke('{}', {
        'x-amz-invocation-type': 'Event',
        'x-amz-client-context': context,
        'x-amz-log-type': 'Tail',
      }),
    );
    assert.deepEqual([event.status, event.body, event.headers], [202, '', {}]);
    // Both are for synchronous calls only.
    const [request] = api.invoked;
    assert.ok(request !== undefined && !('clientContext' in request));
    assert.equal(request.tail, false);
    api.nextResult = { status: 204 };
    const dry = await api.call(invoke('{}', { 'x-amz-invocation-type': 'DryRun' }));
    assert.deepEqual([dry.status, dry.body], [204, '']);
    assert.equal(api.invoked[1]?.type, 'DryRun');
  });

  it('takes payloads up to 6 MB, and events up to 1 MB', async () => {
    const six = Buffer.from(`"${'x'.repeat(6_291_454)}"`);
    assert.equal((await api.call(invoke(six))).body.length, 6_291_456);
    const seven = await api.refused(invoke(Buffer.alloc(7 * 1024 * 1024, '1')));
    assert.equal(seven.status, 413);
    assert.equal(
      seven.message,
      'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
    );
    const event = { 'x-amz-invocation-type': 'Event' };
    await api.call(invoke(Buffer.from(`"${'x'.repeat(1_048_574)}"`), event));
    assert.equal(
      (await api.refused(invoke(Buffer.from(`"${'x'.repeat(1_048_575)}"`), event))).message,
      'Request must be smaller than 1048576 bytes for the InvokeFunction operation',
    );
  });

  it('refuses what is no JSON in the words of Lambda’s parser', async () => {
    const VALUE = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
    const cases: [string | Buffer, string, number, number][] = [
      ['test', `Unrecognized token 'test': was expecting ${VALUE}`, 1, 5],
      ['test data', `Unrecognized token 'test': was expecting ${VALUE}`, 1, 6],
      ['{"a":', 'Unexpected end-of-input within/between Object entries', 1, 6],
      [
        "{'a':1}",
        "Unexpected character (''' (code 39)): was expecting double-quote to start field name",
        1,
        2,
      ],
      [
        '{"a" 1}',
        "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value",
        1,
        6,
      ],
      [
        '{"a":1\n"b":2}',
        `Unexpected character ('"' (code 34)): was expecting comma to separate Object entries`,
        2,
        1,
      ],
      ['[1,]', `Unexpected character (']' (code 93)): expected a valid value ${VALUE}`, 1, 4],
      ['"abc', 'Unexpected end-of-input: was expecting closing quote for a string value', 1, 5],
      ['"a\\x"', "Unrecognized character escape 'x' (code 120)", 1, 4],
      [
        '"a\u0001"',
        'Illegal unquoted character ((CTRL-CHAR, code 1)): has to be escaped using backslash to be included in string value',
        1,
        3,
      ],
      ['01', 'Invalid numeric value: Leading zeroes not allowed', 1, 2],
      ['-', 'Unexpected end-of-input', 1, 2],
      [Buffer.from([0x22, 0xff, 0x22]), 'Invalid UTF-8 start byte 0xff', 1, 3],
      [Buffer.from([0x22, 0xc3, 0x28, 0x22]), 'Invalid UTF-8 middle byte 0x28', 1, 4],
      [' \n ', 'No content to map due to end-of-input', 2, 2],
      ['{} {}', 'Unexpected trailing content', 1, 6],
    ];
    for (const [payload, problem, line, column] of cases) {
      const error = await api.refused(invoke(payload));
      assert.equal(error.code, 'InvalidRequestContentException');
      assert.equal(error.status, 400);
      const prefix = 'Could not parse request body into json: Could not parse payload into json: ';
      assert.ok(error.message.startsWith(prefix + problem), `${String(payload)}: ${error.message}`);
      if (line > 0)
        assert.ok(
          error.message.endsWith(
            `\n at [Source: REDACTED (\`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION\` disabled); line: ${line}, column: ${column}]`,
          ),
          `${String(payload)}: ${error.message}`,
        );
    }
    assert.equal(
      (await api.refused(invoke('{"a":[1,2'))).message,
      'Could not parse request body into json: Could not parse payload into json: Unexpected end-of-input: expected close marker for Array (start marker at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 6])\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 10]',
    );
    assert.equal(api.invoked.length, 0);
  });

  it('survives whatever it is given as payload', async () => {
    await assert.rejects(api.call(invoke('['.repeat(200_000))), /exceeds the maximum allowed|Unexpected/);
    let seed = 1;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed % below;
    };
    for (let round = 0; round < 500; round++) {
      const bytes = Buffer.from(Array.from({ length: 1 + random(12) }, () => random(256)));
      const error = await api.call(invoke(bytes)).catch((caught: unknown) => caught);
      if (error instanceof Error) assert.match(error.message, /^Could not parse request body into json/);
    }
  });

  it('refuses what it does not know in headers', async () => {
    const type = await api.refused(invoke('{}', { 'x-amz-invocation-type': 'Later' }));
    assert.equal(
      type.message,
      "1 validation error detected: Value 'Later' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]",
    );
    for (const context of [
      'not base64!',
      Buffer.from('[1]').toString('base64'),
      Buffer.from('{').toString('base64'),
    ]) {
      const error = await api.refused(invoke('{}', { 'x-amz-client-context': context }));
      assert.equal(error.code, 'InvalidRequestContentException');
      assert.equal(error.message, 'Client context must be a valid Base64-encoded JSON object.');
    }
    const durable = await api.refused(invoke('{}', { 'x-amz-durable-execution-name': 'x' }));
    assert.equal(durable.code, 'UnsupportedOperationException');
  });
});
