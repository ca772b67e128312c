/** Code signing: rows 97, 106, 123, 132 to 134, 198, 213 to 215, 280, 281. */
import type { OperationName } from '../../../../src/host/api/operation.ts';
import type { Input } from '../../../helpers/apiRequest.ts';
import { ask, onFunction, plainly, type Provocation, type Provocations } from './provocation.ts';
import type { World } from './world.ts';

const invalid = (world: World): string =>
  world.says('<csc_arn_invalid>', `${world.arns}code-signing-config:csc-0123456789abcdefg`);
const withInvalid =
  (operation: OperationName, more: Input = {}): Provocation =>
  world =>
    ask(operation, { CodeSigningConfigArn: invalid(world), ...more });

const MISSING = { FunctionName: 'csc-test-doesnotexist' };

export const codeSigningRows: Provocations = {
  97: withInvalid('DeleteCodeSigningConfig'),
  106: plainly('DeleteFunctionCodeSigningConfig', MISSING),
  123: withInvalid('GetCodeSigningConfig'),
  132: world => {
    const region = world.says('<wrong-region>', 'ap-southeast-1');
    const { accountId } = world.host.ready;
    return ask('GetFunctionCodeSigningConfig', {
      FunctionName: `arn:aws:lambda:${region}:${accountId}:function:fn`,
    });
  },
  133: world => ask('GetFunctionCodeSigningConfig', { FunctionName: world.name() }),
  134: plainly('GetFunctionCodeSigningConfig', MISSING),
  198: withInvalid('ListFunctionsByCodeSigningConfig'),
  213: withInvalid('PutFunctionCodeSigningConfig', MISSING),
  214: onFunction('PutFunctionCodeSigningConfig', (_name, world) => ({
    CodeSigningConfigArn: invalid(world),
  })),
  215: async world => {
    const { json } = await world.call('CreateCodeSigningConfig', {
      AllowedPublishers: {
        SigningProfileVersionArns: ['arn:aws:signer:us-east-1:000000000000:/signing-profiles/test'],
      },
    });
    const { CodeSigningConfigArn } = json['CodeSigningConfig'] as { CodeSigningConfigArn: string };
    return ask('PutFunctionCodeSigningConfig', { ...MISSING, CodeSigningConfigArn });
  },
  280: withInvalid('UpdateCodeSigningConfig', { Description: 'new' }),
  281: withInvalid('UpdateCodeSigningConfig'),
};
