/** Event source mappings over the API: what each kind of source takes, and what updates leave. */
import assert from 'node:assert/strict';
import { TRANSITION_MS } from '../../../src/host/functions/functionState.ts';
import { ARN, create, openApi, type ApiFixture, type ApiRequest } from './apiFixture.ts';

const AT = '/2015-03-31/event-source-mappings';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:orders';
const FIFO = `${QUEUE}.fifo`;
const STREAM = 'arn:aws:kinesis:us-east-1:000000000000:stream/orders';
const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2026-01-01T00:00:00.000';
const MSK = 'arn:aws:kafka:us-east-1:000000000000:cluster/c/00000000-0000-0000-0000-000000000000-1';
const BROKER = 'arn:aws:mq:us-east-1:000000000000:broker:b:b-1';
const DOCUMENTS = 'arn:aws:rds:us-east-1:000000000000:cluster:docs';
const KAFKA = { Endpoints: { KAFKA_BOOTSTRAP_SERVERS: ['kafka:1000', 'kafka:2000'] } };
const AUTH = [{ Type: 'BASIC_AUTH', URI: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:s' }];

type Body = Readonly<Record<string, unknown>>;
const make = (body: Body): ApiRequest => ({
  method: 'POST',
  path: AT,
  body: { FunctionName: 'fn', ...body },
});
const on = (method: string, uuid: unknown, body?: Body): ApiRequest => ({
  method,
  path: `${AT}/${String(uuid)}`,
  ...(body === undefined ? {} : { body }),
});
const start = { StartingPosition: 'TRIM_HORIZON' };

describe('event source mappings over the API', () => {
  let api: ApiFixture;
  beforeEach(async () => {
    api = await openApi();
    await api.call(create('fn'));
    await api.call(create('other'));
    api.clock.advance(TRANSITION_MS);
  });
  afterEach(() => api.close());
  const settle = (): void => api.clock.advance(TRANSITION_MS);
  const made = async (body: Body): Promise<Body> => {
    const { json } = await api.call(make(body));
    settle();
    return json;
  };

  it('answer as AWS does for a queue and for a stream', async () => {
    const queue = await api.call(make({ EventSourceArn: QUEUE }));
    assert.equal(queue.status, 202);
    const { UUID, LastModified, EventSourceMappingArn, ...rest } = queue.json;
    assert.equal(typeof LastModified, 'number');
    assert.equal(
      EventSourceMappingArn,
      `arn:aws:lambda:us-east-1:000000000000:event-source-mapping:${String(UUID)}`,
    );
    assert.deepEqual(rest, {
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: 0,
      EventSourceArn: QUEUE,
      FunctionArn: `${ARN}fn`,
      State: 'Creating',
      StateTransitionReason: 'USER_INITIATED',
      FunctionResponseTypes: [],
    });
    const stream = await api.call(
      make({ EventSourceArn: STREAM, ...start, FunctionName: `${ARN}fn:$LATEST` }),
    );
    const { UUID: _uuid, LastModified: _at, EventSourceMappingArn: _arn, ...members } = stream.json;
    assert.deepEqual(members, {
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 0,
      ParallelizationFactor: 1,
      MaximumRecordAgeInSeconds: -1,
      MaximumRetryAttempts: -1,
      BisectBatchOnFunctionError: false,
      TumblingWindowInSeconds: 0,
      DestinationConfig: { OnFailure: {} },
      FunctionResponseTypes: [],
      StartingPosition: 'TRIM_HORIZON',
      EventSourceArn: STREAM,
      FunctionArn: `${ARN}fn:$LATEST`,
      State: 'Creating',
      StateTransitionReason: 'User action',
      LastProcessingResult: 'No records processed',
    });
  });

  const accepted: readonly [string, Body][] = [
    [
      'a queue with a window',
      { EventSourceArn: QUEUE, BatchSize: 10_000, MaximumBatchingWindowInSeconds: 1 },
    ],
    ['a FIFO queue', { EventSourceArn: FIFO, BatchSize: 10 }],
    ['a queue with pollers', { EventSourceArn: QUEUE, ProvisionedPollerConfig: { MinimumPollers: 2 } }],
    ['a table’s stream', { EventSourceArn: TABLE, ...start, TumblingWindowInSeconds: 10 }],
    [
      'a stream from a moment',
      { EventSourceArn: STREAM, StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp: 1_700_000_000 },
    ],
    ['an enhanced consumer', { EventSourceArn: `${STREAM}/consumer/c:1`, ...start }],
    ['MSK', { EventSourceArn: MSK, Topics: ['orders'], MaximumBatchingWindowInSeconds: 3 }],
    ['Kafka', { SelfManagedEventSource: KAFKA, Topics: ['orders'], SourceAccessConfigurations: AUTH }],
    ['a broker', { EventSourceArn: BROKER, Queues: ['orders'], SourceAccessConfigurations: AUTH }],
    [
      'DocumentDB',
      {
        EventSourceArn: DOCUMENTS,
        DocumentDBEventSourceConfig: { DatabaseName: 'd' },
        SourceAccessConfigurations: AUTH,
      },
    ],
    [
      'what clients send empty',
      { EventSourceArn: QUEUE, SourceAccessConfigurations: [], DestinationConfig: { OnFailure: {} } },
    ],
  ];
  for (const [name, body] of accepted)
    it(`take ${name}`, async () => {
      const answer = await api.call(make(body));
      assert.equal(answer.status, 202, answer.body);
    });

  const refused: readonly [string, Body, string][] = [
    [
      'two sources',
      { EventSourceArn: MSK, SelfManagedEventSource: KAFKA, Topics: ['orders'] },
      "Unsupported 'selfManagedEventSource' parameter for given event source mapping type.",
    ],
    ['no source', {}, 'Unrecognized event source.'],
    ['a bucket', { EventSourceArn: 'arn:aws:s3:::b' }, 'Unrecognized event source.'],
    [
      'a table',
      { EventSourceArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/t', ...start },
      'Unrecognized event source.',
    ],
    [
      'Kafka without a topic',
      { SelfManagedEventSource: KAFKA, SourceAccessConfigurations: AUTH },
      "Required 'topics' parameter is missing.",
    ],
    [
      'Kafka without access',
      { SelfManagedEventSource: KAFKA, Topics: ['orders'] },
      "Required 'sourceAccessConfigurations' parameter is missing.",
    ],
    [
      'a broker without a queue',
      { EventSourceArn: BROKER, SourceAccessConfigurations: AUTH },
      "Required 'queues' parameter is missing.",
    ],
    [
      'a queue with a start',
      { EventSourceArn: QUEUE, ...start },
      'StartingPosition is not valid for SQS event sources.',
    ],
    [
      'a queue in parallel',
      { EventSourceArn: QUEUE, ParallelizationFactor: 2 },
      "Unsupported 'parallelizationFactor' parameter for given event source mapping type.",
    ],
    [
      'a stream with a concurrency',
      { EventSourceArn: STREAM, ...start, ScalingConfig: { MaximumConcurrency: 2 } },
      "Unsupported 'scalingConfig' parameter for given event source mapping type.",
    ],
    [
      'a queue with a destination',
      { EventSourceArn: QUEUE, DestinationConfig: { OnFailure: { Destination: QUEUE } } },
      'Unsupported DestinationConfig parameter for given event source mapping type.',
    ],
    [
      'a moment without a time',
      { EventSourceArn: STREAM, StartingPosition: 'AT_TIMESTAMP' },
      'Need to specify a timestamp',
    ],
    [
      'a time to come',
      { EventSourceArn: STREAM, StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp: 4_000_000_000 },
      'StartingPositionTimestamp cannot be in the future.',
    ],
    [
      'a large batch of a FIFO queue',
      { EventSourceArn: FIFO, BatchSize: 11 },
      'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
    ],
    [
      'a window of a FIFO queue',
      { EventSourceArn: FIFO, MaximumBatchingWindowInSeconds: 1 },
      'Batching window is not supported for FIFO queues',
    ],
    [
      'pollers and a concurrency',
      {
        EventSourceArn: QUEUE,
        ScalingConfig: { MaximumConcurrency: 2 },
        ProvisionedPollerConfig: { MinimumPollers: 2 },
      },
      'Provisioned mode for SQS ESM does not support maximum concurrency feature. Use MaximumPollers as the control mechanism and remove maximum concurrency.',
    ],
    [
      'fewer pollers at most than at least',
      { EventSourceArn: QUEUE, ProvisionedPollerConfig: { MinimumPollers: 9, MaximumPollers: 8 } },
      'MinimumPollers should be between [2, 200] and MaximumPollers should be between [MinimumPollers, 10000]',
    ],
    [
      'a short age',
      { EventSourceArn: STREAM, ...start, MaximumRecordAgeInSeconds: 59 },
      'MaximumRecordAgeInSeconds must be either -1 (forever) or between 60 and 604800 (inclusive)',
    ],
    [
      'a bad pattern',
      { EventSourceArn: QUEUE, FilterCriteria: { Filters: [{ Pattern: '{}' }] } },
      'Invalid filter pattern definition.',
    ],
    [
      'a filter without a pattern',
      { EventSourceArn: QUEUE, FilterCriteria: { Filters: [{}] } },
      'Invalid filter pattern definition.',
    ],
    ['a missing function', { EventSourceArn: QUEUE, FunctionName: 'none' }, 'Function does not exist'],
    ['a missing alias', { EventSourceArn: QUEUE, FunctionName: 'fn:live' }, 'Function does not exist'],
  ];
  for (const [name, body, message] of refused)
    it(`refuse ${name}`, async () => {
      const error = await api.refused(make(body));
      assert.equal(error.message, message);
      assert.equal(error.code, 'InvalidParameterValueException');
    });

  it('take an empty list for nothing where something is required', async () => {
    const error = await api.refused(
      make({ SelfManagedEventSource: KAFKA, Topics: ['orders'], SourceAccessConfigurations: [] }),
    );
    assert.equal(error.message, "Required 'sourceAccessConfigurations' parameter is missing.");
  });

  it('refuse tumbling windows in parallel or with a filter, and six filters', async () => {
    const window = { EventSourceArn: STREAM, ...start, TumblingWindowInSeconds: 5 };
    const filter = { Pattern: '{"a":["b"]}' };
    for (const more of [
      { ...window, ParallelizationFactor: 2 },
      { ...window, FilterCriteria: { Filters: [filter] } },
      { EventSourceArn: QUEUE, FilterCriteria: { Filters: Array<object>(6).fill(filter) } },
    ])
      assert.equal((await api.refused(make(more))).status, 400);
  });

  it('ask whether the source is there, and whether a queue waits long enough', async () => {
    api.standings.set(QUEUE, 'missing').set(STREAM, 'missing').set(FIFO, { visibilityTimeout: 2 });
    assert.match((await api.refused(make({ EventSourceArn: QUEUE }))).message, /NonExistentQueue/);
    const stream = await api.refused(make({ EventSourceArn: STREAM, ...start }));
    assert.equal(stream.message, `Stream not found: ${STREAM}`);
    const short = await api.refused(make({ EventSourceArn: FIFO }));
    assert.equal(
      short.message,
      'Queue visibility timeout: 2 seconds is less than Function timeout: 3 seconds',
    );
    api.standings.set(FIFO, { visibilityTimeout: 3 });
    const { UUID } = await made({ EventSourceArn: FIFO });
    api.standings.set(FIFO, { visibilityTimeout: 2 });
    assert.equal(
      (await api.call(on('PUT', UUID, { BatchSize: 3 }))).status,
      202,
      'only asked with a function',
    );
    settle();
    const again = await api.refused(on('PUT', UUID, { FunctionName: 'other' }));
    assert.match(again.message, /^Queue visibility timeout/);
  });

  it('send what they discard to standard queues and topics, buckets, and of Kafka to its topics', async () => {
    const to = (Destination: string) => ({ DestinationConfig: { OnFailure: { Destination } } });
    const topic = 'arn:aws:sns:us-east-1:000000000000:failed';
    const gone = 'arn:aws:sqs:us-east-1:000000000000:gone';
    api.standings.set(gone, 'missing');
    const stream = { EventSourceArn: STREAM, ...start };
    const others = [
      FIFO,
      `${topic}.fifo`,
      `${ARN}other`,
      'arn:aws:events:us-east-1:000000000000:event-bus/b',
    ];
    for (const bad of [gone, 'kafka://failed', ...others]) {
      const { code, message } = await api.refused(make({ ...stream, ...to(bad) }));
      assert.deepEqual(
        [code, message],
        ['InvalidParameterValueException', `The destination ARN ${bad} is invalid.`],
      );
    }
    const { UUID } = await made({ ...stream, ...to(topic) });
    assert.match((await api.refused(on('PUT', UUID, to(gone)))).message, /gone is invalid/);
    for (const good of ['arn:aws:s3:::failed', QUEUE]) {
      const { json } = await api.call(on('PUT', UUID, to(good)));
      assert.deepEqual(json['DestinationConfig'], { OnFailure: { Destination: good } });
      settle();
    }
    const kafka = { SelfManagedEventSource: KAFKA, Topics: ['topic'], SourceAccessConfigurations: AUTH };
    await made({ ...kafka, ...to('kafka://failed') });
  });

  it('have one source and one function with its qualifier only once', async () => {
    const { UUID } = await made({ EventSourceArn: QUEUE });
    const twice = await api.refused(make({ EventSourceArn: QUEUE }));
    assert.equal(
      twice.message,
      `An event source mapping with SQS arn (" ${QUEUE} ") and function (" fn ") already exists. Please update or delete the existing mapping with UUID ${String(UUID)}`,
    );
    assert.equal(twice.code, 'ResourceConflictException');
    const second = await made({ EventSourceArn: QUEUE, FunctionName: 'fn:$LATEST' });
    await made({ EventSourceArn: QUEUE, FunctionName: 'other' });
    const moved = await api.refused(on('PUT', second['UUID'], { FunctionName: 'other' }));
    assert.equal(moved.code, 'ResourceConflictException');
    assert.equal((await api.call(on('PUT', UUID, { FunctionName: 'fn' }))).status, 202, 'it is its own');
  });

  it('know one address of a Kafka cluster by another mapping’s', async () => {
    const body = { SelfManagedEventSource: KAFKA, Topics: ['topic'], SourceAccessConfigurations: AUTH };
    const { UUID } = await made(body);
    const one = { Endpoints: { KAFKA_BOOTSTRAP_SERVERS: ['kafka:1000'] } };
    const error = await api.refused(make({ ...body, SelfManagedEventSource: one }));
    assert.equal(
      error.message,
      `An event source mapping with event source ("kafka:1000"), function ("${ARN}fn"), topics ("topic") already exists. Please update or delete the existing mapping with UUID ${String(UUID)}`,
    );
  });

  it('keep what an update leaves out, and lose what it empties', async () => {
    const { UUID } = await made({
      EventSourceArn: QUEUE,
      Enabled: false,
      FilterCriteria: { Filters: [{ Pattern: '{"body":["x"]}' }] },
      ScalingConfig: { MaximumConcurrency: 5 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumBatchingWindowInSeconds: 2,
      BatchSize: 20,
    });
    const kept = await api.call(on('PUT', UUID, { BatchSize: 30, FilterCriteria: null }));
    assert.equal(kept.status, 202);
    assert.equal(kept.json['State'], 'Disabled');
    assert.equal(kept.json['MaximumBatchingWindowInSeconds'], 2);
    assert.deepEqual(kept.json['FilterCriteria'], { Filters: [{ Pattern: '{"body":["x"]}' }] });
    const { json } = await api.call(
      on('PUT', UUID, { FilterCriteria: { Filters: [] }, ScalingConfig: {}, FunctionResponseTypes: [] }),
    );
    assert.equal('FilterCriteria' in json, false);
    assert.equal('ScalingConfig' in json, false);
    assert.deepEqual(json['FunctionResponseTypes'], []);
    assert.equal(json['BatchSize'], 30);
    const error = await api.refused(on('PUT', UUID, { MaximumBatchingWindowInSeconds: 0 }));
    assert.match(error.message, /^Maximum batch window/);
  });

  it('are left alone while something goes on', async () => {
    const { json } = await api.call(make({ EventSourceArn: QUEUE }));
    const uuid = json['UUID'];
    const update = await api.refused(on('PUT', uuid, { BatchSize: 3 }));
    assert.equal(update.code, 'ResourceInUseException');
    assert.equal(update.message, 'Cannot update the event source mapping because it is in use.');
    assert.equal((await api.refused(on('DELETE', uuid))).code, 'ResourceInUseException');
    settle();
    const deleted = await api.call(on('DELETE', uuid));
    assert.deepEqual([deleted.status, deleted.json['State']], [202, 'Deleting']);
    assert.equal((await api.call(on('GET', uuid))).json['State'], 'Deleting');
    settle();
    assert.equal((await api.refused(on('GET', uuid))).message, 'The resource you requested does not exist.');
  });

  it('outlive their function', async () => {
    const { UUID } = await made({ EventSourceArn: QUEUE });
    await api.call({ method: 'DELETE', path: '/2015-03-31/functions/fn' });
    assert.equal((await api.call(on('GET', UUID))).json['FunctionArn'], `${ARN}fn`);
  });

  it('are listed by source and function, page by page', async () => {
    for (const name of ['fn', 'fn:$LATEST', 'other'])
      await made({ EventSourceArn: QUEUE, FunctionName: name });
    await made({ EventSourceArn: STREAM, ...start });
    const list = async (query: Readonly<Record<string, string>>) => {
      const { json } = await api.call({ method: 'GET', path: AT, query });
      return {
        arns: (json['EventSourceMappings'] as { FunctionArn: string }[]).map(
          ({ FunctionArn }) => FunctionArn,
        ),
        next: json['NextMarker'],
      };
    };
    assert.equal((await list({})).arns.length, 4);
    assert.deepEqual((await list({ FunctionName: 'fn', EventSourceArn: QUEUE })).arns, [`${ARN}fn`]);
    assert.deepEqual((await list({ FunctionName: 'fn:$LATEST' })).arns, [`${ARN}fn:$LATEST`]);
    assert.equal((await list({ EventSourceArn: QUEUE })).arns.length, 3);
    const first = await list({ MaxItems: '3' });
    const second = await list({ MaxItems: '3', Marker: String(first.next) });
    assert.deepEqual([first.arns.length, second.arns.length, second.next], [3, 1, null]);
  });
});
