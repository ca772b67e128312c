import assert from 'node:assert/strict';
import {
  readSubscription,
  type Subscription,
} from '../../../src/host/environments/telemetry/subscription.ts';

const http = { protocol: 'HTTP', URI: 'http://sandbox.localdomain:8080/telemetry?a=1' };
const whole = { schemaVersion: '2022-12-13', types: ['platform', 'function'], destination: http };

const read = (asked: unknown, api: 'telemetry' | 'logs' = 'telemetry'): Subscription | string =>
  readSubscription(api, Buffer.from(typeof asked === 'string' ? asked : JSON.stringify(asked)));

/** What is changed in a subscription that is right, and what is said of it. */
const refused: readonly (readonly [unknown, string])[] = [
  ['', 'the request body is not a JSON object'],
  ['[]', 'the request body is not a JSON object'],
  ['{', 'the request body is not a JSON object'],
  [{ ...whole, schemaVersion: undefined }, 'schemaVersion is not provided'],
  [
    { ...whole, schemaVersion: '2020-08-15' },
    'schemaVersion should be one of 2022-07-01, 2022-12-13, 2025-01-29',
  ],
  [{ ...whole, types: undefined }, 'types should not be empty'],
  [{ ...whole, types: [] }, 'types should not be empty'],
  [{ ...whole, types: 'platform' }, 'types should not be empty'],
  [{ ...whole, types: ['platform', 'runtime'] }, 'types should be of platform, function, extension'],
  [{ ...whole, buffering: 7 }, 'buffering should be an object'],
  [{ ...whole, buffering: { maxItems: 999 } }, 'buffering.maxItems should be an integer from 1000 to 10000'],
  [
    { ...whole, buffering: { maxItems: 10001 } },
    'buffering.maxItems should be an integer from 1000 to 10000',
  ],
  [
    { ...whole, buffering: { maxBytes: 262143 } },
    'buffering.maxBytes should be an integer from 262144 to 1048576',
  ],
  [{ ...whole, buffering: { timeoutMs: 24 } }, 'buffering.timeoutMs should be an integer from 25 to 30000'],
  [{ ...whole, buffering: { timeoutMs: '25' } }, 'buffering.timeoutMs should be an integer from 25 to 30000'],
  [{ ...whole, destination: undefined }, 'destination is not provided'],
  [{ ...whole, destination: { protocol: 'UDP' } }, 'destination.protocol should be HTTP or TCP'],
  [{ ...whole, destination: { protocol: 'HTTP' } }, 'URI is not provided'],
  [
    { ...whole, destination: { protocol: 'HTTP', URI: 'https://sandbox.localdomain:8080' } },
    'URI should be a URL of the scheme http',
  ],
  [
    { ...whole, destination: { protocol: 'HTTP', URI: 'http://sandbox.localdomain' } },
    'URI port is not provided',
  ],
  [
    { ...whole, destination: { protocol: 'HTTP', URI: 'http://sandbox.localdomain:9001' } },
    'URI port 9001 is not available',
  ],
  [
    { ...whole, destination: { protocol: 'HTTP', URI: 'http://example.com:8080' } },
    'URI host should be sandbox.localdomain',
  ],
  [{ ...whole, destination: { protocol: 'TCP' } }, 'port is not provided'],
  [
    { ...whole, destination: { protocol: 'TCP', port: 65536 } },
    'port should be an integer from 1 to 65535, and not 9001',
  ],
  // In AWS's own example.
  [
    { ...whole, types: [], destination: { protocol: 'HTTP', URI: 'http://sandbox.localdomain/' } },
    'URI port is not provided; types should not be empty',
  ],
];

describe('a subscription to telemetry', () => {
  it('has what it asks for, and AWS’s buffering where it says nothing', () => {
    assert.deepEqual(read(whole), {
      api: 'telemetry',
      schemaVersion: '2022-12-13',
      types: ['platform', 'function'],
      maxItems: 10_000,
      maxBytes: 262_144,
      timeoutMs: 1_000,
      destination: {
        protocol: 'HTTP',
        port: 8080,
        path: '/telemetry?a=1',
        host: 'sandbox.localdomain:8080',
      },
    });
    const buffering = { maxItems: 1000, maxBytes: 1_048_576, timeoutMs: 25 };
    const { destination, ...rest } = read({
      ...whole,
      buffering,
      destination: { protocol: 'TCP', port: 1, encoding: 'JSON' },
    }) as Subscription;
    assert.deepEqual(destination, { protocol: 'TCP', port: 1 });
    assert.deepEqual({ ...rest, ...buffering }, rest);
  });

  it('takes port 80, and the short name', () => {
    const { destination } = read({
      ...whole,
      destination: { protocol: 'HTTP', URI: 'http://sandbox:80' },
    }) as Subscription;
    assert.deepEqual(destination, { protocol: 'HTTP', port: 80, path: '/', host: 'sandbox:80' });
  });

  it('of the Logs API may leave its schema out', () => {
    const { schemaVersion } = read({ ...whole, schemaVersion: undefined }, 'logs') as Subscription;
    assert.equal(schemaVersion, '2020-08-15');
    assert.equal(read(whole, 'logs'), 'schemaVersion should be one of 2020-08-15, 2021-03-18');
  });

  for (const [asked, said] of refused) {
    it(`is refused: ${said}`, () => assert.equal(read(asked), said));
  }
});
