/** Functions, their code and their configuration: rows 52 to 86, 99 to 105, 125 to 141, 284 to 300. */
import assert from 'node:assert/strict';
import { apiRequest, type Input } from '../../../helpers/apiRequest.ts';
import { makeZip } from '../../../unit/functions/zipFixture.ts';
import { a, ask, onFunction, plainly, type Provocation, type Provocations } from './provocation.ts';
import { createInput, ZIP, type World } from './world.ts';

const creating =
  (change: Input): Provocation =>
  world =>
    ask('CreateFunction', createInput(world.name(), change));
const runtime = (name: string): Provocation => creating({ Runtime: name });
/** A value that the recording has left out of its text. */
const creatingWith =
  (placeholder: string, value: string, change: Input): Provocation =>
  world => {
    world.says(placeholder, value);
    return ask('CreateFunction', createInput(world.name(), change));
  };

const elsewhere = (world: World): string => {
  const region = world.says('<wrong-region>', 'ap-southeast-1');
  return `arn:aws:lambda:${region}:${world.host.ready.accountId}:function:fn`;
};
const fromElsewhere =
  (operation: Parameters<typeof ask>[0]): Provocation =>
  world =>
    ask(operation, { FunctionName: elsewhere(world) });
/** Two qualifiers that differ, one in the ARN and one beside it. */
const twoQualifiers =
  (operation: Parameters<typeof ask>[0]): Provocation =>
  world =>
    ask(operation, { FunctionName: `${world.arns}function:${world.name()}:1`, Qualifier: '2' });
const missing =
  (operation: Parameters<typeof ask>[0], more: Input = {}): Provocation =>
  world =>
    ask(operation, { FunctionName: world.name(), ...more });

const layers =
  (...names: readonly string[]) =>
  (_name: string, world: World): Input => {
    world.says('<resource:1>', 'layer');
    return { Layers: names.map(each => `${world.arns}layer:${each}`) };
  };

const NO_BUCKET = { S3Bucket: 'no-such-bucket', S3Key: 'k' };
const NO_KEY = { S3Bucket: 'code', S3Key: 'no-such-key' };
const BIG = 'x'.repeat(4_096);
const TAGS = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 'v']));
const BOMB = makeZip([{ name: 'bomb', content: 'x', declaredSize: 262_144_001 }]);
const IMAGE = {
  PackageType: 'Image',
  Runtime: undefined,
  Handler: undefined,
  Code: { ImageUri: '000000000000.dkr.ecr.us-east-1.amazonaws.com/i:latest' },
};
const CAPACITY = {
  LambdaManagedInstancesCapacityProviderConfig: {
    CapacityProviderArn: 'arn:aws:lambda:us-east-1:000000000000:capacity-provider:c',
  },
};

/** While a configuration is being updated. */
const duringUpdate =
  (operation: Parameters<typeof ask>[0], input: Input): Provocation =>
  async world => {
    const name = await world.fn();
    await world.call('UpdateFunctionConfiguration', { FunctionName: name, Timeout: 4 });
    return ask(operation, { FunctionName: name, ...input });
  };

