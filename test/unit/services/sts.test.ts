import assert from 'node:assert/strict';
import { createStsService } from '../../../src/host/services/sts/stsService.ts';
import { startGateway, type GatewayFixture } from '../gateway/gatewayFixture.ts';

describe('sts', () => {
  let fixture: GatewayFixture;
  before(async () => {
    fixture = await startGateway({ services: [createStsService()] });
  });
  after(() => fixture.close());

  const ask = (body: string, sign = {}, accept?: string) =>
    fixture.call({
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        ...(accept === undefined ? {} : { accept }),
      },
      sign: { service: 'sts', ...sign },
    });
  const WHO = 'Action=GetCallerIdentity&Version=2011-06-15';

  it('says who the owner is, in XML', async () => {
    const answer = await ask(WHO);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], 'text/xml');
    assert.match(
      answer.body,
      /^<GetCallerIdentityResponse xmlns="https:\/\/sts\.amazonaws\.com\/doc\/2011-06-15\/">/,
    );
    assert.match(answer.body, /<Arn>arn:aws:iam::000000000000:root<\/Arn>/);
    assert.match(answer.body, /<UserId>000000000000<\/UserId>/);
    assert.match(answer.body, /<Account>000000000000<\/Account>/);
    assert.ok(answer.body.includes(`<RequestId>${String(answer.headers['x-amzn-requestid'])}</RequestId>`));
  });

  it('says it in JSON where that is all a client accepts', async () => {
    const answer = await ask(WHO, {}, 'application/json');
    assert.deepEqual(answer.json?.['GetCallerIdentityResponse'], {
      GetCallerIdentityResult: {
        Account: '000000000000',
        Arn: 'arn:aws:iam::000000000000:root',
        UserId: '000000000000',
      },
      ResponseMetadata: { RequestId: answer.headers['x-amzn-requestid'] },
    });
  });

  it('takes the action from the query as well', async () => {
    const answer = await fixture.call({ path: `/?${WHO}`, sign: { service: 'sts' } });
    assert.match(answer.body, /<Account>/);
  });

  it('says which function’s environment calls', async () => {
    const answer = await ask(WHO, { credentials: fixture.keys.mint('orders') });
    assert.match(
      answer.body,
      /<Arn>arn:aws:sts::000000000000:assumed-role\/lamplight-execution-role\/orders<\/Arn>/,
    );
    assert.match(answer.body, /<UserId>AROA[A-Z0-9]+:orders<\/UserId>/);
  });

  it('names what it cannot do', async () => {
    const answer = await ask('Action=AssumeRole&RoleArn=x');
    assert.equal(answer.status, 501);
    assert.match(
      answer.body,
      /<Code>UnsupportedOperation<\/Code><Message>The operation AssumeRole of sts is not supported by Lamplight\.<\/Message>/,
    );
    assert.match((await ask('')).body, /<Code>MissingAction<\/Code>/);
    assert.match((await ask('x'.repeat(70_000))).body, /<Code>RequestEntityTooLarge<\/Code>/);
  });
});
