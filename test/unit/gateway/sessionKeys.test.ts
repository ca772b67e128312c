import assert from 'node:assert/strict';
import { MISMATCH, refused, startGateway, UNKNOWN, type GatewayFixture } from './gatewayFixture.ts';

describe('the gate: keys of environments', () => {
  let fixture: GatewayFixture;
  before(async () => {
    fixture = await startGateway();
  });
  after(() => fixture.close());

  it('know their function, need their token, and end when they are revoked', async () => {
    const minted = fixture.keys.mint('orders');
    assert.match(minted.accessKeyId, /^ASIA[A-Z2-7]{16}$/);
    assert.equal((await fixture.call({ sign: { credentials: minted } })).status, 200);
    assert.deepEqual(fixture.seen[0]?.caller, {
      accountId: '000000000000',
      accessKeyId: minted.accessKeyId,
      arn: 'arn:aws:sts::000000000000:assumed-role/lamplight-execution-role/orders',
      kind: 'environment',
      functionName: 'orders',
    });
    const { sessionToken: _token, ...tokenless } = minted;
    for (const credentials of [
      tokenless,
      { ...minted, sessionToken: `${minted.sessionToken}x` },
      { ...minted, sessionToken: fixture.keys.mint('other').sessionToken },
    ])
      refused(await fixture.call({ sign: { credentials } }), 403, 'UnrecognizedClientException', UNKNOWN);
    minted.revoke();
    refused(
      await fixture.call({ sign: { credentials: minted } }),
      403,
      'UnrecognizedClientException',
      UNKNOWN,
    );
    assert.equal(fixture.seen.length, 1);
  });

  it('never reach the control service', async () => {
    const minted = fixture.keys.mint('orders');
    const answer = await fixture.call({
      path: '/lamplight/events',
      sign: { credentials: minted, service: 'lamplight' },
    });
    assert.equal(answer.status, 403);
    assert.equal(answer.errorType, 'AccessDeniedException');
    assert.match(
      String(answer.json?.['Message']),
      /^User: arn:aws:sts::.*\/orders is not authorized to perform/,
    );
    assert.equal((await fixture.call({ sign: { service: 'lamplight' } })).status, 200);
  });
});

describe('the gate: --accept-any-credentials', () => {
  let fixture: GatewayFixture;
  before(async () => {
    fixture = await startGateway({ acceptAnyCredentials: true });
  });
  after(() => fixture.close());
  afterEach(() => fixture.seen.splice(0));

  it('lets unknown keys in; a 12-digit one names its account', async () => {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    assert.equal((await fixture.call({ sign: { credentials } })).status, 200);
    assert.equal(
      (await fixture.call({ sign: { credentials: { ...credentials, accessKeyId: '123456789012' } } })).status,
      200,
    );
    assert.deepEqual(
      fixture.seen.map(({ caller }) => [caller.kind, caller.accountId, caller.arn]),
      [
        ['any', '000000000000', 'arn:aws:iam::000000000000:root'],
        ['any', '123456789012', 'arn:aws:iam::123456789012:root'],
      ],
    );
  });

  it('does so for every service but the control service', async () => {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    refused(
      await fixture.call({ sign: { credentials, service: 'lamplight' } }),
      403,
      'UnrecognizedClientException',
      UNKNOWN,
    );
  });

  it('still verifies keys that it knows, and still keeps browsers and strangers out', async () => {
    refused(
      await fixture.call({
        sign: { credentials: { ...fixture.keys.owner, secretAccessKey: 'x' } },
      }),
      403,
      'InvalidSignatureException',
      MISMATCH,
    );
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    for (const headers of [
      { origin: 'http://evil.example' },
      { 'sec-fetch-site': 'none' },
      { host: 'evil.example' },
    ])
      assert.equal((await fixture.call({ sign: { credentials }, headers })).status, 403);
    refused(
      await fixture.send({ headers: { host: `127.0.0.1:${fixture.port}` } }),
      403,
      'MissingAuthenticationTokenException',
      'Missing Authentication Token',
    );
    assert.equal(fixture.seen.length, 0);
  });
});
