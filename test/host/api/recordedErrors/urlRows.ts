/** Function URLs: rows 87 to 91, 109 to 112, 149 to 157, 196, 304 to 308. */
import type { OperationName } from '../../../../src/host/api/operation.ts';
import { ask, onFunction, plainly, type Provocation, type Provocations } from './provocation.ts';
import type { World } from './world.ts';

const NONE = { AuthType: 'NONE' };
type UrlOperation = Extract<OperationName, `${string}FunctionUrlConfig`>;
/** What CreateFunctionUrlConfig can't do without. */
const inputOf = (operation: UrlOperation) => (operation === 'CreateFunctionUrlConfig' ? NONE : {});

const missingName = (operation: UrlOperation): Provocation =>
  plainly(operation, { FunctionName: 'doesnotexist', ...inputOf(operation) });
const missingArn =
  (operation: UrlOperation): Provocation =>
  world =>
    ask(operation, { FunctionName: `${world.arns}function:doesnotexist`, ...inputOf(operation) });
const missingAlias = (operation: UrlOperation): Provocation =>
  onFunction(operation, { Qualifier: 'doesnotexist', ...inputOf(operation) });
const missingConfig = (operation: UrlOperation): Provocation => onFunction(operation, inputOf(operation));
const twoQualifiers = (operation: UrlOperation): Provocation =>
  onFunction(operation, (name, world) => ({
    FunctionName: `${world.arns}function:${name}:urlalias`,
    Qualifier: 'urlalias-no-match',
    ...inputOf(operation),
  }));

async function deleted(world: World): Promise<string> {
  const FunctionName = await world.fn();
  await world.call('CreateFunctionUrlConfig', { FunctionName, ...NONE });
  await world.call('DeleteFunctionUrlConfig', { FunctionName });
  return FunctionName;
}

export const urlRows: Provocations = {
  87: twoQualifiers('CreateFunctionUrlConfig'),
  88: async world => {
    const FunctionName = world.says('<resource:1>', await world.fn());
    await world.call('CreateFunctionUrlConfig', { FunctionName, ...NONE });
    return ask('CreateFunctionUrlConfig', { FunctionName, ...NONE });
  },
  89: missingArn('CreateFunctionUrlConfig'),
  90: missingName('CreateFunctionUrlConfig'),
  91: missingAlias('CreateFunctionUrlConfig'),
  109: missingArn('DeleteFunctionUrlConfig'),
  110: missingConfig('DeleteFunctionUrlConfig'),
  111: missingName('DeleteFunctionUrlConfig'),
  112: missingAlias('DeleteFunctionUrlConfig'),
  149: twoQualifiers('GetFunctionUrlConfig'),
  150: world => {
    const region = world.says('<wrong-region>', 'ap-southeast-1');
    const { accountId } = world.host.ready;
    return ask('GetFunctionUrlConfig', { FunctionName: `arn:aws:lambda:${region}:${accountId}:function:fn` });
  },
  151: async world => ask('GetFunctionUrlConfig', { FunctionName: await deleted(world) }),
  152: missingArn('GetFunctionUrlConfig'),
  153: missingConfig('GetFunctionUrlConfig'),
  154: world => ask('GetFunctionUrlConfig', { FunctionName: world.name() }),
  155: async world => ask('GetFunctionUrlConfig', { FunctionName: await deleted(world) }),
  156: missingName('GetFunctionUrlConfig'),
  157: missingAlias('GetFunctionUrlConfig'),
  196: plainly('ListFunctionUrlConfigs', { FunctionName: 'doesnotexist' }),
  304: twoQualifiers('UpdateFunctionUrlConfig'),
  305: missingArn('UpdateFunctionUrlConfig'),
  306: missingConfig('UpdateFunctionUrlConfig'),
  307: missingName('UpdateFunctionUrlConfig'),
  308: missingAlias('UpdateFunctionUrlConfig'),
};
