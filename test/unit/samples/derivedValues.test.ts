import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { buildSample } from '../../../src/protocol/samples/catalogue.ts';
import type { JsonObject, JsonValue } from '../../../src/protocol/samples/json.ts';

/** The value at a path: `at(event, 'Records', 0, 'body')`. */
function at(value: JsonValue, ...path: readonly (string | number)[]): JsonValue {
  let current: JsonValue | undefined = value;
  for (const step of path) {
    current = (current as Record<string | number, JsonValue> | null | undefined)?.[step];
    assert.notEqual(current, undefined, `${path.join('.')} stops at ${step}`);
  }
  return current as JsonValue;
}

const textAt = (value: JsonValue, ...path: readonly (string | number)[]): string => {
  const found = at(value, ...path);
  assert.equal(typeof found, 'string', path.join('.'));
  return found as string;
};

const decoded = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');
const sum = (algorithm: string, data: string): string => createHash(algorithm).update(data).digest('hex');

describe('derived values of sample events', () => {
  describe('SQS', () => {
    it('has the MD5 of the body that AWS documents for "Test message."', () => {
      const event = buildSample('sqs/standard', { body: 'Test message.' });
      assert.equal(at(event, 'Records', 0, 'md5OfBody'), 'e4e68fb7bd0e697a0ae8f1bb342846b3');
    });

    it('has the MD5 of bodies beyond ASCII and of bodies that were made', () => {
      for (const [id, values] of [
        ['sqs/standard', { body: 'größer ✓' }],
        ['sqs/sns-notification', {}],
        ['sqs/s3-notification', {}],
      ] as const) {
        const record = at(buildSample(id, values), 'Records', 0);
        assert.equal(at(record, 'md5OfBody'), sum('md5', textAt(record, 'body')), id);
      }
    });

    it('has the MD5 of message attributes over length-prefixed name, type, transport and value', () => {
      const record = at(
        buildSample('sqs/attributes', { name: 'ab', value: 'c' }),
        'Records',
        0,
      ) as JsonObject;
      const bytes = '\0\0\0\x02ab' + '\0\0\0\x06String' + '\x01' + '\0\0\0\x01c';
      assert.equal(record['md5OfMessageAttributes'], sum('md5', bytes));
      assert.deepEqual(record['messageAttributes'], {
        ab: { stringValue: 'c', stringListValues: [], binaryListValues: [], dataType: 'String' },
      });
    });

    it('gives each message of a batch its own id and handle', () => {
      const records = at(buildSample('sqs/batch', { count: '50' }), 'Records') as readonly JsonObject[];
      assert.equal(records.length, 50);
      assert.equal(new Set(records.map(record => record['messageId'])).size, 50);
      assert.equal(new Set(records.map(record => record['receiptHandle'])).size, 50);
    });

    it('deduplicates a FIFO message by the SHA-256 of its body, in rising order', () => {
      const one = buildSample('sqs/fifo', { body: 'x' });
      assert.equal(at(one, 'Records', 0, 'attributes', 'MessageDeduplicationId'), sum('sha256', 'x'));
      const records = at(buildSample('sqs/fifo', { count: '3' }), 'Records') as readonly JsonObject[];
      const numbers = records.map(record => textAt(record, 'attributes', 'SequenceNumber'));
      assert.deepEqual([...numbers].sort(), numbers);
      assert.equal(new Set(numbers).size, 3);
    });

    it('names the same topic in the notification within a body', () => {
      const event = buildSample('sqs/sns-notification', { topic: 'news', region: 'eu-west-1' });
      const body = JSON.parse(textAt(event, 'Records', 0, 'body')) as JsonObject;
      assert.equal(body['TopicArn'], 'arn:aws:sns:eu-west-1:123456789012:news');
    });
  });

  it('compresses CloudWatch Logs data that really decodes', () => {
    const event = buildSample('cloudwatch-logs/subscription', {
      message: 'größer ✓',
      count: '3',
      logGroup: '/aws/lambda/mine',
    });
    const data = Buffer.from(textAt(event, 'awslogs', 'data'), 'base64');
    const batch = JSON.parse(gunzipSync(data).toString('utf8')) as JsonObject;
    assert.equal(batch['messageType'], 'DATA_MESSAGE');
    assert.equal(batch['logGroup'], '/aws/lambda/mine');
    assert.equal(batch['owner'], '123456789012');
    const logEvents = batch['logEvents'] as readonly JsonObject[];
    assert.deepEqual(
      logEvents.map(logEvent => logEvent['message']),
      ['größer ✓', 'größer ✓', 'größer ✓'],
    );
    assert.equal(new Set(logEvents.map(logEvent => logEvent['id'])).size, 3);
    assert.equal(logEvents[0]?.['timestamp'], Date.parse('2026-01-15T12:30:45.678Z'));
  });

  it('carries data in base64 where the service does', () => {
    const given = '{"order":"größer ✓"}';
    const cases = [
      ['kinesis/records', 'data', ['Records', 1, 'kinesis', 'data']],
      ['firehose/direct-put', 'data', ['records', 1, 'data']],
      ['kafka/msk', 'value', ['records', 'order-events-0', 0, 'value']],
      ['kafka/self-managed', 'key', ['records', 'order-events-0', 0, 'key']],
      ['mq/activemq', 'data', ['messages', 0, 'data']],
      ['mq/rabbitmq', 'data', ['rmqMessagesByQueue', 'orders::/', 0, 'data']],
      ['httpapi/binary', 'body', ['body']],
    ] as const;
    for (const [id, parameter, path] of cases) {
      const event = buildSample(id, { [parameter]: given });
      assert.equal(decoded(textAt(event, ...path)), given, id);
    }
    const size = at(
      buildSample('mq/rabbitmq', { data: given }),
      'rmqMessagesByQueue',
      'orders::/',
      0,
      'basicProperties',
      'bodySize',
    );
    assert.equal(size, Buffer.byteLength(given));
  });

  it('spells the headers of Kafka as bytes', () => {
    const header = at(buildSample('kafka/msk'), 'records', 'order-events-0', 0, 'headers', 0, 'tenant');
    assert.equal(Buffer.from(header as number[]).toString('utf8'), 'north');
  });

  describe('HTTP requests', () => {
    const query = 'dup=one&dup=two&plus=a+b&empty=&bare&pct=%2F';

    it('gives last and multiple values to a REST API', () => {
      const event = buildSample('apigateway/proxy-get', { query });
      assert.deepEqual(at(event, 'queryStringParameters'), {
        dup: 'two',
        plus: 'a b',
        empty: '',
        bare: '',
        pct: '/',
      });
      assert.deepEqual(at(event, 'multiValueQueryStringParameters', 'dup'), ['one', 'two']);
      const bare = buildSample('apigateway/proxy-get', { query: '' });
      assert.equal(at(bare, 'queryStringParameters'), null);
      assert.equal(at(bare, 'body'), null);
    });

    it('joins values by commas in payload format 2.0, and leaves out what is absent', () => {
      const event = buildSample('function-url/get', { query, path: '/a%2Fb/x' }) as JsonObject;
      assert.deepEqual(event['queryStringParameters'], {
        dup: 'one,two',
        plus: 'a b',
        empty: '',
        bare: '',
        pct: '/',
      });
      assert.equal(event['rawPath'], '/a%2Fb/x');
      assert.equal(at(event, 'requestContext', 'http', 'path'), '/a/b/x');
      assert.equal(event['rawQueryString'], query);
      assert.ok(!('body' in event));
      assert.ok(!('queryStringParameters' in (buildSample('httpapi/get', { query: '' }) as JsonObject)));
    });

    it('leaves the query string encoded for a load balancer', () => {
      const event = buildSample('alb/get', { query });
      assert.equal(at(event, 'queryStringParameters', 'pct'), '%2F');
      assert.equal(at(event, 'queryStringParameters', 'plus'), 'a+b');
      assert.deepEqual(
        at(buildSample('alb/multi-value', { query }), 'multiValueQueryStringParameters', 'dup'),
        ['one', 'two'],
      );
    });

    it('measures the body in bytes', () => {
      const event = buildSample('httpapi/post', { body: 'ü' });
      assert.equal(at(event, 'headers', 'content-length'), '2');
    });

    it('writes the time as API Gateway does', () => {
      const event = buildSample('httpapi/get', { time: '2026-09-05T01:02:03Z' });
      assert.equal(at(event, 'requestContext', 'time'), '05/Sep/2026:01:02:03 +0000');
      assert.equal(at(event, 'requestContext', 'timeEpoch'), Date.UTC(2026, 8, 5, 1, 2, 3));
    });

    it('names the method that an authorizer decides about', () => {
      const event = buildSample('apigateway/authorizer-token', {
        method: 'PUT',
        path: '/a/b',
        stage: 'dev',
        region: 'eu-west-1',
      });
      assert.match(
        textAt(event, 'methodArn'),
        /^arn:aws:execute-api:eu-west-1:123456789012:\w{10}\/dev\/PUT\/a\/b$/,
      );
    });
  });

  it('encodes the keys of S3 notifications as a form, and those of EventBridge not at all', () => {
    const key = 'in/größer & so+on.json';
    const notification = buildSample('s3/put', { key });
    assert.equal(
      at(notification, 'Records', 0, 's3', 'object', 'key'),
      'in/gr%C3%B6%C3%9Fer+%26+so%2Bon.json',
    );
    assert.equal(at(buildSample('eventbridge/s3-object-created', { key }), 'detail', 'object', 'key'), key);
  });

  it('says of a removed object neither size nor ETag', () => {
    const object = at(buildSample('s3/delete'), 'Records', 0, 's3', 'object') as JsonObject;
    assert.deepEqual(Object.keys(object), ['key', 'sequencer']);
    assert.match(
      textAt(buildSample('s3/multipart'), 'Records', 0, 's3', 'object', 'eTag'),
      /^[0-9a-f]{32}-7$/,
    );
  });

  it("writes items in DynamoDB's own notation", () => {
    const newItem = JSON.stringify({
      id: 'a',
      n: 1.5,
      yes: true,
      none: null,
      list: ['x', 2],
      map: { k: 'v' },
    });
    const record = at(buildSample('dynamodb/insert', { newItem }), 'Records', 0) as JsonObject;
    assert.deepEqual(at(record, 'dynamodb', 'NewImage'), {
      id: { S: 'a' },
      n: { N: '1.5' },
      yes: { BOOL: true },
      none: { NULL: true },
      list: { L: [{ S: 'x' }, { N: '2' }] },
      map: { M: { k: { S: 'v' } } },
    });
    assert.deepEqual(at(record, 'dynamodb', 'Keys'), { id: { S: 'a' } });
    assert.ok(!('OldImage' in (at(record, 'dynamodb') as JsonObject)));
    assert.ok(!('userIdentity' in record));
    const expired = at(buildSample('dynamodb/ttl-expiry'), 'Records', 0);
    assert.equal(at(expired, 'userIdentity', 'principalId'), 'dynamodb.amazonaws.com');
  });

  it('cuts tumbling windows at whole multiples of their length', () => {
    for (const id of ['kinesis/tumbling-window', 'dynamodb/tumbling-window']) {
      assert.deepEqual(at(buildSample(id), 'window'), {
        start: '2026-01-15T12:30:00Z',
        end: '2026-01-15T12:32:00Z',
      });
    }
  });

  it('tells a scheduled rule from EventBridge Scheduler by the type of detail', () => {
    assert.deepEqual(at(buildSample('schedule/rule'), 'detail'), {});
    assert.equal(at(buildSample('schedule/scheduler'), 'detail'), '{}');
  });

  it('nests JSON as text where the service does', () => {
    const rule = buildSample('config/scheduled', { ruleParameters: '{"a":"b"}' });
    assert.deepEqual(JSON.parse(textAt(rule, 'ruleParameters')), { a: 'b' });
    const invoking = JSON.parse(textAt(rule, 'invokingEvent')) as JsonObject;
    assert.equal(invoking['messageType'], 'ScheduledNotification');
    const alarm = buildSample('sns/cloudwatch-alarm', { alarm: 'mine', state: 'OK' });
    const message = JSON.parse(textAt(alarm, 'Records', 0, 'Sns', 'Message')) as JsonObject;
    assert.equal(message['NewStateValue'], 'OK');
    assert.equal(message['AlarmArn'], 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:mine');
  });

  it('makes ids of the form that each service gives', () => {
    const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    assert.match(textAt(buildSample('sqs/standard'), 'Records', 0, 'messageId'), uuid);
    assert.match(textAt(buildSample('eventbridge/custom'), 'id'), uuid);
    assert.match(textAt(buildSample('dynamodb/insert'), 'Records', 0, 'eventID'), /^[0-9a-f]{32}$/);
    const kinesis = at(buildSample('kinesis/records'), 'Records', 0);
    assert.match(textAt(kinesis, 'kinesis', 'sequenceNumber'), /^\d{56}$/);
    assert.equal(
      at(kinesis, 'eventID'),
      `shardId-000000000000:${textAt(kinesis, 'kinesis', 'sequenceNumber')}`,
    );
    const traced = textAt(buildSample('alb/get'), 'headers', 'x-amzn-trace-id');
    assert.match(traced, /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
  });
});
