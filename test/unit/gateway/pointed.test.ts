import assert from 'node:assert/strict';
import { ourQueueUrls, theirQueueUrls } from '../../../src/host/gateway/queueUrls.ts';
import type { Service } from '../../../src/host/gateway/service.ts';
import { startGateway, type GatewayFixture } from './gatewayFixture.ts';

const ARN = 'arn:aws:sns:us-east-1:000000000000:t';

/** An SQS that says who asked for what. */
const sqs = (scope: string, answer: (body: string) => string): Service => ({
  scope,
  maxBodyBytes: 10_000,
  arnOf: request => request.query.get('TopicArn') ?? undefined,
  handle: request =>
    Promise.resolve({
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-caller': request.caller.accessKeyId },
      body: answer(request.body.toString()),
    }),
  tooLarge: () => new Error('too large'),
});

describe('the gateway: services that are pointed elsewhere', () => {
  let there: GatewayFixture;
  let here: GatewayFixture;
  let urlThere: string;

  before(async () => {
    there = await startGateway({
      services: [
        sqs('sqs', body => body.replace('GIVE', `"QueueUrl":"${urlThere}/000000000000/q"`)),
        sqs('sns', () => 'there'),
      ],
    });
    urlThere = `http://127.0.0.1:${there.port}`;
    here = await startGateway({
      acceptAnyCredentials: true,
      services: [sqs('sns', () => 'here'), sqs('sqs', () => 'here')],
      pointed: new Map([
        [
          'sqs',
          {
            url: urlThere,
            name: '--service-endpoint sqs',
            keys: () => Promise.resolve(there.keys.owner),
          },
        ],
        [
          ARN,
          {
            url: urlThere,
            name: '--service-endpoint ARN',
            keys: () => Promise.resolve(there.keys.owner),
          },
        ],
        ['events', { url: 'http://127.0.0.1:9', name: '--service-endpoint events' }],
        [
          'kinesis',
          {
            url: 'http://127.0.0.1:9',
            name: '--service-endpoint kinesis',
            keys: () => Promise.resolve(there.keys.owner),
          },
        ],
      ]),
    });
  });
  after(async () => {
    await here.close();
    await there.close();
  });

  it('are signed again with the keys that were named, whoever of this host asks', async () => {
    for (const credentials of [here.keys.owner, here.keys.mint('f')]) {
      const body = `{"MessageBody":"${'x'.repeat(100)}"}`;
      const answer = await here.call({ method: 'POST', body, sign: { service: 'sqs', credentials } });
      assert.equal(answer.status, 200, answer.body);
      assert.equal(answer.body, body);
      assert.equal(answer.headers['x-caller'], there.keys.owner.accessKeyId);
    }
  });

  it('are also reached by a link that is signed, without what signed it', async () => {
    const answer = await here.call({ path: '/a%20b?x=1&y', sign: { service: 'sqs' } });
    assert.equal(answer.status, 200, answer.body);
  });

  it('are not reached with those keys by somebody who only claims to have some', async () => {
    const credentials = { accessKeyId: '000000000000', secretAccessKey: 'x' };
    const answer = await here.call({ sign: { service: 'sqs', credentials } });
    assert.equal(answer.status, 403);
    assert.match(answer.body, /signed with keys of a profile here, so only this host's own keys/);
  });

  it('may be one resource of a service, while the others are here', async () => {
    const ask = async (arn: string) =>
      (await here.call({ path: `/?TopicArn=${encodeURIComponent(arn)}`, sign: { service: 'sns' } })).body;
    assert.equal(await ask(ARN), 'there');
    assert.equal(await ask(`${ARN}2`), 'here');
  });

  it('have their queues under the address of this host', async () => {
    const ours = `http://127.0.0.1:${here.port}`;
    const answer = await here.call({ method: 'POST', body: '{GIVE}', sign: { service: 'sqs' } });
    assert.equal(answer.body, `{"QueueUrl":"${ours}/000000000000/q"}`);
  });

  it('say which option to change where nobody answers', async () => {
    for (const service of ['events', 'kinesis']) {
      const answer = await here.call({ sign: { service, headers: { 'x-amz-target': 'X' } } });
      assert.equal(answer.status, 503);
      assert.match(
        String(answer.json?.['message']),
        new RegExp(
          `^The endpoint http://127\\.0\\.0\\.1:9 does not answer \\(.*\\)\\. Start it, or start Lamplight with another --service-endpoint ${service}\\.$`,
        ),
      );
    }
  });

  it('are told that a body in signed pieces must be sent whole', async () => {
    const headers = { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' };
    const answer = await here.call({ method: 'POST', sign: { service: 'sqs' }, headers });
    // The gate believes the hash that was signed only.
    assert.ok([403, 501].includes(answer.status), answer.body);
  });
});

describe('addresses of queues on their way', () => {
  const OURS = 'http://127.0.0.1:1';
  const THEIRS = 'https://sqs.us-east-1.amazonaws.com';
  const there = (text: string) => theirQueueUrls(Buffer.from(text), OURS, THEIRS).toString();
  const here = (text: string) => ourQueueUrls(Buffer.from(text), OURS, THEIRS).toString();

  it('are changed where they name a queue', () => {
    assert.equal(here(`{"QueueUrl":"${THEIRS}/1/q"}`), `{"QueueUrl":"${OURS}/1/q"}`);
    assert.equal(
      here(`{"QueueUrls":["${THEIRS}/1/a", "${THEIRS}/1/b"]}`),
      `{"QueueUrls":["${OURS}/1/a", "${OURS}/1/b"]}`,
    );
    assert.equal(here(`<QueueUrl>${THEIRS}/1/q</QueueUrl>`), `<QueueUrl>${OURS}/1/q</QueueUrl>`);
    assert.equal(there(`{"QueueUrl" : "${OURS}/1/q"}`), `{"QueueUrl" : "${THEIRS}/1/q"}`);
    assert.equal(
      there(`Action=SendMessage&QueueUrl=${encodeURIComponent(`${OURS}/1/q`)}&MessageBody=x`),
      `Action=SendMessage&QueueUrl=${encodeURIComponent(`${THEIRS}/1/q`)}&MessageBody=x`,
    );
  });

  it('stay in messages, and where they are others’', () => {
    for (const text of [
      JSON.stringify({ MessageBody: JSON.stringify({ QueueUrl: `${OURS}/1/q` }) }),
      JSON.stringify({ MessageBody: JSON.stringify({ QueueUrl: `${THEIRS}/1/q` }) }),
      `{"QueueUrl":"http://other/1/q","MessageBody":"${OURS} ${THEIRS}"}`,
    ]) {
      assert.equal(there(text), text);
      assert.equal(here(text), text);
    }
  });
});
