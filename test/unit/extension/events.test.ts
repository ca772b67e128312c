import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { eventTitle, isEventReference, referenceOf } from '../../../src/extension/events/eventReference.ts';
import { sampleEvents } from '../../../src/protocol/samples/catalogue.ts';
import { eventHint } from '../../../src/extension/events/eventHint.ts';
import { fittingSamples } from '../../../src/extension/events/fittingSamples.ts';
import { findsWords } from '../../../src/extension/events/eventSearch.ts';
import { eventMistake, slug } from '../../../src/extension/events/eventText.ts';
import { eventFolders, functionOfEventFile, savedEvents } from '../../../src/extension/events/savedEvents.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import { declaredFunction } from './builders.ts';

describe('event text', () => {
  it('takes JSON of every kind, and nothing as an empty object', () => {
    for (const text of ['{}', '[1]', '"x"', '7', 'null', '', ' \n'])
      assert.equal(eventMistake(text), undefined, text);
  });

  it('finds a mistake at its place', () => {
    assert.deepEqual(eventMistake('{"a" 1}'), { offset: 5, length: 1, message: 'colon expected' });
    assert.equal(eventMistake('{"a": 1,}')?.offset, 8);
    assert.equal(eventMistake('{"a": 1} // no')?.message, 'invalid comment token');
    assert.notEqual(eventMistake('{"a": 1'), undefined);
    assert.notEqual(eventMistake('{"a": 1} {}'), undefined);
  });

  it('makes file names of titles', () => {
    assert.equal(slug('Standard queue, one message'), 'standard-queue-one-message');
    assert.equal(slug('sqs/standard'), 'sqs-standard');
    assert.equal(slug('Über 50 %'), 'u-ber-50');
    assert.equal(slug('…'), 'event');
  });
});

describe('a search for an event', () => {
  const texts = ['Amazon S3', 's3/put', 'Object created by PUT', 'The key is URL-encoded.'];

  it('finds its words wherever they stand, in any order', () => {
    for (const query of ['s3 put', 'put s3', 'object  URL', 'S3', 'encoded.', 's3/p'])
      assert.equal(findsWords(query, texts), true, query);
  });

  it('finds nothing for a word that isn’t there, or for none', () => {
    for (const query of ['s3 delete', 'ut', 'put 3', '', '  '])
      assert.equal(findsWords(query, texts), false, query);
  });
});

describe('samples that fit a function', () => {
  it('are those that its template says it gets', () => {
    const ids = (...types: string[]): string[] => fittingSamples(sampleEvents, types).map(({ id }) => id);
    assert.deepEqual([...new Set(ids('SQS', 'Api').map(id => id.split('/')[0]))], ['apigateway', 'sqs']);
    assert.deepEqual(ids('Schedule'), ['schedule/rule']);
    assert.deepEqual(ids('Unheard'), []);
  });

  it('are there for every type of event', () => {
    for (const type of [
      ...['AlexaSkill', 'Api', 'CloudWatchEvent', 'CloudWatchLogs', 'Cognito', 'DocumentDB', 'DynamoDB'],
      ...['EventBridgeRule', 'HttpApi', 'IoTRule', 'Kinesis', 'MQ', 'MSK', 'S3', 'Schedule', 'ScheduleV2'],
      ...['SelfManagedKafka', 'SNS', 'SQS', 'FunctionUrl', 'LoadBalancer', 'WebSocket'],
    ])
      assert.notEqual(fittingSamples(sampleEvents, [type]).length, 0, type);
  });
});

describe('the hint of an event', () => {
  it('is its text on one line, cut where it is long', () => {
    assert.equal(eventHint('{\n  "n": 1\n}\n'), '{ "n": 1 }');
    assert.equal(eventHint(`"${'x'.repeat(100)}"`), `"${'x'.repeat(59)}…`);
  });
});

describe('event references', () => {
  it('come back from the store as they were, or not at all', () => {
    for (const event of [
      { kind: 'saved', file: '/w/e.json' },
      { kind: 'sample', id: 'sqs/standard', values: { body: 'x' } },
      { kind: 'text', title: 't', text: '{}' },
    ])
      assert.equal(isEventReference(event), true);
    for (const event of [undefined, null, 'x', {}, { kind: 'saved' }, { kind: 'other', id: 'x' }])
      assert.equal(isEventReference(event), false);
  });

  it('have a title that a reader knows again', () => {
    assert.equal(eventTitle({ kind: 'saved', file: '/w/events/a/two items.json' }), 'two items');
    assert.equal(eventTitle({ kind: 'sample', id: 'sqs/standard' }), 'sqs/standard');
  });

  it('are read from launch.json', () => {
    const resolve = (file: string): string => path.join('/w', file);
    assert.deepEqual(referenceOf('sample:sqs/standard', resolve), { kind: 'sample', id: 'sqs/standard' });
    assert.deepEqual(referenceOf('events/a/b.json', resolve), { kind: 'saved', file: '/w/events/a/b.json' });
  });
});

describe('saved events', () => {
  it('lie beside the template and in the folder, in the order of their names', async () => {
    const folder = await temporaryFolder('events');
    try {
      const app = path.join(folder.path, 'orders');
      const declared = declaredFunction('create', {
        owner: { template: path.join(app, 'template.yaml'), logicalId: 'Create' },
      });
      const folders = eventFolders(folder.path, 'create', declared);
      assert.deepEqual(folders, [
        path.join(app, 'events', 'create'),
        path.join(folder.path, 'events', 'create'),
      ]);
      assert.deepEqual(await savedEvents(folders), []);
      for (const [place, name] of [
        [0, 'b10.json'],
        [0, 'b2.json'],
        [1, 'a.json'],
        [1, 'notes.txt'],
      ] as const) {
        await mkdir(folders[place] ?? '', { recursive: true });
        await writeFile(path.join(folders[place] ?? '', name), '{}');
      }
      assert.deepEqual(
        (await savedEvents(folders)).map(file => path.basename(file)),
        ['a.json', 'b2.json', 'b10.json'],
      );
    } finally {
      await folder.remove();
    }
  });

  it('of a function without a template lie in the folder only', () => {
    const declared = declaredFunction('app', { owner: { template: '/w/src/app.ts', logicalId: 'handler' } });
    assert.deepEqual(eventFolders('/w', 'app', declared), [path.join('/w', 'events', 'app')]);
  });

  it('belong to a function by their place', () => {
    assert.equal(functionOfEventFile('/w/events/create-order/two.json'), 'create-order');
    assert.equal(functionOfEventFile(String.raw`C:\w\events\create-order\two.json`), 'create-order');
    assert.equal(functionOfEventFile('/w/events/two.json'), undefined);
    assert.equal(functionOfEventFile('/w/package.json'), undefined);
  });
});
