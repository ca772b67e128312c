/** Tags: rows 202 to 206, 257 to 268, 273 to 276. */
import type { OperationName } from '../../../../src/host/api/operation.ts';
import type { Input } from '../../../helpers/apiRequest.ts';
import { ask, type Provocation, type Provocations } from './provocation.ts';
import type { World } from './world.ts';

const many = (count: number): Readonly<Record<string, string>> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']));
const TAGS = { Tags: { key: 'value' } };
const KEYS = { TagKeys: ['key'] };

/** On a function that is there, by its ARN with this behind it. */
const onArn =
  (suffix: string, input: Input): Provocation =>
  async world =>
    ask('TagResource', { Resource: `${world.arns}function:${await world.fn()}${suffix}`, ...input });
const missingFunction =
  (operation: OperationName, input: Input = {}): Provocation =>
  world =>
    ask(operation, { Resource: `${world.arns}function:${world.name()}`, ...input });
const missing =
  (operation: OperationName, kind: string, name: string, input: Input = {}): Provocation =>
  world =>
    ask(operation, { Resource: `${world.arns}${kind}:${world.says('<resource-name>', name)}`, ...input });

const UUID = '00000000-0000-0000-0000-000000000000';

async function deleted(world: World): Promise<string> {
  const name = await world.fn();
  await world.call('DeleteFunction', { FunctionName: name });
  return `${world.arns}function:${name}`;
}

export const tagRows: Provocations = {
  202: async world => ask('ListTags', { Resource: await deleted(world) }),
  203: missingFunction('ListTags'),
  204: missing('ListTags', 'function', 'none'),
  205: missing('ListTags', 'event-source-mapping', UUID),
  206: missing('ListTags', 'capacity-provider', 'none'),
  257: onArn('', { Tags: many(51) }),
  258: onArn(':$LATEST', TAGS),
  259: onArn('', { Tags: {} }),
  260: onArn(':alias', TAGS),
  261: async world => {
    const Resource = `${world.arns}function:${await world.fn()}`;
    await world.call('TagResource', { Resource, Tags: many(50) });
    return ask('TagResource', { Resource, ...TAGS });
  },
  262: onArn(':doesnotexist', TAGS),
  263: onArn(':1', TAGS),
  264: missingFunction('TagResource', TAGS),
  265: missing('TagResource', 'function', 'none', TAGS),
  266: missing('TagResource', 'event-source-mapping', UUID, TAGS),
  267: missing('TagResource', 'capacity-provider', 'none', TAGS),
  268: world => ask('TagResource', { Resource: `${world.arns}function:doesnotexist`, ...TAGS }),
  273: missingFunction('UntagResource', KEYS),
  274: missing('UntagResource', 'function', 'none', KEYS),
  275: missing('UntagResource', 'event-source-mapping', UUID, KEYS),
  276: missing('UntagResource', 'capacity-provider', 'none', KEYS),
};
