import assert from 'node:assert/strict';
import { TRANSITION_MS } from '../../../src/host/functions/functionState.ts';
import { ARN, create, onFunction, openApi, ROLE, ZIP, type ApiFixture } from './apiFixture.ts';

describe('CreateFunction', () => {
  let api: ApiFixture;
  beforeEach(async () => {
    api = await openApi();
  });
  afterEach(() => api.close());

  const get = async (name: string, query: Record<string, string> = {}) =>
    (await api.call(onFunction('GET', name, '', { query }))).json;
  const settle = (): void => api.clock.advance(TRANSITION_MS);

  it('create: 201 with AWS’s members in AWS’s order, and no others', async () => {
    const answer = await api.call(create('f', { Environment: { Variables: { AB: 'c' } } }));
    assert.equal(answer.status, 201);
    assert.equal(answer.headers['content-type'], 'application/json');
    const { CodeSha256, RevisionId, RuntimeVersionConfig, ...rest } = answer.json;
    assert.deepEqual(Object.keys(answer.json), [
      'FunctionName',
      'FunctionArn',
      'Runtime',
      'Role',
      'Handler',
      'CodeSize',
      'Description',
      'Timeout',
      'MemorySize',
      'LastModified',
      'CodeSha256',
      'Version',
      'Environment',
      'TracingConfig',
      'RevisionId',
      'State',
      'StateReason',
      'StateReasonCode',
      'PackageType',
      'Architectures',
      'EphemeralStorage',
      'SnapStart',
      'RuntimeVersionConfig',
      'LoggingConfig',
    ]);
    assert.deepEqual(rest, {
      FunctionName: 'f',
      FunctionArn: `${ARN}f`,
      Runtime: 'nodejs22.x',
      Role: ROLE,
      Handler: 'index.handler',
      CodeSize: ZIP.length,
      Description: '',
      Timeout: 3,
      MemorySize: 128,
      LastModified: '2026-11-22T12:00:00.000+0000',
      Version: '$LATEST',
      Environment: { Variables: { AB: 'c' } },
      TracingConfig: { Mode: 'PassThrough' },
      State: 'Pending',
      StateReason: 'The function is being created.',
      StateReasonCode: 'Creating',
      PackageType: 'Zip',
      Architectures: ['x86_64'],
      EphemeralStorage: { Size: 512 },
      SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
      LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/f' },
    });
    assert.match(String(CodeSha256), /^[A-Za-z0-9+/]{43}=$/);
    assert.match(String(RevisionId), /^[0-9a-f-]{36}$/);
    assert.match(JSON.stringify(RuntimeVersionConfig), /arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}/);
  });

  it('create: keeps every setting that it is given', async () => {
    await api.call(
      create('f', {
        Runtime: 'python3.13',
        Description: 'd',
        Timeout: 900,
        MemorySize: 10_240,
        Architectures: ['arm64'],
        EphemeralStorage: { Size: 10_240 },
        TracingConfig: { Mode: 'Active' },
        DeadLetterConfig: { TargetArn: 'arn:aws:sqs:us-east-1:000000000000:dlq' },
        KMSKeyArn: 'arn:aws:kms:us-east-1:000000000000:key/k',
        VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] },
        FileSystemConfigs: [
          {
            Arn: 'arn:aws:elasticfilesystem:us-east-1:000000000000:access-point/fsap-0123456789abcdef0',
            LocalMountPath: '/mnt/x',
          },
        ],
        SnapStart: { ApplyOn: 'PublishedVersions' },
        LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'WARN', LogGroup: '/my/group' },
        Tags: { k: 'v' },
      }),
    );
    const { Configuration, Tags } = (await get('f')) as {
      Configuration: Record<string, unknown>;
      Tags: unknown;
    };
    assert.deepEqual(Tags, { k: 'v' });
    const members = [
      'Description',
      'Timeout',
      'MemorySize',
      'Architectures',
      'EphemeralStorage',
      'TracingConfig',
      'DeadLetterConfig',
      'KMSKeyArn',
      'VpcConfig',
      'FileSystemConfigs',
      'SnapStart',
      'LoggingConfig',
    ];
    assert.deepEqual(Object.fromEntries(members.map(member => [member, Configuration[member]])), {
      Description: 'd',
      Timeout: 900,
      MemorySize: 10_240,
      Architectures: ['arm64'],
      EphemeralStorage: { Size: 10_240 },
      TracingConfig: { Mode: 'Active' },
      DeadLetterConfig: { TargetArn: 'arn:aws:sqs:us-east-1:000000000000:dlq' },
      KMSKeyArn: 'arn:aws:kms:us-east-1:000000000000:key/k',
      VpcConfig: {
        SubnetIds: ['subnet-1'],
        SecurityGroupIds: ['sg-1'],
        VpcId: '',
        Ipv6AllowedForDualStack: false,
      },
      FileSystemConfigs: [
        {
          Arn: 'arn:aws:elasticfilesystem:us-east-1:000000000000:access-point/fsap-0123456789abcdef0',
          LocalMountPath: '/mnt/x',
        },
      ],
      SnapStart: { ApplyOn: 'PublishedVersions', OptimizationStatus: 'Off' },
      LoggingConfig: {
        LogFormat: 'JSON',
        ApplicationLogLevel: 'INFO',
        SystemLogLevel: 'WARN',
        LogGroup: '/my/group',
      },
    });
  });

  it('create: SnapStart is for some runtimes only', async () => {
    const SnapStart = { ApplyOn: 'PublishedVersions' };
    for (const Runtime of [
      'java11',
      'java25',
      'java17.al2023',
      'python3.12',
      'python3.14',
      'dotnet8',
      'dotnet10',
    ])
      await api.call(create(Runtime.replace('.', '-'), { Runtime, SnapStart }));
    for (const Runtime of [
      'java8.al2',
      'python3.9',
      'python3.11',
      'dotnet6',
      'nodejs24.x',
      'provided.al2023',
    ]) {
      const { message } = await api.refused(create('f', { Runtime, SnapStart }));
      assert.equal(message, `${Runtime} is not supported for SnapStart enabled functions.`);
      await api.call(create(Runtime.replace('.', '-'), { Runtime, SnapStart: { ApplyOn: 'None' } }));
    }
  });

  it('create: image functions have no runtime and no handler', async () => {
    const image = {
      Runtime: undefined,
      Handler: undefined,
      PackageType: 'Image',
      Code: { ImageUri: 'img:1' },
    };
    const answer = await api.call(create('img', { ...image, ImageConfig: { Command: ['a.b'] } }));
    assert.ok(!('Runtime' in answer.json) && !('Handler' in answer.json));
    assert.ok(!('RuntimeVersionConfig' in answer.json));
    assert.deepEqual(answer.json['ImageConfigResponse'], { ImageConfig: { Command: ['a.b'] } });
    const { Code } = (await get('img')) as { Code: unknown };
    assert.deepEqual(Code, { RepositoryType: 'ECR', ImageUri: 'img:1', ResolvedImageUri: 'img:1' });
    const texts: [Record<string, unknown>, string][] = [
      [
        { ...image, Handler: 'x' },
        "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.",
      ],
      [{ ...image, Code: {} }, 'Please provide ImageUri when creating a function with packageType Image.'],
      [
        { Code: { ImageUri: 'x' } },
        "Please don't provide ImageUri when creating a function with packageType Zip.",
      ],
      [{ Code: {} }, 'Please provide a source for function code.'],
      [
        { Code: { ZipFile: ZIP.toString('base64'), S3Bucket: 'bucket', S3Key: 'k' } },
        'Please do not provide other FunctionCode parameters when providing a ZipFile.',
      ],
    ];
    for (const [change, message] of texts)
      assert.equal((await api.refused(create('other', change))).message, message);
  });

  it('create: reports all violations of the model at once', async () => {
    const error = await api.refused(create('f', { Role: undefined, Timeout: 0, Architectures: [] }));
    assert.equal(
      error.message,
      "3 validation errors detected: Value null at 'role' failed to satisfy constraint: Member must not be null; Value '0' at 'timeout' failed to satisfy constraint: Member must have value greater than or equal to 1; Value '[]' at 'architectures' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
    assert.equal(
      (await api.refused(create('f', { Environment: { Variables: { 'bad-key': 's3cret' } } }))).message,
      "1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]",
    );
    assert.equal(
      (await api.refused(create('f', { Handler: '' }))).message,
      "1 validation error detected: Value '' at 'handler' failed to satisfy constraint: Member must satisfy regular expression pattern: [^\\s]+",
    );
    assert.equal(
      (
        await api.refused(
          create('f', {
            FileSystemConfigs: [{ Arn: 'x', LocalMountPath: '/mnt/a' }],
          }),
        )
      ).message.slice(0, 90),
      "1 validation error detected: Value 'x' at 'fileSystemConfigs.1.member.arn' failed to satis",
    );
  });

  it('create: tells a wrong JSON type from a wrong value, and both from what is no JSON', async () => {
    const wrongTypes: [Record<string, unknown>, string][] = [
      [{ Timeout: '3' }, 'STRING_VALUE can not be converted to an Integer'],
      [{ Description: 3 }, 'NUMBER_VALUE can not be converted to a String'],
      [{ Description: true }, 'TRUE_VALUE can not be converted to a String'],
      [{ Publish: 'no' }, 'STRING_VALUE can not be converted to a Boolean'],
      [{ Environment: 'x' }, 'Unexpected field type'],
      [{ Architectures: 'arm64' }, 'Unexpected field type'],
      [{ Handler: ['x'] }, 'Start of structure or map found where not expected.'],
    ];
    for (const [change, message] of wrongTypes) {
      const error = await api.refused(create('f', change));
      assert.equal(error.code, 'SerializationException');
      assert.equal(error.status, 400);
      assert.equal(error.message, message);
    }
    const broken = await api.refused({ ...create('f'), body: '{"FunctionName":' });
    assert.equal(broken.code, 'InvalidRequestContentException');
    assert.match(broken.message, /^Could not parse request body into json: Unexpected end-of-input/);
    assert.equal(
      (await api.refused({ ...create('f'), body: '' })).message.slice(0, 29),
      '3 validation errors detected:',
    );
    const fraction = await api.call(create('f', { Timeout: 4.9, Unknown: { x: 1 }, Description: null }));
    assert.equal(fraction.json['Timeout'], 4);
  });

  it('create: refuses limits beyond those of ordinary functions and levels without JSON', async () => {
    const texts: [Record<string, unknown>, string][] = [
      [
        { MemorySize: 10_241 },
        "'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to 10240",
      ],
      [
        { Timeout: 901 },
        "'Timeout' value failed to satisfy constraint: Member must have value less than or equal to 900",
      ],
      [
        { LoggingConfig: { ApplicationLogLevel: 'INFO' } },
        'LogLevel is not supported when LogFormat is set to "Text". Remove LogLevel from your request or change the LogFormat to "Json" and try again.',
      ],
    ];
    for (const [change, message] of texts)
      assert.equal((await api.refused(create('f', change))).message, message);
  });

  it('never ignore what they cannot do yet', async () => {
    await api.call(create('f'));
    settle();
    for (const change of [
      { PublishTo: 'LATEST_PUBLISHED' },
      { DurableConfig: {} },
      {
        CapacityProviderConfig: {
          LambdaManagedInstancesCapacityProviderConfig: {
            CapacityProviderArn: 'arn:aws:lambda:us-east-1:000000000000:capacity-provider:c',
          },
        },
      },
      {
        RuntimeConfig: {
          RuntimeArn: 'arn:aws:lambda:us-east-1:000000000000:runtime/mine',
          RuntimeAlias: 'live',
        },
      },
      { AcceleratorConfig: { AcceleratorMemorySize: 8 } },
      { TenancyConfig: { TenantIsolationMode: 'PER_TENANT' } },
    ]) {
      const error = await api.refused(create('g', change));
      assert.equal(error.status, 501);
      assert.equal(error.code, 'UnsupportedOperationException');
      assert.ok(error.message.includes(Object.keys(change)[0]!), error.message);
    }
  });
});
