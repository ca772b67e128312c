import assert from 'node:assert/strict';
import { OPERATIONS } from '../../../src/host/api/operations.ts';
import { TRANSITION_MS } from '../../../src/host/functions/functionState.ts';
import { ARN, create, onFunction, openApi, ROLE, ZIP, type ApiFixture } from './apiFixture.ts';

describe('the function operations', () => {
  let api: ApiFixture;
  beforeEach(async () => {
    api = await openApi();
  });
  afterEach(() => api.close());

  const get = async (name: string, query: Record<string, string> = {}) =>
    (await api.call(onFunction('GET', name, '', { query }))).json;
  const settle = (): void => api.clock.advance(TRANSITION_MS);
  const configure = (name: string, body: Record<string, unknown>) =>
    api.call(onFunction('PUT', name, '/configuration', { body }));

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
      { Publish: true },
      { PublishTo: 'LATEST_PUBLISHED' },
      { DurableConfig: {} },
      { CapacityProviderConfig: {} },
      { TenancyConfig: { TenantIsolationMode: 'PER_TENANT' } },
    ]) {
      const error = await api.refused(create('g', change));
      assert.equal(error.status, 501);
      assert.equal(error.code, 'UnsupportedOperationException');
      assert.ok(error.message.includes(Object.keys(change)[0]!), error.message);
    }
    const publish = await api.refused(
      onFunction('PUT', 'f', '/code', { body: { ZipFile: ZIP.toString('base64'), Publish: true } }),
    );
    assert.equal(publish.message, 'UpdateFunctionCode with Publish is not supported by Lamplight.');
  });

  it('get: echo the qualifier, and tags only without one', async () => {
    await api.call(create('f', { Tags: { k: 'v' } }));
    settle();
    const plain = (await get('f')) as { Configuration: Record<string, unknown>; Tags?: unknown };
    assert.equal(plain.Configuration['FunctionArn'], `${ARN}f`);
    assert.equal(plain.Configuration['State'], 'Active');
    assert.equal(plain.Configuration['LastUpdateStatus'], 'Successful');
    assert.ok(!('StateReason' in plain.Configuration));
    assert.deepEqual(plain.Tags, { k: 'v' });
    const qualified = (await get('f', { Qualifier: '$LATEST' })) as typeof plain;
    assert.equal(qualified.Configuration['FunctionArn'], `${ARN}f:$LATEST`);
    assert.ok(!('Tags' in qualified));
    for (const name of [
      'f',
      'function:f',
      '000000000000:function:f',
      `${ARN}f`,
      `${ARN}f:$LATEST`,
      'f:$LATEST',
    ]) {
      const answer = await api.call(onFunction('GET', name, '/configuration'));
      assert.equal(answer.json['FunctionName'], 'f', name);
    }
  });

  it('list: 50 at most, in pages that miss and repeat nothing while functions come and go', async () => {
    assert.deepEqual((await api.call({ method: 'GET', path: '/2015-03-31/functions' })).json, {
      NextMarker: null,
      Functions: [],
    });
    const names = Array.from({ length: 55 }, (_, index) => `f${String(index).padStart(2, '0')}`);
    for (const name of names) await api.call(create(name));
    const list = async (query: Record<string, string>) =>
      (await api.call({ method: 'GET', path: '/2015-03-31/functions/', query })).json as {
        NextMarker: string | null;
        Functions: Record<string, unknown>[];
      };
    const first = await list({ MaxItems: '1000' });
    assert.equal(first.Functions.length, 50);
    assert.ok(first.NextMarker !== null && !first.NextMarker.includes('f49'), 'opaque');
    await api.call(onFunction('DELETE', 'f49'));
    await api.call(create('f495'));
    const second = await list({ Marker: first.NextMarker });
    assert.deepEqual(
      second.Functions.map(item => item['FunctionName']),
      ['f495', ...names.slice(50)],
    );
    assert.equal(second.NextMarker, null);
    const [item] = (await list({ MaxItems: '1', FunctionVersion: 'ALL' })).Functions;
    assert.equal(item?.['FunctionArn'], `${ARN}f00:$LATEST`);
    for (const absent of ['State', 'StateReason', 'LastUpdateStatus', 'RuntimeVersionConfig'])
      assert.ok(!(absent in item), absent);
    const bad = await api.refused({
      method: 'GET',
      path: '/2015-03-31/functions',
      query: { MaxItems: '0' },
    });
    assert.match(bad.message, /Value '0' at 'maxItems' .* greater than or equal to 1$/);
    const marker = await api.refused({
      method: 'GET',
      path: '/2015-03-31/functions',
      query: { Marker: 'made up' },
    });
    assert.equal(marker.code, 'InvalidParameterValueException');
  });

  it('update configuration: keep what is absent, replace what is there', async () => {
    await api.call(
      create('f', {
        Environment: { Variables: { AB: 'c' } },
        Description: 'before',
        DeadLetterConfig: { TargetArn: 'arn:aws:sqs:us-east-1:000000000000:dlq' },
        LoggingConfig: { LogFormat: 'JSON', LogGroup: '/my/group' },
      }),
    );
    settle();
    const updated = await configure('f', { MemorySize: 256 });
    assert.equal(updated.json['LastUpdateStatus'], 'InProgress');
    assert.equal(updated.json['LastUpdateStatusReasonCode'], 'Creating');
    assert.equal(updated.json['State'], 'Active');
    assert.deepEqual(updated.json['Environment'], { Variables: { AB: 'c' } });
    assert.equal(updated.json['Description'], 'before');
    settle();
    const cleared = await configure('f', {
      Environment: {},
      DeadLetterConfig: {},
      LoggingConfig: { LogGroup: '/other' },
      RevisionId: ((await get('f')) as { Configuration: { RevisionId: string } }).Configuration.RevisionId,
    });
    assert.ok(!('Environment' in cleared.json));
    assert.deepEqual(cleared.json['DeadLetterConfig'], {
      TargetArn: 'arn:aws:sqs:us-east-1:000000000000:dlq',
    });
    assert.deepEqual(cleared.json['LoggingConfig'], { LogFormat: 'Text', LogGroup: '/other' });
    settle();
    const last = await configure('f', { DeadLetterConfig: { TargetArn: '' } });
    assert.ok(!('DeadLetterConfig' in last.json));
  });

  it('change the revision with every call and again when it is done, same values or not', async () => {
    const revision = async (): Promise<string> =>
      ((await get('f')) as { Configuration: { RevisionId: string } }).Configuration.RevisionId;
    const seen: string[] = [];
    await api.call(create('f'));
    seen.push(await revision());
    settle();
    seen.push(await revision());
    await configure('f', {});
    seen.push(await revision());
    settle();
    seen.push(await revision());
    assert.equal(new Set(seen).size, 4);
  });

  it('update code: with DryRun only say what would be', async () => {
    await api.call(create('f'));
    settle();
    const before = await get('f');
    const other = Buffer.from(ZIP);
    other[ZIP.length - 1] = 0;
    const dry = await api.call(
      onFunction('PUT', 'f', '/code', {
        body: { ZipFile: ZIP.toString('base64'), Architectures: ['arm64'], DryRun: true },
      }),
    );
    assert.deepEqual(dry.json['Architectures'], ['arm64']);
    const strip = (json: Record<string, unknown>) => ({ ...json, Code: undefined });
    assert.deepEqual(strip(await get('f')), strip(before));
    const real = await api.call(
      onFunction('PUT', 'f', '/code', {
        body: { ZipFile: ZIP.toString('base64'), Architectures: ['arm64'] },
      }),
    );
    assert.deepEqual(real.json['Architectures'], ['arm64']);
    assert.equal(
      (await api.refused(onFunction('PUT', 'f', '/code', { body: { Architectures: ['arm64'] } }))).code,
      'ResourceConflictException',
    );
    settle();
    assert.equal(
      (await api.refused(onFunction('PUT', 'f', '/code', { body: { Architectures: ['arm64'] } }))).message,
      'Please provide a source for function code.',
    );
  });

  it('that come at the same moment are made one after the other: the first wins', async () => {
    const settled = await Promise.allSettled([1, 2, 3].map(() => api.call(create('f'))));
    assert.deepEqual(settled.map(({ status }) => status).sort(), ['fulfilled', 'rejected', 'rejected']);
    for (const outcome of settled)
      if (outcome.status === 'rejected')
        assert.equal((outcome.reason as Error).message, 'Function already exist: f');
    settle();
    const update = () =>
      api.call(onFunction('PUT', 'f', '/code', { body: { ZipFile: ZIP.toString('base64') } }));
    const updates = await Promise.allSettled([update(), update()]);
    assert.deepEqual(updates.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    settle();
    const [gone] = await Promise.allSettled([update(), api.call(onFunction('DELETE', 'f'))]);
    assert.equal(gone.status, 'rejected');
    assert.equal(api.store.get('f'), undefined);
  });

  it('delete: 204 without a body, and the name is free again', async () => {
    await api.call(create('f'));
    const answer = await api.call(onFunction('DELETE', 'f'));
    assert.equal(answer.status, 204);
    assert.equal(answer.body, '');
    assert.equal((await api.call(create('f'))).status, 201);
    assert.equal((await api.call(onFunction('DELETE', 'f', '', { query: { Qualifier: '7' } }))).status, 204);
    assert.equal((await get('f'))['Configuration'] === undefined, false);
  });

  it('account settings count what is there', async () => {
    await api.call(create('f'));
    await api.call(create('g'));
    assert.deepEqual((await api.call({ method: 'GET', path: '/2016-08-19/account-settings/' })).json, {
      AccountLimit: {
        TotalCodeSize: 322_122_547_200,
        CodeSizeUnzipped: 262_144_000,
        CodeSizeZipped: 52_428_800,
        ConcurrentExecutions: 1_000,
        UnreservedConcurrentExecutions: 1_000,
      },
      AccountUsage: { TotalCodeSize: 2 * ZIP.length, FunctionCount: 2 },
    });
  });

  it('answer for each of the 88 by its name, and for nothing else', async () => {
    assert.equal(OPERATIONS.length, 88);
    const there = new Set([
      'CreateFunction',
      'GetFunction',
      'ListFunctions',
      'DeleteFunction',
      'UpdateFunctionCode',
      'GetFunctionConfiguration',
      'UpdateFunctionConfiguration',
      'Invoke',
      'GetAccountSettings',
    ]);
    for (const { name, method, path } of OPERATIONS) {
      if (there.has(name)) continue;
      const [pathname = '', query] = path.replace(/\{\w+\}/g, 'x').split('?');
      for (const at of [pathname, `${pathname}/`]) {
        const error = await api.refused({
          method,
          path: at,
          query: Object.fromEntries(new URLSearchParams(query)),
        });
        assert.equal(error.message, `The operation ${name} is not supported by Lamplight.`);
        assert.equal(error.status, 501);
        assert.equal(error.type, 'User');
      }
    }
    for (const [method, path] of [
      ['GET', '/'],
      ['GET', '/2015-03-31/functions/f/nothing'],
      ['PATCH', '/2015-03-31/functions/f'],
      ['GET', '/2015-03-31/functions/%E0%A4%A'],
      ['GET', '/lamplight-code/../../../etc/passwd'],
      ['GET', '/lamplight-code/xyz'],
    ] as const) {
      const error = await api.refused({ method, path });
      assert.equal(error.code, 'UnknownOperationException', path);
      assert.equal(error.status, 404);
    }
  });

  it('let an environment’s keys read and invoke, and change nothing', async () => {
    await api.call(create('f'));
    settle();
    const caller = {
      kind: 'environment',
      functionName: 'f',
      arn: 'arn:aws:sts::000000000000:assumed-role/lamplight-execution-role/f',
    } as const;
    const as = (request: Parameters<typeof api.call>[0]) => ({ ...request, caller });
    assert.equal((await api.call(as(onFunction('POST', 'f', '/invocations', { body: '{}' })))).status, 200);
    assert.equal((await api.call(as(onFunction('GET', 'f')))).status, 200);
    assert.equal((await api.call(as({ method: 'GET', path: '/2015-03-31/functions' }))).status, 200);
    for (const { name, method, path } of OPERATIONS) {
      if (/^(Get|List|Invoke|CheckpointDurable|SendDurable)/.test(name)) continue;
      const error = await api.refused(as({ method, path: path.replace(/\{\w+\}/g, 'f'), body: '{}' }));
      assert.equal(error.code, 'AccessDeniedException', name);
      assert.equal(error.status, 403);
      const resource = path.includes('{FunctionName}') ? `${ARN}f` : '*';
      assert.equal(
        error.message,
        `User: ${caller.arn} is not authorized to perform: lambda:${name} on resource: ${resource} because no identity-based policy allows the lambda:${name} action`,
      );
    }
    assert.equal(api.store.get('f')?.state, 'Active');
  });
});
