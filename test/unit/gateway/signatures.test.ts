import assert from 'node:assert/strict';
import { presign, sha256Hex, signature, signingKey } from '../../../src/protocol/sigv4.ts';
import { manualClock, type ManualClock } from '../../helpers/manualClock.ts';
import { MISMATCH, refused, startGateway, UNKNOWN, type GatewayFixture } from './gatewayFixture.ts';

describe('the gate: signatures', () => {
  let clock: ManualClock;
  let fixture: GatewayFixture;

  before(async () => {
    clock = manualClock();
    fixture = await startGateway({ clock });
  });
  after(() => fixture.close());
  afterEach(() => fixture.seen.splice(0));

  it('lets a signed request through and tells the service who calls', async () => {
    const answer = await fixture.call({ method: 'POST', path: '/a/b?x=1&y=%20z', body: '{"a":1}' });
    assert.equal(answer.status, 200);
    assert.equal(answer.body, '{"a":1}');
    const [seen] = fixture.seen;
    assert.equal(seen?.path, '/a/b');
    assert.equal(seen.query.get('y'), ' z');
    assert.equal(seen.requestId, answer.headers['x-amzn-requestid']);
    assert.match(seen.requestId, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.deepEqual(seen.caller, {
      accountId: '000000000000',
      accessKeyId: fixture.keys.owner.accessKeyId,
      arn: 'arn:aws:iam::000000000000:root',
      kind: 'owner',
    });
  });

  it('keeps one connection for many requests', async () => {
    const answer = await fixture.call({});
    assert.equal(answer.headers['connection'], 'close', 'the client asked for it');
    const kept = await fixture.call({ headers: { connection: 'keep-alive' } });
    assert.equal(kept.headers['connection'], 'keep-alive');
  });

  it('verifies a body whose hash is not in a header, as the AWS CLI sends it', async () => {
    const body = '{"payload":true}';
    const amzDate = '20261122T120000Z';
    const scope = { date: '20261122', region: 'eu-west-1', service: 'lambda' };
    const headers = { host: `localhost:${fixture.port}`, 'x-amz-date': amzDate };
    const signedHeaders = ['host', 'x-amz-date'];
    const mac = signature(
      signingKey(fixture.keys.owner.secretAccessKey, scope),
      { method: 'POST', url: '/', headers, signedHeaders, payloadHash: sha256Hex(body) },
      scope,
      amzDate,
    );
    const authorization = `AWS4-HMAC-SHA256 Credential=${fixture.keys.owner.accessKeyId}/20261122/eu-west-1/lambda/aws4_request, SignedHeaders=host;x-amz-date, Signature=${mac}`;
    const good = await fixture.send({ method: 'POST', headers: { ...headers, authorization }, body });
    assert.equal(good.body, body);
    const bad = await fixture.send({
      method: 'POST',
      headers: { ...headers, authorization },
      body: '{"payload":null}',
    });
    refused(bad, 403, 'InvalidSignatureException', MISMATCH);
    assert.equal(fixture.seen.length, 1);
  });

  it('refuses a body that is not the one whose hash was signed', async () => {
    const headers = fixture.sign({ method: 'POST', body: 'aaaa' });
    refused(
      await fixture.send({ method: 'POST', headers, body: 'aaab' }),
      403,
      'InvalidSignatureException',
      MISMATCH,
    );
    const unsigned = fixture.sign({ method: 'POST' });
    refused(
      await fixture.send({
        method: 'POST',
        headers: { ...unsigned, 'x-amz-content-sha256': sha256Hex('aaab') },
        body: 'aaab',
      }),
      403,
      'InvalidSignatureException',
      MISMATCH,
    );
    assert.equal(fixture.seen.length, 0);
  });

  it('takes UNSIGNED-PAYLOAD only where the client signed just that', async () => {
    const scope = { date: '20261122', region: 'us-east-1', service: 'lambda' };
    const headers = {
      host: `127.0.0.1:${fixture.port}`,
      'x-amz-date': '20261122T120000Z',
      'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    };
    const signedHeaders = ['host', 'x-amz-content-sha256', 'x-amz-date'];
    const mac = signature(
      signingKey(fixture.keys.owner.secretAccessKey, scope),
      { method: 'POST', url: '/', headers, signedHeaders, payloadHash: 'UNSIGNED-PAYLOAD' },
      scope,
      '20261122T120000Z',
    );
    const authorization = `AWS4-HMAC-SHA256 Credential=${fixture.keys.owner.accessKeyId}/20261122/us-east-1/lambda/aws4_request,SignedHeaders=${signedHeaders.join(';')},Signature=${mac}`;
    const answer = await fixture.send({
      method: 'POST',
      headers: { ...headers, authorization },
      body: 'anything',
    });
    assert.equal(answer.status, 200);
    const swapped = fixture.sign({ method: 'POST', body: 'x' });
    refused(
      await fixture.send({
        method: 'POST',
        headers: { ...swapped, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
        body: 'y',
      }),
      403,
      'InvalidSignatureException',
      MISMATCH,
    );
  });

  it('refuses signed headers that are no headers', async () => {
    const headers = fixture.sign({ method: 'POST' });
    for (const name of ['constructor', '__proto__', 'toString', 'set-cookie'])
      refused(
        await fixture.send({
          method: 'POST',
          headers: {
            ...headers,
            authorization: headers['authorization']!.replace('SignedHeaders=', `SignedHeaders=${name};`),
          },
        }),
        403,
        'InvalidSignatureException',
        MISMATCH,
      );
  });

  it('refuses what was changed after signing: method, path, query, a signed header', async () => {
    const headers = fixture.sign({ method: 'POST', url: '/f?a=1', headers: { 'x-amz-target': 'A' } });
    const changes = [
      { method: 'PUT', path: '/f?a=1', headers },
      { method: 'POST', path: '/g?a=1', headers },
      { method: 'POST', path: '/f?a=2', headers },
      { method: 'POST', path: '/f?a=1&b=2', headers },
    ];
    for (const change of changes)
      refused(await fixture.send(change), 403, 'InvalidSignatureException', MISMATCH);
    const changed = await fixture.send({
      method: 'POST',
      path: '/f?a=1',
      headers: { ...headers, 'x-amz-target': 'B' },
    });
    assert.equal(changed.status, 403);
    assert.equal((await fixture.send({ method: 'POST', path: '/f?a=1', headers })).status, 200);
  });

  it('refuses an unknown key, a wrong secret and a signature for another service', async () => {
    const unknown = { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey: 'x' };
    refused(
      await fixture.call({ sign: { credentials: unknown } }),
      403,
      'UnrecognizedClientException',
      UNKNOWN,
    );
    const wrong = { ...fixture.keys.owner, secretAccessKey: 'x'.repeat(40) };
    refused(await fixture.call({ sign: { credentials: wrong } }), 403, 'InvalidSignatureException', MISMATCH);
    const other = fixture.sign({ service: 'sts' });
    const authorization = other['authorization']!.replace('/sts/', '/lambda/');
    refused(
      await fixture.send({ headers: { ...other, authorization } }),
      403,
      'InvalidSignatureException',
      MISMATCH,
    );
  });

  it('says what is missing in an Authorization header without repeating it', async () => {
    const host = `127.0.0.1:${fixture.port}`;
    refused(
      await fixture.send({ headers: { host } }),
      403,
      'MissingAuthenticationTokenException',
      'Missing Authentication Token',
    );
    const bearer = await fixture.send({ headers: { host, authorization: 'Bearer secret-token' } });
    refused(
      bearer,
      403,
      'IncompleteSignatureException',
      /^Authorization header requires 'Credential' parameter\. Authorization header requires 'Signature' parameter\. Authorization header requires 'SignedHeaders' parameter\. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header\. \(Hashed with SHA-256 and encoded with Base64\) Authorization=[A-Za-z0-9+/]+=*$/,
    );
    assert.doesNotMatch(bearer.body, /secret-token/);
    const signed = fixture.sign();
    refused(
      await fixture.send({
        headers: {
          ...signed,
          authorization: signed['authorization']!.replace('Credential=', 'Credential= '),
        },
      }),
      403,
      'UnrecognizedClientException',
      UNKNOWN,
    );
    refused(
      await fixture.send({
        headers: { ...signed, authorization: signed['authorization']!.replace('Credential=', '') },
      }),
      403,
      'IncompleteSignatureException',
      /not a valid key=value pair \(missing equal-sign\) in Authorization header/,
    );
    refused(
      await fixture.send({
        headers: {
          ...signed,
          authorization: signed['authorization']!.replace('/aws4_request', ''),
        },
      }),
      403,
      'IncompleteSignatureException',
      /^Credential must have exactly 5 slash-delimited elements/,
    );
    refused(
      await fixture.send({
        headers: { ...signed, authorization: signed['authorization']!.replace('aws4_request', 'aws5') },
      }),
      403,
      'InvalidSignatureException',
      "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'.",
    );
    refused(
      await fixture.send({
        headers: { ...signed, authorization: signed['authorization']!.replace('host;', '') },
      }),
      403,
      'InvalidSignatureException',
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    );
    refused(
      await fixture.send({ headers: { ...signed, 'x-amz-date': 'yesterday' } }),
      403,
      'IncompleteSignatureException',
      /^Date must be in ISO-8601 'basic format'\. Got 'yesterday'/,
    );
    refused(
      await fixture.send({ headers: { ...signed, 'x-amz-date': '20261121T120000Z' } }),
      403,
      'InvalidSignatureException',
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20261122' != '20261121', from '20261121T120000Z'.",
    );
    assert.equal(fixture.seen.length, 0);
  });

  it('keeps AWS’s window of 15 minutes around the date', async () => {
    const at = (minutes: number): Date => new Date(clock.wallNow() + minutes * 60_000);
    assert.equal((await fixture.call({ sign: { date: at(-15) } })).status, 200);
    assert.equal((await fixture.call({ sign: { date: at(15) } })).status, 200);
    refused(
      await fixture.call({ sign: { date: at(-16) } }),
      403,
      'InvalidSignatureException',
      'Signature expired: 20261122T114400Z is now earlier than 20261122T114500Z (20261122T120000Z - 15 min.)',
    );
    refused(
      await fixture.call({ sign: { date: at(16) } }),
      403,
      'InvalidSignatureException',
      'Signature not yet current: 20261122T121600Z is still later than 20261122T121500Z (20261122T120000Z + 15 min.)',
    );
  });

  it('takes a presigned link until it expires, and only as it was signed', async () => {
    const link = new URL(
      presign({
        method: 'GET',
        host: `127.0.0.1:${fixture.port}`,
        path: '/lamplight-code/abc',
        service: 'lambda',
        region: 'us-east-1',
        credentials: fixture.keys.owner,
        expires: 600,
        date: new Date(clock.wallNow() - 599_000),
      }),
    );
    const host = link.host;
    const path = link.pathname + link.search;
    assert.equal((await fixture.send({ path, headers: { host } })).status, 200);
    refused(
      await fixture.send({ method: 'POST', path, headers: { host } }),
      403,
      'InvalidSignatureException',
      MISMATCH,
    );
    refused(
      await fixture.send({ path: path.replace('Expires=600', 'Expires=6000'), headers: { host } }),
      403,
      'InvalidSignatureException',
      MISMATCH,
    );
    refused(
      await fixture.send({ path: path.replace('abc', 'abd'), headers: { host } }),
      403,
      'InvalidSignatureException',
      MISMATCH,
    );
    refused(
      await fixture.send({ path: path.replace(/&X-Amz-Signature=.*/, ''), headers: { host } }),
      403,
      'IncompleteSignatureException',
      "AWS query-string parameters must include 'X-Amz-Signature'.",
    );
    clock.advance(2_000);
    refused(
      await fixture.send({ path, headers: { host } }),
      403,
      'InvalidSignatureException',
      /^Signature expired: 20261122T115001Z is now earlier than 20261122T115002Z \(20261122T120002Z - 10 min\.\)$/,
    );
  });

  it('answers in the shape that the client’s protocol parses', async () => {
    const bad = { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey: 'x' };
    const query = await fixture.call({ method: 'POST', sign: { service: 'sts', credentials: bad } });
    assert.match(
      query.body,
      /^<ErrorResponse><Error><Type>Sender<\/Type><Code>InvalidClientTokenId<\/Code><Message>The security token included in the request is invalid\.<\/Message><\/Error><RequestId>[0-9a-f-]{36}<\/RequestId><\/ErrorResponse>$/,
    );
    const json = await fixture.call({
      method: 'POST',
      sign: { service: 'dynamodb', credentials: bad, headers: { 'x-amz-target': 'DynamoDB_20120810.X' } },
    });
    assert.deepEqual(json.json, { __type: 'UnrecognizedClientException', message: UNKNOWN });
    const s3 = await fixture.call({ sign: { service: 's3', credentials: bad } });
    assert.match(s3.body, /<Error><Code>InvalidAccessKeyId<\/Code>/);
    const cbor = await fixture.call({
      method: 'POST',
      sign: { service: 'monitoring', credentials: bad, headers: { 'smithy-protocol': 'rpc-v2-cbor' } },
    });
    assert.equal(cbor.headers['content-type'], 'application/cbor');
    assert.match(cbor.body, /__type.*UnrecognizedClientException.*message/s);
  });
});
