import assert from 'node:assert/strict';
import type { OperationName } from '../../../src/host/api/operation.ts';
import { findRoute } from '../../../src/host/api/router.ts';
import { OPERATIONS as SHAPES } from '../../../src/host/api/shapes/operations.generated.ts';
import { TRANSITION_MS } from '../../../src/host/functions/functionState.ts';
import { apiRequest } from '../../helpers/apiRequest.ts';
import { sampleInput } from '../../helpers/modelSamples.ts';
import { ARN, create, onFunction, openApi, ZIP, type ApiFixture } from './apiFixture.ts';

const OPERATIONS = Object.entries(SHAPES).map(([name, shape]) => ({ name: name as OperationName, ...shape }));
const DURABLE = 'arn:aws:lambda:us-east-1:000000000000:function:f:1/durable-execution/a/b';

describe('the operations of the Lambda API', () => {
  let api: ApiFixture;
  beforeEach(async () => {
    api = await openApi();
  });
  afterEach(() => api.close());

  const settle = (): void => api.clock.advance(TRANSITION_MS);

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

  it('are found by method and path, with and without a trailing slash', () => {
    assert.equal(OPERATIONS.length, 91);
    for (const { name } of OPERATIONS) {
      const input = sampleInput(name);
      const { method, url } = apiRequest(name, input);
      const [path = '', query] = url.split('?');
      for (const at of [path, `${path}/`]) {
        const route = findRoute(method, at, () => new URLSearchParams(query));
        assert.equal(route?.operation, name);
        for (const [label, value] of Object.entries(route.labels)) assert.equal(value, String(input[label]));
      }
    }
  });

  it('say by name what is not supported, and only of a request that could be', async () => {
    const path = `/2025-12-01/durable-executions/${encodeURIComponent(DURABLE)}`;
    const error = await api.refused({ method: 'GET', path });
    assert.equal(error.message, 'The operation GetDurableExecution is not supported by Lamplight.');
    assert.equal(error.status, 501);
    assert.equal(error.type, 'User');
    const bad = await api.refused({ method: 'GET', path: '/2025-12-01/durable-executions/x' });
    assert.match(bad.message, /^1 validation error detected: Value 'x' at 'durableExecutionArn' /);
  });

  it('there are no others', async () => {
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
    for (const { name, path } of OPERATIONS) {
      if (/^(Get|List|Invoke|CheckpointDurable|SendDurable)/.test(name)) continue;
      const sample = sampleInput(name);
      const input = 'FunctionName' in sample ? { ...sample, FunctionName: 'f' } : sample;
      const { url, ...request } = apiRequest(name, input);
      const [pathname = '', query] = url.split('?');
      const error = await api.refused(
        as({ ...request, path: pathname, query: Object.fromEntries(new URLSearchParams(query)) }),
      );
      assert.equal(error.code, 'AccessDeniedException', name);
      assert.equal(error.status, 403);
      const { Qualifier, Resource, ResourceArn } = input as Readonly<Record<string, string | undefined>>;
      const arn = [Resource, ResourceArn].find(text => text?.includes(':function:') === true) ?? '*';
      const isInQuery = Qualifier !== undefined && query?.includes('Qualifier=') === true;
      const resource = path.includes('{FunctionName}') ? `${ARN}f${isInQuery ? `:${Qualifier}` : ''}` : arn;
      assert.equal(
        error.message,
        `User: ${caller.arn} is not authorized to perform: lambda:${name} on resource: ${resource} because no identity-based policy allows the lambda:${name} action`,
      );
    }
    assert.equal(api.store.get('f')?.state, 'Active');
    // AWS's order: the model comes first.
    const wrong = { RecursiveLoop: 'InvalidValue' };
    const path = '/2024-08-31/functions/f/recursion-config';
    assert.equal((await api.refused(as({ method: 'PUT', path, body: wrong }))).code, 'ValidationException');
  });
});
