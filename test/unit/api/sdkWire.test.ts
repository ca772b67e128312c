/** The wire as the official SDK writes and reads it, against ours: for every operation, with every member. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import * as sdk from '@aws-sdk/client-lambda';
import type { ApiCall } from '../../../src/host/api/call.ts';
import { readInput } from '../../../src/host/api/input.ts';
import type { OperationName } from '../../../src/host/api/operation.ts';
import { findRoute } from '../../../src/host/api/router.ts';
import { OPERATIONS } from '../../../src/host/api/shapes/operations.generated.ts';
import type { OperationShape, Written } from '../../../src/host/api/shapes/shape.ts';
import { writeOutput } from '../../../src/host/api/writeOutput.ts';
import { sampleInput, wholeSampleOf } from '../../helpers/modelSamples.ts';

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}
interface Received {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

const commands = sdk as unknown as Readonly<
  Record<string, (new (input: unknown) => sdk.ListFunctionsCommand) | undefined>
>;
const NAMES = (Object.keys(OPERATIONS) as OperationName[]).filter(
  name => commands[`${name}Command`] !== undefined,
);

/** Sends with a client that is not connected to anything. */
async function exchange(name: OperationName, input: unknown, answer: Received): Promise<[Sent, unknown]> {
  let sent: Sent | undefined;
  const client = new sdk.LambdaClient({
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1:1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: {
      handle: (request: Sent) => {
        sent = request;
        return Promise.resolve({ response: answer });
      },
    } as never,
  });
  const Command = commands[`${name}Command`];
  assert.ok(Command !== undefined);
  const output: unknown = await client.send(new Command(input)).catch((error: unknown) => error);
  assert.ok(sent !== undefined);
  return [sent, output];
}

const nothing = (status: number, body = '{}'): Received => ({
  statusCode: status,
  headers: { 'content-type': 'application/json' },
  body: Readable.from([body]),
});

function received(sent: Sent): unknown {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(sent.query))
    for (const each of Array.isArray(value) ? (value as string[]) : [value as string])
      query.append(key, each);
  const route = findRoute(sent.method, sent.path, () => query);
  assert.ok(route !== undefined, `${sent.method} ${sent.path}`);
  const request = { query, headers: sent.headers, body: Buffer.from(sent.body ?? '') };
  return [
    route.operation,
    readInput({ request, route } as unknown as ApiCall, OPERATIONS[route.operation].input),
  ];
}

/** Of the model, and not yet of this SDK: it drops them. */
const NEWER = [
  'RuntimeConfig',
  'AcceleratorConfig',
  'ExpectedExecutionTimeoutTimestamp',
  'PauseDetails',
  'ExecutionPausedDetails',
  'ExecutionResumedDetails',
];

function known(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(known);
  if (typeof value !== 'object' || value === null || value instanceof Date || Buffer.isBuffer(value))
    return value;
  const members = Object.entries(value).filter(([name]) => !NEWER.includes(name));
  return Object.fromEntries(members.map(([name, member]) => [name, known(member)]));
}

/** What it adds by itself: a token for a retry, and an empty object as the body of an optional structure. */
function added(shape: OperationShape, sent: Sent): Readonly<Record<string, unknown>> {
  const text = Buffer.from(sent.body ?? '').toString();
  const body = JSON.parse(text || '{}') as Readonly<Record<string, unknown>>;
  const token = body['ClientToken'];
  const [payload] = Object.entries(shape.input.members).find(([, member]) => member.in === 'payload') ?? [];
  return {
    ...(token === undefined ? {} : { ClientToken: token }),
    ...(payload === undefined || text !== '{}' ? {} : { [payload]: {} }),
  };
}

describe('the SDK’s requests', () => {
  it('are known for nearly all operations of the model', () =>
    assert.ok(NAMES.length >= 85, `${NAMES.length}`));

  for (const name of NAMES) {
    const shape: OperationShape = OPERATIONS[name];
    it(`${name}: arrive as they were meant`, async () => {
      for (const input of [wholeSampleOf(shape.input), sampleInput(name)]) {
        const [sent] = await exchange(name, input, nothing(shape.status));
        assert.deepEqual(received(sent), [name, known({ ...added(shape, sent), ...(input as object) })]);
      }
    });
  }
});

describe('our answers', () => {
  const when = new Date(1_700_000_000_123);
  const dated = (shape: Written): unknown => {
    if (shape === 'timestamp') return when;
    if ('each' in shape) return [dated(shape.each)];
    return Object.fromEntries(Object.entries(shape.members).map(([name, member]) => [name, dated(member)]));
  };
  for (const name of NAMES) {
    const operation: OperationShape = OPERATIONS[name];
    const { output } = operation;
    if (output === undefined) continue;
    it(`${name}: dates are read as they were meant`, async () => {
      const { status, body } = writeOutput(operation, dated(output));
      const [, read] = await exchange(name, sampleInput(name), nothing(status, String(body)));
      const { $metadata: _metadata, ...members } = read as Record<string, unknown>;
      assert.deepEqual(members, known(dated(output)));
    });
  }

  it('leave out what is undefined, keep null, and have no body with 204', () => {
    const shape: OperationShape = OPERATIONS.ListFunctions;
    assert.equal(writeOutput(shape, { NextMarker: null, Functions: undefined }).body, '{"NextMarker":null}');
    const mapping: OperationShape = OPERATIONS.GetEventSourceMapping;
    assert.equal(
      writeOutput(mapping, {
        UUID: 'u',
        LastModified: when,
        StartingPositionTimestamp: null,
        BatchSize: undefined,
      }).body,
      '{"UUID":"u","LastModified":1700000000.123,"StartingPositionTimestamp":null}',
    );
    assert.deepEqual(writeOutput(OPERATIONS.DeleteAlias, undefined), { status: 204 });
  });
});
