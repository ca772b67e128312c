/** Every error that was recorded from AWS for the operations that there are, asked for and compared word by word. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { makeZip } from '../functions/zipFixture.ts';
import { ARN, create, onFunction, openApi, type ApiFixture, type ApiRequest } from './apiFixture.ts';

interface Recorded {
  readonly code: string;
  readonly status: number;
  readonly message: string;
}

const a = (times: number): string => 'a'.repeat(times);

const RECORDED = new Map<string, Recorded>(
  readFileSync(path.join(import.meta.dirname, '../../fixtures/lambdaErrors.txt'), 'utf8')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => {
      const [row = '', code = '', status = '', message = ''] = line.split('\t');
      const text = message
        .replace(/<a\*(\d+)>/g, (_, times: string) => a(Number(times)))
        .replaceAll('\\n', '\n');
      return [row, { code, status: Number(status), message: text }];
    }),
);

type Ask = (api: ApiFixture) => ApiRequest | Promise<ApiRequest>;

const LAYER = 'arn:aws:lambda:us-east-1:000000000000:layer:';
const configure = (name: string, body: unknown): ApiRequest =>
  onFunction('PUT', name, '/configuration', { body });
const code = (name: string, body: unknown): ApiRequest => onFunction('PUT', name, '/code', { body });
const get = (name: string, qualifier?: string): ApiRequest =>
  onFunction('GET', name, '', qualifier === undefined ? {} : { query: { Qualifier: qualifier } });
const getConfiguration = (name: string, qualifier?: string): ApiRequest =>
  onFunction(
    'GET',
    name,
    '/configuration',
    qualifier === undefined ? {} : { query: { Qualifier: qualifier } },
  );
const remove = (name: string, qualifier?: string): ApiRequest =>
  onFunction('DELETE', name, '', qualifier === undefined ? {} : { query: { Qualifier: qualifier } });
const invoke = (name: string, qualifier?: string, body: unknown = '{}'): ApiRequest =>
  onFunction('POST', name, '/invocations', {
    body,
    ...(qualifier === undefined ? {} : { query: { Qualifier: qualifier } }),
  });

/** With a function "fn" that is Active, or of this kind. */
const having =
  (ask: ApiRequest, change: Readonly<Record<string, unknown>> = {}, settle = true): Ask =>
  async api => {
    await api.call(create('fn', change));
    if (settle) api.clock.advance(1_000);
    return ask;
  };

const IMAGE = {
  PackageType: 'Image',
  Runtime: undefined,
  Handler: undefined,
  Code: { ImageUri: '000000000000.dkr.ecr.us-east-1.amazonaws.com/i:latest' },
};
const ELSEWHERE = 'arn:aws:lambda:ap-southeast-1:000000000000:function:fn';
const runtime = (name: string): ApiRequest => create('fn', { Runtime: name });
const tags = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 'v']));
const layers = (...names: string[]): string[] => names.map(name => LAYER + name);
const BIG = 'x'.repeat(4_096);

