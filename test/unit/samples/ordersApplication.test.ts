import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { mock } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { discoverWorkspace } from '../../../src/workspace/discover.ts';

const samples = fileURLToPath(new URL('../../../samples', import.meta.url));
const orders = path.join(samples, 'orders');

type Handler = (event: unknown, context: { readonly awsRequestId: string }) => Promise<unknown>;

/** The module comes by a path that tsc doesn't follow: the samples are checked by their own tsconfig. */
async function handlerOf(file: string): Promise<Handler> {
  const module = (await import(pathToFileURL(path.join(samples, file)).href)) as {
    readonly handler: Handler;
  };
  return module.handler;
}

async function savedEvent(functionName: string, name: string): Promise<unknown> {
  const file = path.join(orders, 'events', functionName, `${name}.json`);
  return JSON.parse(await readFile(file, 'utf8')) as unknown;
}

/** The handlers' own log does not belong between the test results. */
function muteConsole(): void {
  beforeEach(() => {
    for (const method of ['log', 'warn'] as const) mock.method(console, method, () => undefined);
  });
  afterEach(() => mock.restoreAll());
}

describe('the orders sample', () => {
  muteConsole();

  it('declares three functions, whose handlers are found, without a problem', async () => {
    const model = await discoverWorkspace(orders, { region: 'us-east-1', accountId: '000000000000' });
    assert.deepEqual(model.problems, []);
    assert.deepEqual(
      model.functions.map(({ name, runtime, handlerLocation }) => ({
        name,
        runtime,
        symbol: handlerLocation?.symbol,
        file: path.relative(orders, handlerLocation?.file ?? ''),
      })),
      [
        {
          name: 'orders-create-order',
          runtime: 'nodejs24.x',
          symbol: 'handler',
          file: path.join('create-order', 'app.ts'),
        },
        {
          name: 'orders-price-quote',
          runtime: 'nodejs24.x',
          symbol: 'handler',
          file: path.join('price-quote', 'app.mjs'),
        },
        {
          name: 'orders-shipment-report',
          runtime: 'python3.13',
          symbol: 'lambda_handler',
          file: path.join('shipment-report', 'app.py'),
        },
      ],
    );
  });

  it('passes the parameters on, and a description and tags for each function', async () => {
    const model = await discoverWorkspace(orders, { region: 'us-east-1', accountId: '000000000000' });
    for (const { name, environment, description, tags, timeout, memorySize } of model.functions) {
      assert.equal(environment['CURRENCY'], 'EUR', name);
      assert.notEqual(description, '', name);
      assert.deepEqual(tags, { app: 'orders', stage: 'dev' }, name);
      assert.deepEqual({ timeout, memorySize }, { timeout: 10, memorySize: 256 }, name);
    }
    assert.equal(model.functions[0]?.environment['TAX_RATE'], '20');
    assert.equal(model.functions[2]?.environment['LATE_AFTER_DAYS'], '3');
  });

  it('has saved events for each function, under its name', async () => {
    const model = await discoverWorkspace(orders, { region: 'us-east-1', accountId: '000000000000' });
    const folders = await readdir(path.join(orders, 'events'));
    assert.deepEqual(folders.sort(), model.functions.map(({ name }) => name).sort());
    for (const folder of folders) {
      const files = await readdir(path.join(orders, 'events', folder));
      assert.ok(files.length >= 2, folder);
      for (const file of files) await savedEvent(folder, path.basename(file, '.json'));
    }
  });

  describe('orders-create-order', () => {
    const create = async (name: string): Promise<{ status: number; body: Record<string, unknown> }> => {
      const handler = await handlerOf('orders/create-order/app.ts');
      const event = await savedEvent('orders-create-order', name);
      const answer = (await handler(event, { awsRequestId: 'c0ffee00-0000-4000-8000-000000000000' })) as {
        readonly statusCode: number;
        readonly body: string;
      };
      return { status: answer.statusCode, body: JSON.parse(answer.body) as Record<string, unknown> };
    };

    it('prices an order with discount, shipping and tax', async () => {
      const { status, body } = await create('desk-lamps');
      const { id, subtotal, discount, shipping, tax, total } = body;
      assert.equal(status, 201);
      assert.deepEqual(
        { id, subtotal, discount, shipping, tax, total },
        { id: 'order-c0ffee00', subtotal: 6780, discount: 0, shipping: 0, tax: 1356, total: 8136 },
      );
      const coupon = await create('with-coupon');
      assert.equal(coupon.body['discount'], 2225);
    });

    it('refuses an order with all that is wrong with it', async () => {
      const { status, body } = await create('refused');
      assert.equal(status, 400);
      assert.deepEqual(body['problems'], [
        'the customer is missing',
        'there is no product LAMP-99',
        '0 of LAMP-99 is no quantity',
      ]);
    });
  });

  it('quotes prices, and throws for a product that it does not know', async () => {
    const handler = await handlerOf('orders/price-quote/app.mjs');
    const quote = async (name: string): Promise<unknown> =>
      handler(await savedEvent('orders-price-quote', name), { awsRequestId: '' });
    assert.deepEqual(await quote('bulk'), {
      sku: 'BULB-01',
      name: 'Bulb, warm white',
      quantity: 120,
      discount: 15,
      unitPrice: 383,
      total: 45_960,
      currency: 'EUR',
    });
    await assert.rejects(quote('unknown-product'), {
      name: 'UnknownProductError',
      message: 'There is no product LAMP-99. Known are LAMP-01, LAMP-02, BULB-01.',
    });
  });
});

describe('the hello sample', () => {
  muteConsole();

  it('is one file, found without a template', async () => {
    assert.deepEqual(await readdir(path.join(samples, 'hello')), ['app.js']);
    const model = await discoverWorkspace(path.join(samples, 'hello'), {
      region: 'us-east-1',
      accountId: '000000000000',
    });
    assert.deepEqual(model.problems, []);
    assert.deepEqual(
      model.functions.map(({ handler }) => handler),
      ['app.handler'],
    );
  });

  it('greets', async () => {
    const handler = await handlerOf('hello/app.js');
    assert.deepEqual(await handler({ name: 'Jane' }, { awsRequestId: '' }), { message: 'Hello, Jane!' });
    assert.deepEqual(await handler({}, { awsRequestId: '' }), { message: 'Hello, world!' });
  });
});
