import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { buildSample, findSample, sampleEvents } from '../../../src/protocol/samples/catalogue.ts';
import type { SampleEvent, SampleParameter } from '../../../src/protocol/samples/sampleEvent.ts';
import { SampleEventError } from '../../../src/protocol/samples/sampleEvent.ts';

/** Another value than the default for a parameter. */
function otherValue(parameter: SampleParameter): string {
  switch (parameter.kind) {
    case 'text':
      if (parameter.name === 'account') return '210987654321';
      if (parameter.name === 'region') return 'cn-north-1';
      if (parameter.name === 'keyName') return 'status';
      return `${parameter.default}x`;
    case 'integer':
      return String(Number(parameter.default) + (parameter.name === 'attempts' ? -1 : 1));
    case 'choice':
      return parameter.choices?.[1] ?? '';
    case 'time':
      return '2025-06-30T00:00:01.002Z';
    case 'json':
      return '{"id":"2002","status":"OTHER"}';
  }
}

describe('the catalogue of sample events', () => {
  it('has the ids that scripts and saved choices name', () => {
    const golden = readFileSync(new URL('sampleIds.txt', import.meta.url), 'utf8');
    assert.equal(sampleEvents.map(sample => `${sample.id}\n`).join(''), golden);
  });

  it('has at least 60 events, each id once', () => {
    assert.ok(sampleEvents.length >= 60, `${sampleEvents.length} events`);
    assert.equal(new Set(sampleEvents.map(sample => sample.id)).size, sampleEvents.length);
  });

  it('covers the services of the feature list', () => {
    const groups = new Set(sampleEvents.map(sample => sample.id.split('/')[0]));
    const wanted =
      'apigateway httpapi websocket function-url alb sqs sns s3 eventbridge schedule kinesis firehose ' +
      'dynamodb cognito cloudwatch-logs cloudwatch ses kafka mq documentdb stepfunctions alexa alexa-smart-home ' +
      'config codepipeline codecommit iot lex connect appsync cloudformation cloudfront bedrock vpc-lattice ' +
      'secretsmanager transfer lambda test';
    assert.deepEqual(
      wanted.split(' ').filter(group => !groups.has(group)),
      [],
    );
  });

  it('describes each event and links to the page that documents it', () => {
    for (const sample of sampleEvents) {
      assert.match(sample.id, /^[a-z0-9-]+\/[a-z0-9-]+$/);
      assert.match(sample.docs, /^https:\/\/(docs\.aws|developer)\.amazon\.com\/\S+$/, sample.id);
      assert.match(sample.description, /^\S.*\.$/, sample.id);
      assert.notEqual(sample.title, '', sample.id);
      assert.notEqual(sample.service, '', sample.id);
      for (const parameter of sample.parameters) assert.notEqual(parameter.label, '', sample.id);
    }
  });

  it('tells events of one service apart by their titles', () => {
    const titles = sampleEvents.map(sample => `${sample.service}: ${sample.title}`);
    assert.equal(new Set(titles).size, titles.length);
  });

  for (const sample of sampleEvents) describe(sample.id, () => checkSample(sample));
});

function checkSample(sample: SampleEvent): void {
  it('is JSON, and the same each time', () => {
    const event = sample.build();
    assert.deepEqual(JSON.parse(JSON.stringify(event)), event);
    assert.deepEqual(sample.build({}), event);
    const defaults = Object.fromEntries(sample.parameters.map(({ name, default: text }) => [name, text]));
    assert.deepEqual(sample.build(defaults), event);
  });

  for (const parameter of sample.parameters) {
    it(`depends on ${parameter.name}`, () => {
      assert.notDeepEqual(sample.build({ [parameter.name]: otherValue(parameter) }), sample.build());
    });
  }

  const names = sample.parameters.map(parameter => parameter.name);
  if (!names.includes('region') && !names.includes('account')) return;

  for (const [region, partition] of [
    ['eu-west-1', 'aws'],
    ['cn-north-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
  ] as const) {
    it(`names ${region} and the given account wherever it names one`, () => {
      const given = { region, account: '210987654321' };
      const values = Object.fromEntries(Object.entries(given).filter(([name]) => names.includes(name)));
      const text = JSON.stringify(sample.build(values));
      if ('region' in values) assert.doesNotMatch(text, /us-east-1/);
      if ('account' in values) assert.doesNotMatch(text, /123456789012/);
      for (const [arn, ...parts] of text.matchAll(/arn:([\w-]+):([\w-]+):([\w-]*):(\w*):/g)) {
        const [arnPartition, , arnRegion = '', arnAccount = ''] = parts;
        if ('region' in values) assert.equal(arnPartition, partition, arn);
        if (arnRegion !== '' && 'region' in values) assert.equal(arnRegion, region, arn);
        if (arnAccount !== '') assert.equal(arnAccount, '210987654321', arn);
      }
    });
  }
}

describe('asking for a sample event', () => {
  it('finds an event by its id', () => {
    assert.equal(findSample('sqs/standard')?.service, 'Amazon SQS');
    assert.equal(findSample('sqs/nothing'), undefined);
  });

  it('builds an event by its id', () => {
    assert.deepEqual(buildSample('test/hello-world', { message: 'Hi' }), { message: 'Hi' });
    assert.deepEqual(buildSample('test/empty'), {});
  });

  const refused = (build: () => unknown, message: string): void => {
    assert.throws(build, error => error instanceof SampleEventError && error.message === message);
  };

  it('names the events of the service for an unknown id', () => {
    refused(
      () => buildSample('kinesis/record'),
      'There is no sample event "kinesis/record". There are kinesis/records, kinesis/tumbling-window.',
    );
  });

  it('names the command that lists them for an unknown service', () => {
    refused(
      () => buildSample('nothing'),
      'There is no sample event "nothing". "lamplight events" lists them all.',
    );
  });

  it('names the parameters for an unknown one', () => {
    refused(
      () => buildSample('test/hello-world', { massage: 'Hi' }),
      'The sample event "test/hello-world" has no parameter "massage"; it has message.',
    );
    refused(
      () => buildSample('test/empty', { toString: 'x' }),
      'The sample event "test/empty" has no parameter "toString"; it has none.',
    );
  });

  it('says what a value should be', () => {
    const cases = [
      ['alb/get', 'method', 'FETCH', 'must be one of GET, HEAD, DELETE'],
      ['sqs/batch', 'count', '1.5', 'must be a whole number from 1 to 1000'],
      ['sqs/batch', 'count', '0', 'must be a whole number from 1 to 1000'],
      ['sqs/batch', 'count', '', 'must be a whole number from 1 to 1000'],
      ['sqs/standard', 'account', '12', 'must be an account id of 12 digits'],
      ['sqs/standard', 'time', 'soon', 'must be a time in ISO 8601, such as 2026-01-15T12:30:45.678Z'],
      ['eventbridge/custom', 'detail', '[1]', 'must be a JSON object'],
    ] as const;
    for (const [id, name, value, reason] of cases) {
      refused(
        () => buildSample(id, { [name]: value }),
        `The parameter "${name}" of the sample event "${id}" ${reason}.`,
      );
    }
  });

  it('passes on what is wrong with JSON', () => {
    assert.throws(
      () => buildSample('test/json', { value: '{' }),
      /^SampleEventError: The parameter "value" of the sample event "test\/json" must be JSON \(.+\)\.$/,
    );
  });

  it('refuses an item without its key', () => {
    refused(
      () => buildSample('dynamodb/insert', { keyName: 'orderId' }),
      'The item has no attribute "orderId", which is to be its key.',
    );
  });
});
