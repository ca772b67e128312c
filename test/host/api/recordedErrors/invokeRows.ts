/** Invoke: rows 183 to 194, C28, C29, C35 to C37. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeZip } from '../../../unit/functions/zipFixture.ts';
import { ask, onFunction, plainly, type Provocation, type Provocations } from './provocation.ts';
import { until } from '../../../helpers/until.ts';

const running =
  (body: string): Provocation =>
  async world => {
    const ZipFile = makeZip([{ name: 'index.js', content: `exports.handler = async () => ${body};` }]);
    return ask('Invoke', { FunctionName: await world.otherFn({ Code: { ZipFile }, Timeout: 1 }) });
  };

/** Reserved concurrency 1, all of it provisioned to version 1, or to an alias of it. */
const provisioned =
  (alias?: string): Provocation =>
  async world => {
    const FunctionName = await world.fn();
    await world.call('PublishVersion', { FunctionName });
    if (alias !== undefined)
      await world.call('CreateAlias', { FunctionName, Name: alias, FunctionVersion: '1' });
    await world.call('PutFunctionConcurrency', { FunctionName, ReservedConcurrentExecutions: 1 });
    const config = { FunctionName, Qualifier: alias ?? '1', ProvisionedConcurrentExecutions: 1 };
    await world.call('PutProvisionedConcurrencyConfig', config);
    // What is not allocated yet is $LATEST's to use.
    const { Qualifier } = config;
    await until(
      async () =>
        (await world.call('GetProvisionedConcurrencyConfig', { FunctionName, Qualifier })).json['Status'] ===
        'READY',
      { what: 'provisioned concurrency that is READY' },
    );
    assert.equal((await world.call('Invoke', { FunctionName, Qualifier: alias ?? '1' })).status, 200);
    return ask('Invoke', { FunctionName });
  };

/** While the one invocation that the function may have is running: it says so by a request. */
const whileBusy: Provocation = async world => {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const content = `exports.handler = () => new Promise(() => require('node:http').get('http://127.0.0.1:${port}/'));`;
  const ZipFile = makeZip([{ name: 'index.js', content }]);
  const FunctionName = await world.otherFn({ Code: { ZipFile }, Timeout: 2 });
  await world.call('PutFunctionConcurrency', { FunctionName, ReservedConcurrentExecutions: 1 });
  const arrived = once(server, 'request');
  // It ends by its timeout, and with it the request.
  void world.send(ask('Invoke', { FunctionName })).then(() => server.close());
  await arrived;
  return ask('Invoke', { FunctionName });
};

export const invokeRows: Provocations = {
  183: plainly('Invoke', { FunctionName: 'fn', Payload: Buffer.from([0x99, 0x41]) }),
  184: plainly('Invoke', { FunctionName: 'fn', Payload: Buffer.from([0xe5, 0x87, 0xa5]) }),
  185: world => {
    const region = world.says('<wrong-region>', 'ap-southeast-1');
    return ask('Invoke', { FunctionName: `arn:aws:lambda:${region}:000000000000:function:fn` });
  },
  186: onFunction('Invoke', { Qualifier: 'non-existent-alias' }),
  188: plainly('Invoke', { FunctionName: 'doesnotexist' }),
  189: provisioned(),
  190: provisioned('live'),
  191: async world => {
    const request = await provisioned('live')(world);
    return [request, request].flat();
  },
  192: whileBusy,
  193: async world => {
    const FunctionName = await world.fn();
    await world.call('PutFunctionConcurrency', { FunctionName, ReservedConcurrentExecutions: 0 });
    return ask('Invoke', { FunctionName });
  },
  194: plainly('Invoke', { FunctionName: 'arn:aws:lambda:us-east-1:123400000000@function:myfn' }),
  C29: async world => {
    const request = await whileBusy(world);
    const { json } = await world.send([request].flat()[0]!);
    assert.equal(json['Reason'], 'ReservedFunctionConcurrentInvocationLimitExceeded');
    return request;
  },
  C35: running("'x'.repeat(7_000_000)"),
  C36: running('new Promise(resolve => setTimeout(resolve, 60_000))'),
  C37: running('process.exit(0)'),
  C28: plainly('Invoke', { FunctionName: 'fn', Payload: Buffer.alloc(6_291_457, ' ') }),
};