/** Part A and C: row → request. */
const CASES: Readonly<Record<string, ApiRequest | Ask>> = {
  52: create('arn:aws:lambda:us-east-1:111111111111:function:fn'),
  53: create('fn', { Tags: tags }),
  54: create('fn', { Layers: layers('a:1', 'b:1', 'c:1', 'd:1', 'e:1', 'f:1') }),
  55: create(a(65)),
  56: create('fn', { Code: { S3Bucket: 'no-such-bucket', S3Key: 'k' } }),
  59: create('fn', { Code: { ZipFile: Buffer.from('no zip').toString('base64') } }),
  60: runtime('dotnetcore3.1'),
  61: runtime('go1.x'),
  62: runtime('java8'),
  63: runtime('nodejs12.x'),
  64: runtime('nodejs14.x'),
  65: runtime('provided'),
  66: runtime('python3.7'),
  67: runtime('ruby2.7'),
  70: create('fn', { Layers: ['arn:aws:lambda:eu-west-1:000000000000:layer:l:1'] }),
  72: runtime('non-existent-runtime'),
  73: create('fn', {
    Code: {
      ZipFile: makeZip([{ name: 'bomb', content: 'x', declaredSize: 262_144_001 }]).toString('base64'),
    },
  }),
  75: runtime('PYTHON3.9'),
  76: { ...create('fn'), body: Buffer.alloc(70_167_212) },
  77: create('fn', { Code: { ZipFile: Buffer.alloc(52_428_801).toString('base64') } }),
  78: create('arn:aws:lambda:ap-southeast-1:000000000000:function:fn'),
  80: create('fn', { Role: 'r1' }),
  81: create('fn', { SnapStart: { ApplyOn: 'invalidOption' } }),
  83: create('fn', { Architectures: ['X86_64'] }),
  84: create('invalid:function:name'),
  86: create('fn', { Architectures: ['x86_64', 'arm64'] }),
  99: remove('no-such-function', '$LATEST'),
  100: remove(`${ARN}fn:1`, '2'),
  101: remove(ELSEWHERE),
  102: async api => {
    await api.call(create('fn'));
    await api.call(remove('fn'));
    return remove('fn');
  },
  103: remove('fn'),
  104: remove('fn', '1'),
  105: remove('fn'),
  125: get(`${ARN}fn:1`, '2'),
  126: get(ELSEWHERE),
  127: get('fn'),
  128: get('some-function:$LATEST'),
  129: having(get(`${ARN}fn:aliasdoesnotexist`)),
  130: having(get('fn', '1221')),
  131: having(get('fn', 'aliasdoesnotexist')),
  137: getConfiguration(`${ARN}fn:1`, '2'),
  138: getConfiguration(ELSEWHERE),
  139: getConfiguration('fn'),
  140: getConfiguration('some-function:$LATEST'),
  141: having(getConfiguration('fn', '1221')),
  183: invoke('fn', undefined, Buffer.from([0x99, 0x41])),
  184: invoke('fn', undefined, Buffer.from([0xe5, 0x87, 0xa5])),
  185: invoke(ELSEWHERE),
  186: having(invoke('fn', 'non-existent-alias')),
  188: invoke('doesnotexist'),
  194: invoke('arn:aws:lambda:us-east-1:123400000000@function:myfn'),
  197: { method: 'GET', path: '/2015-03-31/functions', query: { FunctionVersion: 'invalid' } },
  284: having(code('fn', { ImageUri: 'x' })),
  285: having(code('fn', { S3Bucket: 'no-such-bucket', S3Key: 'k' })),
  287: having(code('fn', { ZipFile: 'UEsFBg==' }), IMAGE),
  288: having(code('fn', { ZipFile: 'UEsFBg==', RevisionId: 'wrong' })),
  289: async api => {
    await having(get('fn'))(api);
    await api.call(configure('fn', { Timeout: 4 }));
    return code('fn', { ZipFile: 'UEsFBg==' });
  },
  290: having(configure('fn', { Layers: layers('doesnotexist:1') })),
  291: having(configure('fn', { Layers: layers('layer:9') })),
  292: having(configure('fn', { Layers: layers('layer:1', 'layer:1') })),
  293: having(configure('fn', { Layers: layers('layer:1', 'layer:2', 'layer:3') })),
  294: having(configure('fn', { Layers: layers('layer:1', 'layer:2') })),
  295: having(configure('fn', { Runtime: 'non-existent-runtime' })),
  296: having(configure('fn', { Runtime: 'PYTHON3.9' })),
  297: having(configure('fn', { RevisionId: 'wrong' })),
  298: async api => {
    await having(get('fn'))(api);
    await api.call(configure('fn', { Timeout: 4 }));
    return configure('fn', { Timeout: 5 });
  },
  299: having(configure('fn', { Role: 'r1' })),
  300: having(configure('fn', { Layers: [`${LAYER}layer`] })),
  C2: async api => {
    await api.call(create('my-fn'));
    return create('my-fn');
  },
  C3: create('fn', { Environment: { Variables: { AWS_REGION: 'x', FINE: 'y' } } }),
  C4: create('fn', { Runtime: undefined }),
  C5: create('fn', { MemorySize: 127 }),
  C7: create('fn', { Code: { ZipFile: '' } }),
  C11: having(configure('fn', { Timeout: 4 }), {}, false),
  C28: invoke('fn', undefined, Buffer.alloc(6_291_457, ' ')),
  C42: having(
    configure('fn', {
      CapacityProviderConfig: {
        LambdaManagedInstancesCapacityProviderConfig: {
          CapacityProviderArn: 'arn:aws:lambda:us-east-1:000000000000:capacity-provider:c',
        },
      },
    }),
  ),
};

/** Rows whose text holds a value that the recording left out: asked for with ours in it. */
const WITH_VALUE: Readonly<Record<string, { readonly ask: ApiRequest; readonly value: [string, string] }>> = {
  68: {
    ask: create('fn', { Environment: { Variables: { LARGE_VAR: BIG } } }),
    value: ['xxxx…', BIG],
  },
  69: {
    ask: create('fn', { Environment: { Variables: { SMALL_VAR: 'ok', LARGE_VAR: BIG } } }),
    value: ['xxxx…', BIG],
  },
  79: {
    ask: create(`${ARN}fn${a(100)}`),
    value: ['function:fn', `function:fn${a(100)}`],
  },
  82: {
    ask: create('fn', { VpcConfig: { SubnetIds: ['bad!'] } }),
    value: ['<subnet_id_2>', 'bad!'],
  },
  85: {
    ask: create('fn', { VpcConfig: { SecurityGroupIds: ['bad!'] } }),
    value: ['<security_group_id_2>', 'bad!'],
  },
};

/** What needs a service that is not embedded: nothing here can be missing in it. */
const ELSEWHERES = ['57', '58', '71', '74', '286'];

