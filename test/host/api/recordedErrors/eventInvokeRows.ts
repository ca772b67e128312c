/** Event-invoke configuration: rows 107, 108, 142 to 148, 195, 222 to 233, 301 to 303. */
import type { Input } from '../../../helpers/apiRequest.ts';
import { ask, onFunction, plainly, type Provocation, type Provocations } from './provocation.ts';
import { withVersions } from './versionRows.ts';
import type { World } from './world.ts';

const RETRIES = { MaximumRetryAttempts: 1 };
const success = (Destination: string): Input => ({ DestinationConfig: { OnSuccess: { Destination } } });
/** A name or ARN that says one qualifier, beside another one. */
const twoQualifiers = (
  functionName: (name: string, world: World) => string,
  Qualifier: string,
): Provocation =>
  onFunction('PutFunctionEventInvokeConfig', (name, world) => ({
    FunctionName: functionName(name, world),
    Qualifier,
    ...RETRIES,
  }));

export const eventInvokeRows: Provocations = {
  107: plainly('DeleteFunctionEventInvokeConfig', { FunctionName: 'doesnotexist' }),
  108: onFunction('DeleteFunctionEventInvokeConfig'),
  142: world => {
    const region = world.says('<wrong-region>', 'ap-southeast-1');
    const { accountId } = world.host.ready;
    return ask('GetFunctionEventInvokeConfig', {
      FunctionName: `arn:aws:lambda:${region}:${accountId}:function:fn`,
    });
  },
  143: onFunction('GetFunctionEventInvokeConfig', { Qualifier: 'eventinvokealias' }),
  144: world => ask('GetFunctionEventInvokeConfig', { FunctionName: world.name() }),
  145: plainly('GetFunctionEventInvokeConfig', { FunctionName: 'doesnotexist' }),
  146: onFunction('GetFunctionEventInvokeConfig', { Qualifier: 'doesnotexist' }),
  147: async world => {
    const FunctionName = await world.fn();
    await world.call('PutFunctionEventInvokeConfig', { FunctionName, ...RETRIES });
    await world.call('PublishVersion', { FunctionName });
    return ask('GetFunctionEventInvokeConfig', { FunctionName, Qualifier: '1' });
  },
  148: world => ask('GetFunctionEventInvokeConfig', { FunctionName: world.name(), Qualifier: '1221' }),
  195: plainly('ListFunctionEventInvokeConfigs', { FunctionName: 'doesnotexist' }),
  222: onFunction('PutFunctionEventInvokeConfig', (name, world) => success(`${world.arns}function:${name}`)),
  223: onFunction('PutFunctionEventInvokeConfig', (_name, world) =>
    success(`${world.arns}function:doesnotexist`),
  ),
  224: onFunction('PutFunctionEventInvokeConfig', (name, world) =>
    success(`${world.arns.replace(':lambda:', ':iam:')}function:${name}`),
  ),
  225: onFunction('PutFunctionEventInvokeConfig'),
  226: twoQualifiers((name, world) => `${world.arns}function:${name}:live`, 'other'),
  227: twoQualifiers(name => `${name}:live`, 'other'),
  228: twoQualifiers(name => `${name}:$LATEST`, '1'),
  229: twoQualifiers(name => `${name}:1`, '$LATEST'),
  230: twoQualifiers(name => `${name}:1`, '2'),
  231: onFunction('PutFunctionEventInvokeConfig', { Qualifier: 'doesnotexist', ...RETRIES }),
  232: world =>
    ask('PutFunctionEventInvokeConfig', { FunctionName: `${world.arns}function:doesnotexist`, ...RETRIES }),
  233: plainly('PutFunctionEventInvokeConfig', { FunctionName: 'doesnotexist', ...RETRIES }),
  301: async world => {
    const FunctionName = await withVersions(world, 1);
    const Name = 'eventinvokealias';
    await world.call('CreateAlias', { FunctionName, Name, FunctionVersion: '1' });
    return ask('UpdateFunctionEventInvokeConfig', { FunctionName, Qualifier: Name, ...RETRIES });
  },
  302: onFunction('UpdateFunctionEventInvokeConfig', RETRIES),
  303: plainly('UpdateFunctionEventInvokeConfig', { FunctionName: 'doesnotexist', ...RETRIES }),
};
