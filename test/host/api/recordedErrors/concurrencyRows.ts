/** Reserved and provisioned concurrency: rows 118 to 121, 135, 136, 175 to 182, 201, 216 to 221, 236 to 246. */
import type { Input } from '../../../helpers/apiRequest.ts';
import type { OperationName } from '../../../../src/host/api/operation.ts';
import { ask, onFunction, plainly, type Provocation, type Provocations } from './provocation.ts';
import { withVersions } from './versionRows.ts';
import type { World } from './world.ts';

const LATEST = { Qualifier: '$LATEST' };
const missing = (operation: OperationName, Qualifier: string, more: Input = {}): Provocation =>
  plainly(operation, { FunctionName: 'doesnotexist', Qualifier, ...more });
const provision = (ProvisionedConcurrentExecutions: number): Input => ({ ProvisionedConcurrentExecutions });

/** The account as it is for a while: rows that fill it would be in each other's way. */
const MINIMUM = '100';
const reserving =
  (amount: number): Provocation =>
  async world => {
    world.says('<min_unreserved_concurrency>', MINIMUM);
    const FunctionName = await world.fn();
    return ask('PutFunctionConcurrency', { FunctionName, ReservedConcurrentExecutions: amount });
  };

/** PutProvisionedConcurrencyConfig on version 1 of a function without a reservation. */
const provisioning =
  (amount: (unreserved: number) => number): Provocation =>
  async world => {
    const FunctionName = await withVersions(world, 1);
    const { json } = await world.call('GetAccountSettings');
    const { UnreservedConcurrentExecutions: unreserved } = json['AccountLimit'] as {
      readonly UnreservedConcurrentExecutions: number;
    };
    world.says('<unreserved_concurrency>', String(unreserved));
    world.says('<min_unreserved_concurrency>', MINIMUM);
    return ask('PutProvisionedConcurrencyConfig', {
      FunctionName,
      Qualifier: '1',
      ...provision(amount(unreserved)),
    });
  };

/** A function with two versions, 2 reserved and `amount` provisioned for the first. */
async function provisioned(world: World, amount: number): Promise<string> {
  const FunctionName = await withVersions(world, 2);
  await world.call('PutFunctionConcurrency', { FunctionName, ReservedConcurrentExecutions: 2 });
  await world.call('PutProvisionedConcurrencyConfig', { FunctionName, Qualifier: '1', ...provision(amount) });
  return FunctionName;
}

async function withAlias(world: World): Promise<string> {
  const FunctionName = await withVersions(world, 1);
  await world.call('CreateAlias', { FunctionName, Name: 'live', FunctionVersion: '1' });
  return FunctionName;
}

const elsewhere = (world: World): string => {
  const region = world.says('<wrong-region>', 'ap-southeast-1');
  return `arn:aws:lambda:${region}:${world.host.ready.accountId}:function:fn`;
};

export const concurrencyRows: Provocations = {
  118: onFunction('DeleteProvisionedConcurrencyConfig', LATEST),
  119: missing('DeleteProvisionedConcurrencyConfig', '1'),
  120: onFunction('DeleteProvisionedConcurrencyConfig', { Qualifier: 'noalias' }),
  121: onFunction('DeleteProvisionedConcurrencyConfig', { Qualifier: '10' }),
  135: world => ask('GetFunctionConcurrency', { FunctionName: elsewhere(world) }),
  136: world => ask('GetFunctionConcurrency', { FunctionName: world.name() }),
  175: onFunction('GetProvisionedConcurrencyConfig', LATEST),
  176: async world =>
    ask('GetProvisionedConcurrencyConfig', { FunctionName: await withVersions(world, 1), Qualifier: '1' }),
  177: async world =>
    ask('GetProvisionedConcurrencyConfig', { FunctionName: await withAlias(world), Qualifier: 'live' }),
  178: async world => {
    const at = { FunctionName: await provisioned(world, 1), Qualifier: '1' };
    await world.call('DeleteProvisionedConcurrencyConfig', at);
    return ask('GetProvisionedConcurrencyConfig', at);
  },
  179: async world => {
    const FunctionName = await withAlias(world);
    const at = { FunctionName, Qualifier: world.says('<alias-name>', 'live') };
    await world.call('PutProvisionedConcurrencyConfig', { ...at, ...provision(1) });
    await world.call('DeleteAlias', { FunctionName, Name: 'live' });
    return ask('GetProvisionedConcurrencyConfig', at);
  },
  180: missing('GetProvisionedConcurrencyConfig', 'noalias'),
  181: onFunction('GetProvisionedConcurrencyConfig', { Qualifier: 'noalias' }),
  182: onFunction('GetProvisionedConcurrencyConfig', { Qualifier: '10' }),
  201: plainly('ListProvisionedConcurrencyConfigs', { FunctionName: 'doesnotexist' }),
  216: reserving(1_001),
  217: onFunction('PutFunctionConcurrency', (name, world) => ({
    FunctionName: `${world.arns}function:${name}:$LATEST`,
    ReservedConcurrentExecutions: 1,
  })),
  218: async world => {
    const FunctionName = await provisioned(world, 2);
    return ask('PutFunctionConcurrency', { FunctionName, ReservedConcurrentExecutions: 1 });
  },
  219: reserving(901),
  220: plainly('PutFunctionConcurrency', { FunctionName: 'doesnotexist', ReservedConcurrentExecutions: 1 }),
  221: plainly('PutFunctionConcurrency', {
    FunctionName: 'doesnotexist',
    ReservedConcurrentExecutions: 5_000,
  }),
  236: onFunction('PutProvisionedConcurrencyConfig', { ...LATEST, ...provision(1) }),
  237: provisioning(unreserved => unreserved + 1),
  238: async world =>
    ask('PutProvisionedConcurrencyConfig', {
      FunctionName: await provisioned(world, 1),
      Qualifier: '1',
      ...provision(3),
    }),
  239: async world =>
    ask('PutProvisionedConcurrencyConfig', {
      FunctionName: await provisioned(world, 2),
      Qualifier: '2',
      ...provision(1),
    }),
  240: provisioning(unreserved => unreserved - 99),
  241: async world => {
    const FunctionName = await withAlias(world);
    await world.call('PutProvisionedConcurrencyConfig', { FunctionName, Qualifier: '1', ...provision(1) });
    return ask('PutProvisionedConcurrencyConfig', { FunctionName, Qualifier: 'live', ...provision(1) });
  },
  242: async world => {
    const FunctionName = await withAlias(world);
    await world.call('PutProvisionedConcurrencyConfig', { FunctionName, Qualifier: 'live', ...provision(1) });
    return ask('PutProvisionedConcurrencyConfig', { FunctionName, Qualifier: '1', ...provision(1) });
  },
  243: missing('PutProvisionedConcurrencyConfig', 'noalias', provision(1)),
  244: missing('PutProvisionedConcurrencyConfig', '1', provision(1)),
  245: onFunction('PutProvisionedConcurrencyConfig', { Qualifier: 'doesnotexist', ...provision(1) }),
  246: onFunction('PutProvisionedConcurrencyConfig', { Qualifier: '10', ...provision(1) }),
};
