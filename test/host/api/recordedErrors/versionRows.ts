/** Versions and aliases: rows 9, 19 to 25, 122, 174, 209 to 212, 278, 279, C10. */
import type { Input } from '../../../helpers/apiRequest.ts';
import { a, ask, onFunction, type Provocation, type Provocations } from './provocation.ts';
import type { World } from './world.ts';

/** A function with versions 1 to `count`. */
export async function withVersions(world: World, count: number): Promise<string> {
  const name = await world.fn();
  for (let version = 1; version <= count; version++) {
    await world.call('PublishVersion', { FunctionName: name });
    await world.call('UpdateFunctionConfiguration', { FunctionName: name, Timeout: 3 + version });
    await world.settled(name);
  }
  return name;
}

const weights = (AdditionalVersionWeights: Readonly<Record<string, number>>): Input => ({
  RoutingConfig: { AdditionalVersionWeights },
});

/** CreateAlias on a function with two versions. */
const creatingAlias =
  (input: Input): Provocation =>
  async world => {
    const FunctionName = await withVersions(world, 2);
    return ask('CreateAlias', { FunctionName, Name: 'custom', FunctionVersion: '1', ...input });
  };

async function withAlias(world: World): Promise<string> {
  const FunctionName = await withVersions(world, 1);
  await world.call('CreateAlias', { FunctionName, Name: 'live', FunctionVersion: '1' });
  return FunctionName;
}

const permission = (StatementId: string): Input => ({
  StatementId,
  Action: 'lambda:InvokeFunction',
  Principal: 's3.amazonaws.com',
});

const publishingWrongHash =
  (CodeSha256: string, change?: Input): Provocation =>
  async world => {
    const name = change === undefined ? await world.fn() : await world.otherFn(change);
    const { json } = await world.call('GetFunctionConfiguration', { FunctionName: name });
    world.says('<code-sha256:1>', String(json['CodeSha256']));
    return ask('PublishVersion', { FunctionName: name, CodeSha256 });
  };

const IMAGE = {
  PackageType: 'Image',
  Runtime: undefined,
  Handler: undefined,
  Code: { ImageUri: '000000000000.dkr.ecr.us-east-1.amazonaws.com/i:latest' },
};

export const versionRows: Provocations = {
  9: async world => {
    const FunctionName = await withAlias(world);
    const Qualifier = 'live';
    await world.call('AddPermission', { FunctionName, Qualifier, ...permission('s1') });
    return ask('AddPermission', { FunctionName, Qualifier, ...permission('s2'), RevisionId: 'wrong' });
  },
  19: creatingAlias(weights({ 1: 0.5, 2: 0.5 })),
  20: creatingAlias({ FunctionVersion: '$LATEST', ...weights({ 1: 0.5 }) }),
  21: creatingAlias(weights({ 1: 0.5 })),
  22: async world => {
    const FunctionName = await withVersions(world, 1);
    const alias = { FunctionName, Name: 'custom', FunctionVersion: '1' };
    await world.call('CreateAlias', alias);
    return ask('CreateAlias', alias);
  },
  23: creatingAlias({ FunctionVersion: '10' }),
  24: creatingAlias(weights({ 10: 0.5 })),
  25: async world => {
    const name = await world.fn();
    return ask('CreateAlias', { FunctionName: `${name}-unknown`, Name: 'custom', FunctionVersion: '1' });
  },
  122: onFunction('GetAlias', { Name: 'non-existent' }),
  174: async world => {
    const FunctionName = await world.fn();
    await world.call('AddPermission', { FunctionName, ...permission('s1') });
    await world.call('PublishVersion', { FunctionName });
    return ask('GetPolicy', { FunctionName, Qualifier: '1' });
  },
  209: publishingWrongHash('somenonexistentsha256'),
  210: async world => {
    world.says('a×64', a(64));
    return publishingWrongHash(a(64), IMAGE)(world);
  },
  211: onFunction('PublishVersion', { RevisionId: 'wrong' }),
  212: onFunction('PublishVersion', { RevisionId: 'wrong', Description: 'd' }),
  278: async world => {
    const FunctionName = await withAlias(world);
    return ask('UpdateAlias', { FunctionName, Name: 'live', RevisionId: 'wrong' });
  },
  279: onFunction('UpdateAlias', { Name: 'non-existent' }),
  C10: async world => {
    const FunctionName = await withAlias(world);
    return ask('DeleteFunction', { FunctionName, Qualifier: '1' });
  },
};
