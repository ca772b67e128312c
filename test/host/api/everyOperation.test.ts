/**
 * The official SDK against a real host: a round trip of every operation that AWS's model has, and all pages of every
 * paginator that the SDK has. A new operation does not compile before roundTrips.ts says how it is called.
 */
import assert from 'node:assert/strict';
import * as sdk from '@aws-sdk/client-lambda';
import type { OperationName } from '../../../src/host/api/operation.ts';
import { OPERATIONS } from '../../../src/host/api/shapes/operations.generated.ts';
import type { OperationShape } from '../../../src/host/api/shapes/shape.ts';
import { sampleInput } from '../../helpers/modelSamples.ts';
import { createQueue } from '../../helpers/sqs.ts';
import { useTestHost } from '../../helpers/testHost.ts';
import { until } from '../../helpers/until.ts';
import { roundTrips, type Seen } from './roundTrips.ts';

type Output = Readonly<Record<string, unknown>> & sdk.ListFunctionsCommandOutput;
type Command = new (input: unknown) => sdk.ListFunctionsCommand;
type Paginate = (
  config: sdk.LambdaPaginationConfiguration,
  input: unknown,
) => AsyncIterable<Readonly<Record<string, unknown>>>;

const exported = sdk as unknown as Readonly<Record<string, unknown>>;
/** Of the model, and not yet of this SDK. */
const NEWER = ['DeleteDurableExecution', 'PauseDurableExecution', 'ResumeDurableExecution'];

const operations = Object.entries(OPERATIONS) as [OperationName, OperationShape][];
const isThere = (name: OperationName): name is keyof typeof roundTrips => name in roundTrips;
const paginated = Object.keys(sdk)
  .filter(name => name.startsWith('paginate'))
  .map(name => name.slice('paginate'.length) as OperationName);

describe('every operation of the Lambda API, by the official SDK', () => {
  const host = useTestHost();
  before(() => createQueue(host().ready, 'q'));
  const outputs = new Map<OperationName, Output>();
  const seen: Seen = operation => {
    const output = outputs.get(operation);
    assert.ok(output !== undefined, `${operation} has not been called`);
    return output;
  };

  async function send(name: OperationName, input: unknown): Promise<Output> {
    const Command = exported[`${name}Command`] as Command;
    return { ...(await host().client.send(new Command(input))) };
  }

  /** Until nothing that the call began is still going on. */
  async function settled({ FunctionName, Version, UUID, Status }: Output, input: object): Promise<void> {
    const stateOf = async (): Promise<string | undefined> => {
      if (typeof UUID === 'string') return (await send('GetEventSourceMapping', { UUID }))['State'] as string;
      if (Status === 'IN_PROGRESS')
        return (await send('GetProvisionedConcurrencyConfig', input))['Status'] as string;
      if (typeof FunctionName !== 'string' || typeof Version !== 'string') return undefined;
      const now = await send('GetFunctionConfiguration', { FunctionName, Qualifier: Version });
      return now['State'] === 'Pending' ? now['State'] : (now['LastUpdateStatus'] as string | undefined);
    };
    const isOver = (state = ''): boolean => !/ing$|^InProgress$|^IN_PROGRESS$/.test(state);
    await until(
      () => stateOf().then(isOver, (error: unknown) => (error as Error).name === 'ResourceNotFoundException'),
      { what: 'what was begun to be over' },
    );
  }

  for (const [key, inputs] of Object.entries(roundTrips)) {
    const name = key as keyof typeof roundTrips;
    it(name, async () => {
      const all = typeof inputs === 'function' ? inputs(seen) : inputs;
      for (const input of all) {
        const output = await send(name, input);
        assert.equal(output.$metadata.httpStatusCode, OPERATIONS[name].status);
        assert.match(output.$metadata.requestId ?? '', /^[0-9a-f-]{36}$/);
        outputs.set(name, output);
        await settled(output, input);
      }
      if (!paginated.includes(name)) return;
      const paginate = exported[`paginate${name}`] as Paginate;
      const items: unknown[] = [];
      let pages = 0;
      for await (const page of paginate({ client: host().client, pageSize: 1 }, all.at(-1))) {
        items.push(...(Object.values(page).find(Array.isArray) as unknown[]));
        pages++;
      }
      const whole = Object.values(seen(name)).find(Array.isArray) as unknown[];
      assert.deepEqual(items, whole, 'the pages hold what one answer holds');
      assert.ok(whole.length >= 2 && pages >= whole.length, `${whole.length} items, ${pages} pages`);
    });
  }

  for (const [name] of operations.filter(([each]) => !isThere(each) && !NEWER.includes(each)))
    it(`${name} says that it is not there`, async () => {
      const error = await send(name, sampleInput(name)).then(
        () => undefined,
        (thrown: unknown) => thrown as sdk.LambdaServiceException,
      );
      assert.equal(error?.name, 'UnsupportedOperationException');
      assert.equal(error.$metadata.httpStatusCode, 501);
    });

  it('leaves out nothing: neither an operation nor a paginator', () => {
    const sent = operations.map(([name]) => name).filter(name => !isThere(name) || outputs.has(name));
    assert.deepEqual(
      sent,
      operations.map(([name]) => name),
    );
    const commands = Object.keys(sdk).filter(name => /^[A-Z].*Command$/.test(name));
    assert.deepEqual(
      commands.map(name => name.slice(0, -'Command'.length)).sort(),
      operations
        .map(([name]) => name)
        .filter(name => !NEWER.includes(name))
        .sort(),
    );
    for (const name of paginated) assert.ok(name in OPERATIONS, name);
  });
});