/** Part B: the names, with the row of each operation; operations without a row are not refused. */
const D = 'arn:aws:lambda:us-east-1:000000000000:function:my-function';
const LONG = `arn:aws:lambda:invalid-region:000000000000:function:my-function${a(170)}`;
const LONGER = `arn:aws:lambda:invalid-region:000000000000:function:my-function-${a(170)}`;
interface NameCase {
  readonly name: string;
  readonly qualifier?: string;
  /** How CreateFunction, which has no Qualifier, is given both. */
  readonly created?: string;
  readonly rows: Partial<Record<'G' | 'D' | 'I' | 'C', number>>;
}
const all = (row: number, createRow: number): NameCase['rows'] => ({ G: row, D: row, I: row, C: createRow });
const NAMES: readonly NameCase[] = [
  { name: '*', rows: all(313, 314) },
  { name: 'my-function!', rows: all(315, 316) },
  { name: 'my-function', qualifier: 'invalid!', rows: all(317, 318) },
  { name: 'my-function', qualifier: a(129), rows: all(319, 320) },
  { name: 'invalid-account:function:my-function', rows: all(321, 322) },
  { name: 'arn:aws:lambda:invalid-region:000000000000:function:my-function', rows: all(323, 324) },
  { name: 'arn:aws:ec2:us-east-1:000000000000:instance:i-1234567890abcdef0', rows: all(325, 326) },
  { name: a(65), rows: { G: 327, D: 327, I: 328, C: 329 } },
  { name: LONG, rows: { G: 330, I: 330, D: 331, C: 332 } },
  { name: LONGER, qualifier: a(129), rows: { G: 333, I: 333, D: 334, C: 335 } },
  { name: 'my-function', qualifier: a(65), rows: { G: 336, I: 336, D: 337 } },
  { name: `${D}:1:2`, rows: all(339, 340) },
  { name: 'function', rows: { G: 341, D: 341, I: 342 } },
  { name: 'function:my-function:$LATEST:extra', rows: all(344, 345) },
  { name: `${D}:$LATEST`, qualifier: '1', rows: all(346, 347) },
  {
    name: 'my-function',
    qualifier: '$latest',
    created: `${D}:$latest`,
    rows: { G: 348, I: 348, D: 349, C: 350 },
  },
  { name: 'arn:aws:lambda::000000000000:function:my-function', rows: all(351, 352) },
  { name: 'arn:aws:lambda:us-east-1::function:my-function', rows: all(353, 354) },
  { name: `${D}:$LATES`, rows: all(355, 356) },
];
const OPERATIONS = { G: get, D: remove, I: invoke } as const;

describe('errors recorded from AWS', () => {
  let api: ApiFixture;
  beforeEach(async () => {
    api = await openApi();
  });
  afterEach(() => api.close());

  const recorded = (row: string | number): Recorded => {
    const found = RECORDED.get(String(row));
    assert.ok(found, `row ${row} is in the fixture`);
    return found;
  };

  async function compare(ask: ApiRequest, row: string | number, value?: [string, string]): Promise<void> {
    const wanted = recorded(row);
    const error = await api.refused(ask);
    const body = { [error.messageKey]: error.message, ...error.members };
    const message = body['message'] ?? body['Message'];
    const text = value === undefined ? wanted.message : wanted.message.replace(value[0], value[1]);
    assert.deepEqual(
      { code: error.code, status: error.status, message },
      { code: wanted.code, status: wanted.status, message: wanted.message === '*(null)*' ? null : text },
    );
  }

  for (const [row, ask] of Object.entries(CASES))
    it(`row ${row}: ${RECORDED.get(row)?.message.slice(0, 70) ?? ''}`, async () =>
      compare(typeof ask === 'function' ? await ask(api) : ask, row));

  for (const [row, { ask, value }] of Object.entries(WITH_VALUE))
    it(`row ${row}, with a value`, () => compare(ask, row, value));

  for (const { name, qualifier, created, rows } of NAMES)
    for (const [operation, row] of Object.entries(rows) as ['G' | 'D' | 'I' | 'C', number][])
      it(`row ${row}: ${operation} ${name.slice(0, 60)} ${(qualifier ?? '').slice(0, 10)}`, () =>
        compare(
          operation === 'C'
            ? create(created ?? (qualifier === undefined ? name : `${name}:${qualifier}`))
            : OPERATIONS[operation](name, qualifier),
          row,
        ));

  it('leave no recorded row unasked', () => {
    const asked = new Set([
      ...Object.keys(CASES),
      ...Object.keys(WITH_VALUE),
      ...ELSEWHERES,
      ...NAMES.flatMap(({ rows }) => Object.values(rows).map(String)),
    ]);
    assert.deepEqual(
      [...RECORDED.keys()].filter(row => !asked.has(row)),
      [],
    );
  });

  it('have the members of the body that AWS sends', async () => {
    const members = async (ask: ApiRequest): Promise<[string, string | undefined]> => {
      const error = await api.refused(ask);
      return [error.messageKey, error.type];
    };
    assert.deepEqual(await members(create('fn', { Role: 'r1' })), ['message', undefined]);
    assert.deepEqual(await members(get('fn')), ['Message', 'User']);
    assert.deepEqual(await members(create(a(65))), ['message', 'User']);
    assert.deepEqual(await members(CASES['C28'] as ApiRequest), ['Message', undefined]);
    assert.deepEqual(await members(create('fn', { Role: undefined, Code: undefined })), [
      'message',
      undefined,
    ]);
  });
});
