/** Who may send requests to a function URL, as a table. */
import assert from 'node:assert/strict';
import { refusalOf } from '../../../src/host/triggers/functionUrls/urlGuard.ts';

const ID = 'a'.repeat(32);
const OWN = `${ID}.lambda-url.us-east-1.localhost:20001`;
type Headers = Readonly<Record<string, string>>;
type Row = readonly [string, Headers, (readonly string[])?];
const isRefused = (headers: Headers, AllowOrigins?: readonly string[]): boolean =>
  refusalOf(
    { host: OWN, ...headers },
    { id: ID, port: 20_001, ...(AllowOrigins === undefined ? {} : { cors: { AllowOrigins } }) },
    'us-east-1',
  ) !== undefined;

describe('a function URL’s guard', () => {
  const allowed: readonly Row[] = [
    ['a program', {}],
    ['a program by address', { host: '127.0.0.1:20001' }],
    ['a program by name', { host: 'localhost:20001' }],
    ['a program by the other address', { host: '[::1]:20001' }],
    ['capital letters', { host: OWN.toUpperCase() }],
    ['Node’s fetch', { 'sec-fetch-mode': 'cors' }],
    ['what a user opens', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }],
    ['its own page', { 'sec-fetch-site': 'same-origin', origin: `http://${OWN}` }],
    ['its own page by address', { host: 'localhost:20001', origin: 'http://localhost:20001' }],
    [
      'an allowed page',
      { origin: 'http://localhost:3000', 'sec-fetch-site': 'cross-site' },
      ['http://localhost:3000'],
    ],
    ['any page, where all are', { origin: 'https://example.com', 'sec-fetch-site': 'cross-site' }, ['*']],
    ['an image, where all are', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, ['*']],
  ];
  for (const [name, headers, origins] of allowed)
    it(`lets ${name} in`, () => assert.equal(isRefused(headers, origins), false));

  const refused: readonly Row[] = [
    ['a foreign host', { host: 'evil.example:20001' }],
    ['a foreign host, where all pages are allowed', { host: 'evil.example' }, ['*']],
    ['another port', { host: '127.0.0.1:20002' }],
    ['another URL’s host', { host: `${'b'.repeat(32)}.lambda-url.us-east-1.localhost:20001` }],
    ['a page', { origin: 'http://localhost:3000' }],
    ['a sandboxed page', { origin: 'null' }],
    ['another page than the allowed one', { origin: 'http://localhost:3001' }, ['http://localhost:3000']],
    ['an image of a page', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    ['a link of a page', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
    ['a neighbour', { 'sec-fetch-site': 'same-site' }],
    ['a browser that does not say', { 'sec-fetch-mode': 'no-cors' }],
  ];
  for (const [name, headers, origins] of refused)
    it(`keeps ${name} out`, () => assert.equal(isRefused(headers, origins), true));

  it('keeps out what has no host', () => {
    assert.notEqual(refusalOf({}, { id: ID, port: 1 }, 'us-east-1'), undefined);
  });
});