export const functionRows: Provocations = {
  52: plainly('CreateFunction', createInput('arn:aws:lambda:us-east-1:111111111111:function:fn')),
  53: creating({ Tags: TAGS }),
  54: world =>
    ask(
      'CreateFunction',
      createInput(world.name(), layers('a:1', 'b:1', 'c:1', 'd:1', 'e:1', 'f:1')('', world)),
    ),
  55: plainly('CreateFunction', createInput(a(65))),
  56: creating({ Code: NO_BUCKET }),
  57: creating({ Code: NO_KEY }),
  59: creating({ Code: { ZipFile: Buffer.from('no zip') } }),
  60: runtime('dotnetcore3.1'),
  61: runtime('go1.x'),
  62: runtime('java8'),
  63: runtime('nodejs12.x'),
  64: runtime('nodejs14.x'),
  65: runtime('provided'),
  66: runtime('python3.7'),
  67: runtime('ruby2.7'),
  68: creatingWith('xxxx…', BIG, { Environment: { Variables: { LARGE_VAR: BIG } } }),
  69: creatingWith('xxxx…', BIG, { Environment: { Variables: { SMALL_VAR: 'ok', LARGE_VAR: BIG } } }),
  70: creating({ Layers: ['arn:aws:lambda:eu-west-1:000000000000:layer:l:1'] }),
  72: runtime('non-existent-runtime'),
  73: creating({ Code: { ZipFile: BOMB } }),
  74: world => {
    world.objects.set('code/bomb.zip', BOMB);
    return ask('CreateFunction', createInput(world.name(), { Code: { ...NO_KEY, S3Key: 'bomb.zip' } }));
  },
  75: runtime('PYTHON3.9'),
  76: () => ({ ...apiRequest('CreateFunction'), body: Buffer.alloc(70_167_212) }),
  77: creating({ Code: { ZipFile: Buffer.alloc(52_428_801).toString('base64') } }),
  78: world => ask('CreateFunction', createInput(elsewhere(world))),
  79: world => {
    const name = world.says('<function-name>', `fn${a(100)}`);
    return ask('CreateFunction', createInput(`${world.arns}function:${name}`));
  },
  80: creating({ Role: 'r1' }),
  81: creating({ SnapStart: { ApplyOn: 'invalidOption' } }),
  82: creatingWith('<subnet_id_2>', 'bad!', { VpcConfig: { SubnetIds: ['bad!'] } }),
  83: creating({ Architectures: ['X86_64'] }),
  84: plainly('CreateFunction', createInput('invalid:function:name')),
  85: creatingWith('<security_group_id_2>', 'bad!', { VpcConfig: { SecurityGroupIds: ['bad!'] } }),
  86: creating({ Architectures: ['x86_64', 'arm64'] }),
  99: missing('DeleteFunction', { Qualifier: '$LATEST' }),
  100: twoQualifiers('DeleteFunction'),
  101: fromElsewhere('DeleteFunction'),
  102: async world => {
    const name = await world.fn();
    await world.call('DeleteFunction', { FunctionName: name });
    return ask('DeleteFunction', { FunctionName: name });
  },
  103: missing('DeleteFunction'),
  104: missing('DeleteFunction', { Qualifier: '1' }),
  105: missing('DeleteFunction'),
  125: twoQualifiers('GetFunction'),
  126: fromElsewhere('GetFunction'),
  127: missing('GetFunction'),
  128: plainly('GetFunction', { FunctionName: 'some-function:$LATEST' }),
  129: onFunction('GetFunction', (name, world) => ({
    FunctionName: `${world.arns}function:${name}:aliasdoesnotexist`,
  })),
  130: onFunction('GetFunction', { Qualifier: '1221' }),
  131: onFunction('GetFunction', { Qualifier: 'aliasdoesnotexist' }),
  137: twoQualifiers('GetFunctionConfiguration'),
  138: fromElsewhere('GetFunctionConfiguration'),
  139: missing('GetFunctionConfiguration'),
  140: plainly('GetFunctionConfiguration', { FunctionName: 'some-function:$LATEST' }),
  141: onFunction('GetFunctionConfiguration', { Qualifier: '1221' }),
  284: onFunction('UpdateFunctionCode', { ImageUri: 'x' }),
  285: onFunction('UpdateFunctionCode', NO_BUCKET),
  286: onFunction('UpdateFunctionCode', NO_KEY),
  287: async world => ask('UpdateFunctionCode', { FunctionName: await world.otherFn(IMAGE), ZipFile: ZIP }),
  288: onFunction('UpdateFunctionCode', { ZipFile: ZIP, RevisionId: 'wrong' }),
  289: duringUpdate('UpdateFunctionCode', { ZipFile: ZIP }),
  290: onFunction('UpdateFunctionConfiguration', layers('doesnotexist:1')),
  295: onFunction('UpdateFunctionConfiguration', { Runtime: 'non-existent-runtime' }),
  296: onFunction('UpdateFunctionConfiguration', { Runtime: 'PYTHON3.9' }),
  297: onFunction('UpdateFunctionConfiguration', { RevisionId: 'wrong' }),
  298: duringUpdate('UpdateFunctionConfiguration', { Timeout: 5 }),
  299: onFunction('UpdateFunctionConfiguration', { Role: 'r1' }),
  300: onFunction('UpdateFunctionConfiguration', layers('layer')),
  C2: async world => {
    const name = world.says('my-fn', await world.fn());
    return ask('CreateFunction', createInput(name));
  },
  C3: async world => {
    const change = { Environment: { Variables: { AWS_REGION: 'x', FINE: 'y' } } };
    return [
      ask('CreateFunction', createInput(world.name(), change)),
      ask('UpdateFunctionConfiguration', { FunctionName: await world.fn(), ...change }),
    ];
  },
  C4: creating({ Runtime: undefined }),
  C5: async world => [
    ask('CreateFunction', createInput(world.name(), { MemorySize: 127 })),
    ask('UpdateFunctionConfiguration', { FunctionName: await world.fn(), MemorySize: 127 }),
  ],
  C6: async world => [
    ask('CreateFunction', createInput(world.name(), { MemorySize: 10_241 })),
    ask('UpdateFunctionConfiguration', { FunctionName: await world.fn(), MemorySize: 10_241 }),
  ],
  C7: async world => [
    ask('CreateFunction', createInput(world.name(), { Code: { ZipFile: '' } })),
    ask('UpdateFunctionCode', { FunctionName: await world.fn(), ZipFile: '' }),
  ],
  C9: async world => {
    const SnapStart = { ApplyOn: 'PublishedVersions' };
    return [
      ask('CreateFunction', createInput(world.name(), { SnapStart })),
      ask('UpdateFunctionConfiguration', { FunctionName: await world.fn(), SnapStart }),
    ];
  },
  C11: async world => {
    const name = world.name();
    await world.call('CreateFunction', createInput(name));
    return [
      ask('Invoke', { FunctionName: name }),
      ask('UpdateFunctionConfiguration', { FunctionName: name, Timeout: 4 }),
      ask('UpdateFunctionCode', { FunctionName: name, ZipFile: ZIP }),
    ];
  },
  C41: creating({ Runtime: 'python3.9', CapacityProviderConfig: CAPACITY }),
  C42: onFunction('UpdateFunctionConfiguration', { CapacityProviderConfig: CAPACITY }),
  C45: async world => {
    const at = { FunctionName: await world.fn() };
    const { json: before } = await world.call('GetFunctionConfiguration', at);
    const request = ask('UpdateFunctionCode', { ...at, Architectures: ['arm64'] });
    await world.send(request);
    assert.deepEqual((await world.call('GetFunctionConfiguration', at)).json, before);
    return request;
  },
};
