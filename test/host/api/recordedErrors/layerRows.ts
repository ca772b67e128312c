/** Layers, their permissions, and functions that name them: rows 1 to 4, 117, 162 to 166, 168 to 170, 248 to 251, 291 to 294, C8, C13, C43. */
import type { OperationName } from '../../../../src/host/api/operation.ts';
import type { Input } from '../../../helpers/apiRequest.ts';
import { makeZip } from '../../../unit/functions/zipFixture.ts';
import { ask, type Provocation, type Provocations } from './provocation.ts';
import { createInput, ZIP, type World } from './world.ts';

const PERMISSION = { StatementId: 's1', Action: 'lambda:GetLayerVersion', Principal: '*' };

let made = 0;

/** The first version of a layer of this row alone. */
async function published(world: World, zip = ZIP): Promise<string> {
  const name = world.says('<resource:1>', `layer-${++made}`);
  await world.call('PublishLayerVersion', { LayerName: name, Content: { ZipFile: zip } });
  return name;
}

/** About a layer that is there: the request names its first version, unless the input says otherwise. */
const onLayer =
  (operation: OperationName, input: Input = {}, policy = false): Provocation =>
  async world => {
    const LayerName = await published(world);
    if (policy) await world.call('AddLayerVersionPermission', { LayerName, VersionNumber: 1, ...PERMISSION });
    return ask(operation, { LayerName, VersionNumber: 1, ...input });
  };

const missingLayer =
  (operation: OperationName, input: Input = {}): Provocation =>
  async world => {
    const name = await published(world);
    return ask(operation, { LayerName: `${name}-doesnotexist`, VersionNumber: 1, ...input });
  };

/** A function that names these versions of a layer that has three. */
const attaching =
  (...versions: readonly number[]): Provocation =>
  async world => {
    const LayerName = await published(world);
    for (let more = 0; more < 2; more++)
      await world.call('PublishLayerVersion', { LayerName, Content: { ZipFile: ZIP } });
    return ask('UpdateFunctionConfiguration', {
      FunctionName: await world.fn(),
      Layers: versions.map(version => `${world.arns}layer:${LayerName}:${version}`),
    });
  };

const STATEMENT = { StatementId: 'doesnotexist' };

export const layerRows: Provocations = {
  1: onLayer('AddLayerVersionPermission', { ...PERMISSION, RevisionId: 'wrong' }),
  2: onLayer('AddLayerVersionPermission', PERMISSION, true),
  3: missingLayer('AddLayerVersionPermission', PERMISSION),
  4: onLayer('AddLayerVersionPermission', { ...PERMISSION, VersionNumber: 2 }),
  117: onLayer('DeleteLayerVersion', { VersionNumber: -1 }),
  162: onLayer('GetLayerVersion', { VersionNumber: -1 }),
  163: onLayer('GetLayerVersion', { VersionNumber: 0 }),
  164: missingLayer('GetLayerVersion'),
  165: onLayer('GetLayerVersion', { VersionNumber: 2 }),
  166: async world => {
    const name = await published(world);
    return ask('GetLayerVersionByArn', { Arn: `${world.arns}layer:${name}:2` });
  },
  168: missingLayer('GetLayerVersionPolicy'),
  169: onLayer('GetLayerVersionPolicy', { VersionNumber: 2 }),
  170: onLayer('GetLayerVersionPolicy'),
  248: onLayer(
    'RemoveLayerVersionPermission',
    { StatementId: PERMISSION.StatementId, RevisionId: 'wrong' },
    true,
  ),
  249: missingLayer('RemoveLayerVersionPermission', STATEMENT),
  250: onLayer('RemoveLayerVersionPermission', { ...STATEMENT, VersionNumber: 2 }),
  251: onLayer('RemoveLayerVersionPermission', STATEMENT, true),
  291: attaching(9),
  292: attaching(1, 1),
  293: attaching(1, 2, 3),
  294: attaching(1, 2),
  C13: async world => {
    // Published by its owner, who shares it with nobody. The recording's caller was a user.
    world.says('user/u', 'root');
    const Content = { ZipFile: ZIP };
    const { json } = await world.call('PublishLayerVersion', { LayerName: 'l', Content }, '222222222222');
    const Layers = [json['LayerVersionArn']];
    return [
      ask('CreateFunction', createInput(world.name(), { Layers })),
      ask('UpdateFunctionConfiguration', { FunctionName: await world.fn(), Layers }),
    ];
  },
  // Recorded without saying which error; COPY alone, REFERENCE is not there.
  C43: world => {
    world.says('Error Code: …', 'Error Code: NoSuchKey.');
    world.says('Error Message: …', 'Error Message: The specified key does not exist.');
    const Code = { S3Bucket: 'code', S3Key: 'no-such-key', S3ObjectStorageMode: 'COPY' };
    return [
      ask('PublishLayerVersion', { LayerName: 'from-s3', Content: Code }),
      ask('CreateFunction', createInput(world.name(), { Code })),
    ];
  },
  C8: async world => {
    // Two layers of one zip, which lies on the disk once, and 30 bytes of code.
    const half = makeZip([{ name: 'data', content: Buffer.alloc((262_150_000 - 30) / 2) }]);
    const names = [await published(world, half), await published(world, half)];
    const Layers = names.map(name => `${world.arns}layer:${name}:1`);
    return [
      ask('CreateFunction', createInput(world.name(), { Layers })),
      ask('UpdateFunctionConfiguration', { FunctionName: await world.fn(), Layers }),
    ];
  },
};
