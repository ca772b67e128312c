/** The states of a mapping, over restarts too. */
import assert from 'node:assert/strict';
import {
  createEventSourceMappings,
  type EventSourceMapping,
  type EventSourceMappings,
} from '../../../src/host/functions/eventSourceMappings.ts';
import { TRANSITION_MS } from '../../../src/host/functions/functionState.ts';
import { openStore, type StoreFixture } from './storeFixture.ts';

const QUEUE = {
  kind: 'sqs',
  functionName: 'f',
  qualifier: 'live',
  config: { BatchSize: 10, EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:q' },
  tags: {},
} as const satisfies Partial<EventSourceMapping>;
const STREAM = { ...QUEUE, kind: 'dynamodb' } as const;

describe('event source mappings', () => {
  let fixture: StoreFixture;
  let mappings: EventSourceMappings;
  let told: string[];
  const open = (): EventSourceMappings => {
    const opened = createEventSourceMappings({
      database: fixture.database,
      clock: fixture.clock,
      scope: { accountId: '000000000000', region: 'us-east-1' },
    });
    opened.onChange(uuid => told.push(opened.get(uuid)?.state ?? 'gone'));
    return opened;
  };
  const pass = (): void => fixture.clock.advance(TRANSITION_MS);
  const restart = (): void => {
    mappings.close();
    fixture.restart();
    mappings = open();
  };
  beforeEach(async () => {
    fixture = await openStore();
    told = [];
    mappings = open();
  });
  afterEach(async () => {
    mappings.close();
    await fixture.close();
  });

  it('go through their states', () => {
    const { uuid } = mappings.create(QUEUE, true);
    pass();
    mappings.update(uuid, { config: { ...QUEUE.config, BatchSize: 5 } }, undefined);
    pass();
    mappings.update(uuid, {}, false);
    pass();
    mappings.update(uuid, {}, undefined);
    mappings.update(uuid, {}, false);
    mappings.update(uuid, {}, true);
    pass();
    mappings.delete(uuid);
    pass();
    assert.deepEqual(told, [
      ...['Creating', 'Enabled'],
      ...['Updating', 'Enabled'],
      ...['Disabling', 'Disabled'],
      ...['Disabled', 'Disabled'],
      ...['Enabling', 'Enabled'],
      ...['Deleting', 'gone'],
    ]);
    assert.equal(mappings.get(uuid), undefined);
  });

  it('are made disabled: a queue’s at once, a stream’s after Creating', () => {
    assert.equal(mappings.create(QUEUE, false).state, 'Disabled');
    const stream = mappings.create(STREAM, false);
    assert.equal(stream.state, 'Creating');
    pass();
    assert.equal(mappings.get(stream.uuid)?.state, 'Disabled');
  });

  it('may get another function; without a qualifier they have none then', () => {
    const { uuid } = mappings.create(QUEUE, false);
    const changed = mappings.update(uuid, { functionName: 'g' }, undefined);
    assert.equal(changed.functionName, 'g');
    assert.equal(changed.qualifier, undefined);
    assert.equal(mappings.update(uuid, { config: QUEUE.config }, undefined).functionName, 'g');
  });

  it('are there after a restart, at the end of what they were in', () => {
    const made = mappings.create(QUEUE, true);
    const off = mappings.create(STREAM, false);
    const gone = mappings.create(QUEUE, false);
    mappings.tag(made.uuid, { a: 'b' });
    mappings.delete(gone.uuid);
    restart();
    assert.equal(mappings.get(made.uuid)?.state, 'Enabled');
    assert.deepEqual(mappings.get(made.uuid)?.tags, { a: 'b' });
    assert.equal(mappings.get(off.uuid)?.state, 'Disabled');
    assert.equal(mappings.get(gone.uuid), undefined);
    assert.deepEqual(
      mappings.list().map(({ uuid }) => uuid),
      [made.uuid, off.uuid].sort(),
    );
  });
});
