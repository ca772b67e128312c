/** Recursion, runtime management and scaling configuration. */
import assert from 'node:assert/strict';
import { TRANSITION_MS } from '../../../src/host/functions/functionState.ts';
import { ARN, create, onFunction, openApi, type ApiFixture, type ApiRequest } from './apiFixture.ts';

const at =
  (path: (name: string) => string) =>
  (method: string, name: string, more: Partial<ApiRequest> = {}): ApiRequest => ({
    method,
    path: path(encodeURIComponent(name)),
    ...more,
  });
const recursion = at(name => `/2024-08-31/functions/${name}/recursion-config`);
const runtime = at(name => `/2021-07-20/functions/${name}/runtime-management-config`);
const scaling = at(name => `/2025-11-30/functions/${name}/function-scaling-config`);
const RUNTIME = `arn:aws:lambda:us-east-1::runtime:${'a'.repeat(64)}`;

describe('small configurations of functions', () => {
  let api: ApiFixture;
  beforeEach(async () => {
    api = await openApi();
    await api.call(create('f'));
    api.clock.advance(TRANSITION_MS);
    await api.store.versions.publish('f');
    api.store.aliases.put('f', { name: 'live', version: '1', description: '' });
  });
  afterEach(() => api.close());

  it('recursion is terminated unless it is allowed', async () => {
    assert.deepEqual((await api.call(recursion('GET', 'f'))).json, { RecursiveLoop: 'Terminate' });
    const allow = { body: { RecursiveLoop: 'Allow' } };
    assert.deepEqual((await api.call(recursion('PUT', 'f', allow))).json, { RecursiveLoop: 'Allow' });
    assert.deepEqual((await api.call(recursion('GET', 'f'))).json, { RecursiveLoop: 'Allow' });
    assert.equal((await api.refused(recursion('GET', 'none'))).message, `Function not found: ${ARN}none`);
  });

  it('runtimes are managed for each version by itself', async () => {
    assert.deepEqual((await api.call(runtime('GET', 'f'))).json, {
      UpdateRuntimeOn: 'Auto',
      FunctionArn: `${ARN}f`,
    });
    const manual = {
      body: { UpdateRuntimeOn: 'Manual', RuntimeVersionArn: RUNTIME },
      query: { Qualifier: '1' },
    };
    const shown = { UpdateRuntimeOn: 'Manual', FunctionArn: `${ARN}f:1`, RuntimeVersionArn: RUNTIME };
    assert.deepEqual((await api.call(runtime('PUT', 'f', manual))).json, shown);
    assert.deepEqual((await api.call(runtime('GET', 'f:1'))).json, shown);
    assert.equal((await api.call(runtime('GET', 'f:$LATEST'))).json['UpdateRuntimeOn'], 'Auto');
    const update = { body: { UpdateRuntimeOn: 'FunctionUpdate', RuntimeVersionArn: RUNTIME } };
    assert.deepEqual((await api.call(runtime('PUT', 'f', update))).json, {
      UpdateRuntimeOn: 'FunctionUpdate',
      FunctionArn: `${ARN}f`,
    });
    assert.equal(
      (await api.refused(runtime('PUT', 'f', { body: { UpdateRuntimeOn: 'Manual' } }))).status,
      400,
    );
    assert.equal((await api.refused(runtime('GET', 'f:live'))).message, `Function not found: ${ARN}f:live`);
    assert.equal((await api.refused(runtime('GET', 'f:2'))).message, `Function not found: ${ARN}f:2`);
    await api.call(onFunction('PUT', 'f', '/configuration', { body: { Timeout: 4 } }));
    assert.match((await api.refused(runtime('PUT', 'f', update))).message, /update is in progress/);
  });

  it('scaling is stored as it was asked for, and nothing applied', async () => {
    const query = { Qualifier: '1' };
    const config = { MinExecutionEnvironments: 1, MaxExecutionEnvironments: 5 };
    const put = await api.call(scaling('PUT', 'f', { query, body: { FunctionScalingConfig: config } }));
    assert.deepEqual([put.status, put.json], [202, { FunctionState: 'Active' }]);
    assert.deepEqual((await api.call(scaling('GET', 'f', { query }))).json, {
      FunctionArn: `${ARN}f:1`,
      RequestedFunctionScalingConfig: config,
    });
    const bad = { MinExecutionEnvironments: 6, MaxExecutionEnvironments: 5 };
    assert.equal(
      (await api.refused(scaling('PUT', 'f', { query, body: { FunctionScalingConfig: bad } }))).status,
      400,
    );
    const published = await api.refused(scaling('GET', 'f', { query: { Qualifier: '$LATEST.PUBLISHED' } }));
    assert.equal(published.message, `Function not found: ${ARN}f:$LATEST.PUBLISHED`);
  });
});
