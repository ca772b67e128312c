/** Event source mappings: rows 30 to 50, 98, 124, 282, 283, C14 to C26. */
import type { Input } from '../../../helpers/apiRequest.ts';
import { until } from '../../../helpers/until.ts';
import { ask, onFunction, plainly, type Provocation, type Provocations } from './provocation.ts';
import type { World } from './world.ts';

const scope = (world: World): string => `${world.host.ready.region}:${world.host.ready.accountId}`;
const queue = (world: World, name: string): string => `arn:aws:sqs:${scope(world)}:${name}`;
const stream = (world: World, name: string): string => `arn:aws:kinesis:${scope(world)}:stream/${name}`;
const table = (world: World, name: string, label: string): string =>
  `arn:aws:dynamodb:${scope(world)}:table/${name}/stream/${label}`;

const fromQueue = (input: Input): Provocation =>
  onFunction('CreateEventSourceMapping', (_name, world) => ({ EventSourceArn: queue(world, 'q'), ...input }));
const fromStream = (input: Input): Provocation =>
  onFunction('CreateEventSourceMapping', (_name, world) => ({
    EventSourceArn: stream(world, 's'),
    StartingPosition: 'LATEST',
    ...input,
  }));
const filteredBy = (Pattern: string): Provocation =>
  fromQueue({ FilterCriteria: { Filters: [{ Pattern }] } });

const kafka = (...servers: readonly string[]): Input => ({
  SelfManagedEventSource: { Endpoints: { KAFKA_BOOTSTRAP_SERVERS: servers } },
  Topics: ['topic'],
  SourceAccessConfigurations: [
    { Type: 'BASIC_AUTH', URI: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:s' },
  ],
});

/** The same mapping twice. The first placeholder of the function's name is `placeholder`, of the UUID `uuid`. */
const twice =
  (placeholder: string, uuid: string, input: (world: World) => Input): Provocation =>
  async world => {
    const FunctionName = world.says(placeholder, await world.fn());
    const mapping = { FunctionName, ...input(world) };
    const { json } = await world.call('CreateEventSourceMapping', mapping);
    world.says(uuid, String(json['UUID']));
    return ask('CreateEventSourceMapping', mapping);
  };

/** The UUID of a mapping that nothing is going on with. */
async function settled(world: World, input: Input): Promise<unknown> {
  const FunctionName = await world.fn();
  const { json } = await world.call('CreateEventSourceMapping', { FunctionName, Enabled: false, ...input });
  const { UUID } = json;
  await until(
    async () => (await world.call('GetEventSourceMapping', { UUID })).json['State'] === 'Disabled',
    { what: 'the mapping to be Disabled' },
  );
  return UUID;
}

const updating =
  (source: (world: World) => string, input: Input): Provocation =>
  async world => {
    const UUID = await settled(world, { EventSourceArn: source(world) });
    return ask('UpdateEventSourceMapping', { UUID, ...input });
  };
const fifo = (world: World): string => queue(world, 'q.fifo');
const standard = (world: World): string => queue(world, 'q');
const UNKNOWN = { UUID: '00000000-0000-0000-0000-000000000000' };

/** The upstream endpoint lacks queue `missing`; queue `short` has a visibility timeout of 2 seconds. */
export const eventSourceRows: Provocations = {
  30: fromQueue({
    DestinationConfig: { OnSuccess: { Destination: 'arn:aws:sqs:us-east-1:000000000000:d' } },
  }),
  31: onFunction('CreateEventSourceMapping', (_name, world) => ({
    EventSourceArn: table(world, world.says('<table-name>', 't'), world.says('<stream-name>', '2026')),
    StartingPosition: 'AT_TIMESTAMP',
    StartingPositionTimestamp: 1_741_010_802,
  })),
  32: fromQueue({ BatchSize: 11 }),
  33: filteredBy('None'),
  34: filteredBy('[{"eventName": ["INSERT"=123}'),
  35: filteredBy('{"eventName": [{"eventName": ["INSERT"]}]}'),
  36: filteredBy('{"eventName": []}'),
  37: filteredBy('simple string'),
  38: filteredBy('{"eventName": "single-string"}'),
  39: world =>
    ask('CreateEventSourceMapping', { FunctionName: 'doesnotexist', EventSourceArn: queue(world, 'q') }),
  40: onFunction('CreateEventSourceMapping', {
    ...kafka('kafka:1000'),
    SourceAccessConfigurations: undefined,
  }),
  41: onFunction('CreateEventSourceMapping'),
  42: onFunction('CreateEventSourceMapping', (_name, world) => ({
    EventSourceArn: table(world, 'test-table-4a53f4e8', '2025-02-22T03:03:25.490'),
    StartingPosition: 'LATEST',
  })),
  43: onFunction('CreateEventSourceMapping', (_name, world) => ({
    EventSourceArn: stream(world, 'test-foobar-81ded7e8'),
    StartingPosition: 'LATEST',
  })),
  44: onFunction('CreateEventSourceMapping', (_name, world) => ({ EventSourceArn: queue(world, 'missing') })),
  45: fromStream({ StartingPosition: undefined }),
  46: twice('<resource:1>', '<uuid:1>', () => kafka('kafka:1000')),
  47: twice('<resource:3>', '<uuid:2>', world => ({
    EventSourceArn: table(world, world.says('<resource:1>', 't'), world.says('<resource:2>', '2026')),
    StartingPosition: 'LATEST',
  })),
  48: twice('<resource:2>', '<uuid:1>', world => ({
    EventSourceArn: stream(world, world.says('<resource:1>', 's')),
    StartingPosition: 'LATEST',
  })),
  49: twice('<resource:2>', '<uuid:1>', world => ({
    EventSourceArn: queue(world, world.says('<resource:1>', 'q')),
  })),
  50: twice('<resource:1>', '<uuid:1>', () => kafka('kafka:1000', 'kafka:2000')),
  98: plainly('DeleteEventSourceMapping', UNKNOWN),
  124: plainly('GetEventSourceMapping', UNKNOWN),
  282: updating(standard, { BatchSize: 11 }),
  283: plainly('UpdateEventSourceMapping', { ...UNKNOWN, Enabled: true }),
  C14: onFunction('CreateEventSourceMapping', (_name, world) => ({ EventSourceArn: queue(world, 'short') })),
  C16: async world => {
    const FunctionName = await world.fn();
    const { json } = await world.call('CreateEventSourceMapping', {
      FunctionName,
      EventSourceArn: queue(world, 'q'),
    });
    return ask('UpdateEventSourceMapping', { UUID: json['UUID'], BatchSize: 3 });
  },
  C17: updating(fifo, { MaximumBatchingWindowInSeconds: 1 }),
  C18: updating(fifo, { BatchSize: 11 }),
  C21: updating(standard, {
    ScalingConfig: { MaximumConcurrency: 2 },
    ProvisionedPollerConfig: { MinimumPollers: 2 },
  }),
  C22: updating(standard, { ProvisionedPollerConfig: { MinimumPollers: 1 } }),
  C24: fromStream({ MaximumRecordAgeInSeconds: 59 }),
  // Recorded of a parameter that its source has taken since; every parameter is refused in these words.
  C25: async world => {
    world.says('maximumBatchingWindowInSeconds', 'parallelizationFactor');
    return fromQueue({ ParallelizationFactor: 2 })(world);
  },
  C26: () => [
    ask('GetEventSourceMapping', UNKNOWN),
    ask('UpdateEventSourceMapping', UNKNOWN),
    ask('DeleteEventSourceMapping', UNKNOWN),
  ],
};
