import assert from 'node:assert/strict';
import { OPERATIONS as SHAPES } from '../../../src/host/api/shapes/operations.generated.ts';
import { TRANSITION_MS } from '../../../src/host/functions/functionState.ts';
import { ARN, create, onFunction, openApi, ZIP, type ApiFixture } from './apiFixture.ts';

const OPERATIONS = Object.entries(SHAPES).map(([name, shape]) => ({ name, ...shape }));

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

  it('answer for each of the model’s 91 by its name, and for nothing else', async () => {
    assert.equal(OPERATIONS.length, 91);
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
