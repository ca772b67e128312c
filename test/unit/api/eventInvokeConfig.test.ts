/** Event-invoke configuration: what put replaces, what update keeps, where results may go. */
import assert from 'node:assert/strict';
import { ARN, create, openApi, type ApiFixture, type ApiRequest } from './apiFixture.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:q';
const TOPIC = 'arn:aws:sns:us-east-1:000000000000:t';
const BUCKET = 'arn:aws:s3:::b';

const on = (method: string, body?: unknown, name = 'f', query: Record<string, string> = {}): ApiRequest => ({
  method,
  path: `/2019-09-25/functions/${encodeURIComponent(name)}/event-invoke-config`,
  query,
  ...(body === undefined ? {} : { body }),
});
const to = (success?: string, failure?: string) => ({
  DestinationConfig: {
    ...(success === undefined ? {} : { OnSuccess: { Destination: success } }),
    ...(failure === undefined ? {} : { OnFailure: { Destination: failure } }),
  },
});

describe('event-invoke configuration', () => {
  let api: ApiFixture;
  beforeEach(async () => {
    api = await openApi();
    for (const name of ['f', 'g']) await api.call(create(name));
  });
  afterEach(() => api.close());
  const shown = async (request: ApiRequest): Promise<unknown> => {
    const { LastModified, ...rest } = (await api.call(request)).json;
    assert.equal(LastModified, api.clock.serviceNow() / 1000);
    return rest;
  };

  it('is replaced by put, and merged by update', async () => {
    const empty = { OnSuccess: {}, OnFailure: {} };
    assert.deepEqual(await shown(on('PUT', { MaximumRetryAttempts: 0 })), {
      FunctionArn: `${ARN}f:$LATEST`,
      MaximumRetryAttempts: 0,
      DestinationConfig: empty,
    });
    assert.deepEqual(await shown(on('POST', { MaximumEventAgeInSeconds: 60, ...to(QUEUE, TOPIC) })), {
      FunctionArn: `${ARN}f:$LATEST`,
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: { OnSuccess: { Destination: QUEUE }, OnFailure: { Destination: TOPIC } },
    });
    const { DestinationConfig: kept } = (await api.call(on('POST', { DestinationConfig: {} }))).json;
    assert.deepEqual(kept, { OnSuccess: { Destination: QUEUE }, OnFailure: { Destination: TOPIC } });
    const { DestinationConfig: cleared } = (await api.call(on('POST', to('')))).json;
    assert.deepEqual(cleared, { OnSuccess: {}, OnFailure: { Destination: TOPIC } });
    assert.deepEqual(await shown(on('PUT', { MaximumEventAgeInSeconds: 61 })), {
      FunctionArn: `${ARN}f:$LATEST`,
      MaximumEventAgeInSeconds: 61,
      DestinationConfig: empty,
    });
    assert.equal((await api.refused(on('PUT', {}))).status, 400);
    assert.equal((await api.refused(on('POST', {}))).status, 400);
  });

  it('is of exactly one qualifier; $LATEST is the unqualified function', async () => {
    await api.store.versions.publish('f');
    api.store.aliases.put('f', { name: 'live', version: '1', description: '' });
    await api.call(on('PUT', { MaximumRetryAttempts: 1 }, 'f', { Qualifier: '$LATEST' }));
    await api.call(on('PUT', { MaximumRetryAttempts: 2 }, 'f:live'));
    assert.equal((await api.call(on('GET'))).json['MaximumRetryAttempts'], 1);
    const version = await api.refused(on('GET', undefined, 'f', { Qualifier: '1' }));
    assert.equal(version.message, `The function ${ARN}f:1 doesn't have an EventInvokeConfig`);
    const list = async (query: Record<string, string>) => {
      const path = '/2019-09-25/functions/f/event-invoke-config/list';
      const { json } = await api.call({ method: 'GET', path, query });
      return json as { FunctionEventInvokeConfigs: { FunctionArn: string }[]; NextMarker: string | null };
    };
    const first = await list({ MaxItems: '1' });
    const second = await list({ MaxItems: '1', Marker: first.NextMarker ?? '' });
    assert.deepEqual(
      [first, second].map(({ FunctionEventInvokeConfigs: [one] }) => one?.FunctionArn),
      [`${ARN}f:$LATEST`, `${ARN}f:live`],
    );
    assert.equal(second.NextMarker, null);
    assert.equal((await api.call(on('DELETE', undefined, 'f:live'))).status, 204);
    assert.equal((await api.refused(on('DELETE', undefined, 'f:live'))).status, 404);
    api.store.aliases.delete('f', 'live');
    assert.equal((await api.call(on('GET'))).json['MaximumRetryAttempts'], 1);
  });

  const config = (success: string, failure: string): string =>
    `The provided destination config DestinationConfig(onSuccess=${success}, onFailure=${failure}) is invalid.`;
  const refused: readonly [string, unknown, string][] = [
    ['itself', to(`${ARN}f`), "You can't specify the function as a destination for itself."],
    [
      'itself, qualified',
      to(undefined, `${ARN}f:$LATEST`),
      "You can't specify the function as a destination for itself.",
    ],
    ['a missing function', to(`${ARN}none`), `The destination ARN ${ARN}none is invalid.`],
    ['a missing alias', to(`${ARN}g:live`), `The destination ARN ${ARN}g:live is invalid.`],
    ['a bucket for successes', to(BUCKET), config(`OnSuccess(destination=${BUCKET})`, 'null')],
    ['a FIFO queue', to(undefined, `${QUEUE}.fifo`), config('null', `OnFailure(destination=${QUEUE}.fifo)`)],
    [
      'a FIFO topic beside a queue',
      to(QUEUE, `${TOPIC}.fifo`),
      config(`OnSuccess(destination=${QUEUE})`, `OnFailure(destination=${TOPIC}.fifo)`),
    ],
    ['Kafka', to('kafka://topic'), config('OnSuccess(destination=kafka://topic)', 'null')],
    ['a queue that is not there', to(`${QUEUE}-gone`), `The destination ARN ${QUEUE}-gone is invalid.`],
  ];
  for (const [name, body, message] of refused)
    it(`does not send to ${name}`, async () => {
      api.standings.set(`${QUEUE}-gone`, 'missing');
      for (const method of ['PUT', 'POST']) {
        if (method === 'POST') await api.call(on('PUT', { MaximumRetryAttempts: 1 }));
        assert.equal((await api.refused(on(method, body))).message, message);
      }
    });

  it('sends to functions, standard queues and topics, buses, and failures to buckets', async () => {
    for (const body of [
      to(`${ARN}g`, BUCKET),
      to(QUEUE, TOPIC),
      to('arn:aws:events:us-east-1:000000000000:event-bus/default'),
      to('arn:aws:lambda:us-east-1:111111111111:function:theirs'),
    ])
      assert.equal((await api.call(on('PUT', body))).status, 200);
  });
});
