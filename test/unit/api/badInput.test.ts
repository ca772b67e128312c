/** Requests that nobody sends on purpose: deep, huge, doubled, mistyped, oddly encoded. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { OperationName } from '../../../src/host/api/operation.ts';
import { OPERATIONS } from '../../../src/host/api/shapes/operations.generated.ts';
import { AwsError } from '../../../src/protocol/awsError.ts';
import { apiRequest } from '../../helpers/apiRequest.ts';
import { sampleInput } from '../../helpers/modelSamples.ts';
import {
  ARN,
  create,
  createBody,
  onFunction,
  openApi,
  type ApiFixture,
  type ApiRequest,
} from './apiFixture.ts';

const creating = (body: unknown): ApiRequest => ({ ...create('f'), body });
/** The JSON of a CreateFunction with one more member, as it is. */
const withMember = (name: string, json: string): string =>
  `${JSON.stringify(createBody('f')).slice(0, -1)},"${name}":${json}}`;
const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

describe('bad input', () => {
  let api: ApiFixture;
  beforeEach(async () => {
    api = await openApi();
  });
  afterEach(() => api.close());

  const messageOf = async (request: ApiRequest): Promise<string> => (await api.refused(request)).message;

  it('unknown members are ignored, whatever is in them', async () => {
    for (const [index, json] of ['null', '{"a":[1]}', nested(900), '"\\u0000"'].entries()) {
      const body = withMember('Unknown', json).replace('"f"', `"f${index}"`);
      assert.equal((await api.call(creating(body))).status, 201);
    }
    const named = withMember('__proto__', '{"Timeout":7}').replace('"f"', '"proto"');
    assert.equal((await api.call(creating(named))).json['Timeout'], 3);
    const inherited = await api.refused(creating('{"constructor":{},"toString":1}'));
    assert.match(inherited.message, /^3 validation errors detected: /);
  });

  it('of members that are there twice the last counts', async () => {
    assert.equal((await api.call(creating(withMember('Timeout', '4,"Timeout":5')))).json['Timeout'], 5);
  });

  it('JSON is as deep as Lambda’s parser takes, and no deeper', async () => {
    assert.equal((await api.call(creating(withMember('Unknown', nested(999))))).status, 201);
    for (const levels of [1_000, 100_000, 3_000_000]) {
      const error = await api.refused(creating(withMember('Unknown', nested(levels))));
      assert.equal(error.code, 'InvalidRequestContentException');
      assert.match(
        error.message,
        /^Could not parse request body into json: Document nesting depth \(1001\) exceeds/,
      );
    }
    assert.equal(
      await messageOf(creating(withMember('Description', nested(500)))),
      'Start of structure or map found where not expected.',
    );
  });

  it('huge values are refused', async () => {
    // Anything worse than linear would take longer than a test may.
    const long = 'x'.repeat(5_000_000);
    assert.match(
      (await messageOf(creating(createBody('f', { Description: long })))).slice(-200),
      /at 'description' failed to satisfy constraint: Member must have length less than or equal to 256$/,
    );
    assert.match(
      (await messageOf(creating(createBody(long)))).slice(-400),
      /at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 140$/,
    );
    const wide = `[${'{},'.repeat(200_000)}{}]`;
    assert.equal((await api.call(creating(withMember('Unknown', wide)))).status, 201);
    const tags = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`k${index}`, 'v']));
    assert.equal(
      await messageOf(creating(createBody('g', { Tags: tags }))),
      'Number of tags exceeds resource tag limit.',
    );
  });

  it('bodies that are no JSON object', async () => {
    const parse = 'Could not parse request body into json: ';
    assert.ok(
      (await messageOf(creating(Buffer.from([0x7b, 0x22, 0xff])))).startsWith(
        `${parse}Invalid UTF-8 start byte 0xff\n`,
      ),
    );
    assert.ok(
      (await messageOf(creating('{'))).startsWith(
        `${parse}Unexpected end-of-input: expected close marker for Object`,
      ),
    );
    assert.ok(
      (await messageOf(creating('{"a":1}}'))).startsWith(`${parse}Unexpected character ('}' (code 125))`),
    );
    for (const body of ['[]', '7', '"x"', 'true', 'null'])
      assert.equal(await messageOf(creating(body)), 'Unexpected field type', body);
    assert.match(
      await messageOf(creating('')),
      /^3 validation errors detected: Value null at 'functionName'/,
    );
  });

  it('numbers are cut and saturate', async () => {
    const { json } = await api.call(creating(withMember('Timeout', '4.9')));
    assert.equal(json['Timeout'], 4);
    assert.match(
      await messageOf(creating(withMember('Timeout', '1e400'))),
      /Value '2147483647' at 'timeout'/,
    );
    assert.match(
      await messageOf(creating(withMember('Timeout', '-1e99'))),
      /Value '-2147483648' at 'timeout'/,
    );
    assert.match(await messageOf(creating(withMember('Timeout', '-0'))), /Value '0' at 'timeout'/);
    for (const MaxItems of ['x', '', '1.5', '0x10', 'Infinity', '1e1'])
      assert.equal(
        await messageOf({ method: 'GET', path: '/2015-03-31/functions', query: { MaxItems } }),
        'STRING_VALUE can not be converted to an Integer',
      );
  });

  it('names with encoded slashes, NUL, and letters of other alphabets', async () => {
    for (const [encoded, name] of [
      ['a%2Fb', 'a/b'],
      ['a%00', 'a\0'],
      ['%C3%BC', 'ü'],
      ['%F0%9F%A6%8A', '🦊'],
      ['..', '..'],
      ['%2e%2e%2f', '../'],
      ['%20', ' '],
    ] as const)
      for (const operation of ['', '/configuration', '/code', '/invocations']) {
        const method = operation === '/invocations' ? 'POST' : operation === '/code' ? 'PUT' : 'GET';
        const error = await api.refused({ method, path: `/2015-03-31/functions/${encoded}${operation}` });
        // A name of dots only is one for the operations that take names with dots, of a function that is not there.
        if (name === '..' && operation !== '/code')
          assert.match(error.message, /^Function not found: .*:function:\.\./);
        else
          assert.ok(
            error.message.startsWith(`1 validation error detected: Value '${name}' at 'functionName' failed`),
            error.message,
          );
      }
    await api.call(create('f'));
    for (const [encoded, name] of [
      ['a%2Fb', 'a/b'],
      ['a%00', 'a\0'],
      ['%C3%BC', 'ü'],
      ['%F0%9F%A6%8A', '🦊'],
    ] as const)
      for (const [path, member] of [
        [`/2015-03-31/functions/f/aliases/${encoded}`, 'name'],
        [`/2018-10-31/layers/${encoded}/versions/1`, 'layerName'],
        [`/2015-03-31/event-source-mappings/${encoded}`, 'uUID'],
        [`/2020-04-22/code-signing-configs/${encoded}`, 'codeSigningConfigArn'],
        [`/2017-03-31/tags/${encoded}`, 'resource'],
      ] as const) {
        const message = await messageOf({ method: 'GET', path });
        assert.ok(message.includes(`Value '${name}' at '${member}' failed`), message);
      }
    for (const path of [
      '/2015-03-31/functions/%',
      '/2015-03-31/functions/%E0%A4%A',
      '/2015-03-31//functions',
    ])
      assert.equal((await api.refused({ method: 'GET', path })).code, 'UnknownOperationException', path);
    assert.match(
      await messageOf(onFunction('GET', '', '/configuration')),
      /Value '' at 'functionName' .* length greater than or equal to 1/,
    );
    assert.equal(await messageOf(onFunction('GET', `${ARN}f%2Fx`)).then(text => text.includes('%2Fx')), true);
  });

  it('any JSON for any operation gets an answer in AWS’s shape', async () => {
    const names = (Object.keys(OPERATIONS) as OperationName[]).filter(name => !name.startsWith('Invoke'));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.json({ maxDepth: 4 }),
        fc.dictionary(
          fc.constantFrom('Timeout', 'Tags', 'Layers', 'Code', 'Name', 'Environment', 'VpcConfig'),
          fc.jsonValue(),
        ),
        async (name, body, members) => {
          const { method, url } = apiRequest(name, sampleInput(name));
          const [path = '', query] = url.split('?');
          for (const sent of [body, { ...sampleInput(name), ...members }])
            await api
              .call({ method, path, query: Object.fromEntries(new URLSearchParams(query)), body: sent })
              .catch((error: unknown) => {
                if (!(error instanceof AwsError)) throw error;
              });
        },
      ),
      { numRuns: 300 },
    );
  });
});
