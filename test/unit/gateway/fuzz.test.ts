/** Whatever comes in, the gate answers it with a refusal and goes on. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { startGateway, type GatewayFixture } from './gatewayFixture.ts';
import { raw, rawToEnd } from './raw.ts';

describe('the gate: anything at all', () => {
  let fixture: GatewayFixture;
  before(async () => {
    fixture = await startGateway({ acceptAnyCredentials: false });
  });
  after(() => fixture.close());

  const headerText = fc.string({ minLength: 0, maxLength: 60 }).map(text => text.replace(/[\r\n\0]/g, ' '));
  const authorization = fc.oneof(
    headerText,
    fc
      .array(
        fc.oneof(
          fc.constantFrom(
            'Credential=',
            'SignedHeaders=host',
            'SignedHeaders=;;host',
            'Signature=',
            'Signature=é',
            'Credential=a/b/c/d/e',
            'Credential=/////',
            'Credential=AKIA/20261122/us-east-1/lambda/aws4_request',
            '=',
            ',',
          ),
          headerText,
        ),
        { maxLength: 6 },
      )
      .map(parts => `AWS4-HMAC-SHA256 ${parts.join(',')}`),
  );

  it('in the Authorization header, date and query', async () => {
    await fc.assert(
      fc.asyncProperty(authorization, headerText, headerText, async (auth, date, query) => {
        const encoded = encodeURIComponent(query);
        const received = await raw(
          fixture.port,
          `GET /?X-Amz-Signature=${encoded}&X-Amz-Credential=${encoded} HTTP/1.1\r\nhost: 127.0.0.1:${fixture.port}\r\nauthorization: ${auth}\r\nx-amz-date: ${date}\r\nconnection: close\r\n\r\n`,
        );
        assert.match(received, /^HTTP\/1\.1 40[03] /);
      }),
      { numRuns: 150 },
    );
    assert.deepEqual(fixture.seen, []);
    assert.deepEqual(fixture.reported, []);
  });

  it('in a link', async () => {
    const names = [
      'Algorithm',
      'Credential',
      'Signature',
      'SignedHeaders',
      'Date',
      'Expires',
      'Security-Token',
    ];
    const value = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.constantFrom(
        'AWS4-HMAC-SHA256',
        'host',
        '20261122T120000Z',
        'a/20261122/us-east-1/lambda/aws4_request',
        '-1',
        'NaN',
        '99999999999',
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 9 }),
        async pairs => {
          const query = pairs.map(([name, text]) => `X-Amz-${name}=${encodeURIComponent(text)}`).join('&');
          const answer = await fixture.send({
            path: `/lamplight-code/x?${query}`,
            headers: { host: `127.0.0.1:${fixture.port}` },
          });
          assert.equal(answer.status, 403, answer.body);
        },
      ),
      { numRuns: 150 },
    );
    assert.deepEqual(fixture.reported, []);
  });

  it('on the wire', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async bytes => {
        const received = await rawToEnd(fixture.port, Buffer.concat([bytes, Buffer.from('\r\n\r\n')]));
        assert.match(received, /^(HTTP\/1\.1 4\d\d |$)/);
      }),
      { numRuns: 100 },
    );
    assert.equal((await fixture.call({})).status, 200);
  });
});
