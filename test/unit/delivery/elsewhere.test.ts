import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { systemClock } from '../../../src/host/clock.ts';
import { createDeliveryTargets } from '../../../src/host/delivery/deliveryTargets.ts';
import { createElsewhere, type Elsewhere } from '../../../src/host/delivery/elsewhere.ts';
import { createLookup } from '../../../src/host/delivery/lookup.ts';
import { profileKeys } from '../../../src/host/delivery/profileKeys.ts';
import { parseArn, type ResourceArn } from '../../../src/host/delivery/resourceArn.ts';
import { callFor, invokeFunction, isRefusal } from '../../../src/host/delivery/upstreamCalls.ts';
import type { AwsProfile } from '../../../src/protocol/awsProfile.ts';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';

const arn = (name: string, service = 'sqs') => parseArn(`arn:aws:${service}:us-east-1:000000000000:${name}`)!;

describe('what the settings point elsewhere', () => {
  const clock = systemClock();
  let server: Server;
  let url: string;
  let folder: TemporaryFolder;
  let seen: { readonly url: string; readonly authorization: string; readonly token: string | undefined }[];
  let status: number;
  let body: string;
  let all: Elsewhere | undefined;

  before(async () => {
    folder = await temporaryFolder('elsewhere');
    server = createServer((request, response) => {
      seen.push({
        url: request.url ?? '',
        authorization: request.headers.authorization ?? '',
        token: request.headers['x-amz-security-token']?.toString(),
      });
      request.resume();
      response.writeHead(status).end(body);
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await folder.remove();
  });
  beforeEach(() => {
    seen = [];
    status = 200;
    body = '{}';
  });
  afterEach(() => all?.close());

  const profileOf = async (credentials: string, config = ''): Promise<AwsProfile> => {
    const configFile = path.join(folder.path, 'config');
    const credentialsFile = path.join(folder.path, 'credentials');
    await writeFile(configFile, config);
    await writeFile(credentialsFile, credentials);
    return { name: 'dev', configFile, credentialsFile };
  };

  it('is that of the ARN before that of its service, and nothing else', () => {
    all = createElsewhere(
      [
        { of: 'sqs', url: `${url}/all` },
        { of: arn('one').text, url: `${url}/one` },
      ],
      clock,
    );
    assert.equal(all.of(arn('one'))?.url, `${url}/one`);
    assert.equal(all.of(arn('other'))?.url, `${url}/all`);
    assert.equal(all.of(arn('one', 'sns')), undefined);
    assert.deepEqual([...all.pointed.keys()], ['sqs', arn('one').text]);
  });

  it('is a function with its versions and aliases; other ARNs but those of SQS and SNS are pointed by halves, which is said', () => {
    const said: string[] = [];
    const of = ['function:f', 'function:g:live'].map(name => arn(name, 'lambda').text);
    const bus = arn('event-bus/b', 'events').text;
    all = createElsewhere(
      [...of, bus, arn('q').text, 'kinesis'].map(one => ({ of: one, url })),
      clock,
      message => said.push(message),
    );
    for (const [name, isThere] of [
      ['function:f', true],
      ['function:f:live', true],
      ['function:g:live', true],
      ['function:g', false],
      ['function:ff', false],
    ] as const)
      assert.equal(all.of(arn(name, 'lambda')) !== undefined, isThere, name);
    assert.deepEqual(
      said.map(text => /^--service-endpoint (\S+): only what Lamplight itself sends/.exec(text)?.[1]),
      [...of, bus],
    );
  });

  it('in another region is another resource, whatever its name', async () => {
    const client = { ...createElsewhere([{ of: 'sqs', url }], clock).of(arn('q'))!, region: 'eu-west-1' };
    const call = { method: 'POST', url: '/', body: '' } as const;
    await assert.rejects(callFor(client, arn('q'), call), {
      name: 'DeliveryRefused',
      message: `arn:aws:sqs:us-east-1:000000000000:q is not at ${url}, which serves eu-west-1 only.`,
    });
    const lookup = createLookup({ upstream: undefined, pointed: () => client });
    assert.equal(await lookup.find(arn('q').text), 'missing');
    assert.deepEqual(seen, []);
    client.close();
  });

  it('is asked and gets what is delivered although the service is embedded', async () => {
    all = createElsewhere([{ of: arn('one').text, url }], clock);
    const of = (at: ResourceArn) => all!.of(at);
    const lookup = createLookup({
      upstream: undefined,
      embedded: new Map([['sqs', () => ({ visibilityTimeout: 7 })]]),
      pointed: of,
    });
    assert.deepEqual(await lookup.find(arn('other').text), { visibilityTimeout: 7 });
    status = 400;
    body = '{"__type":"com.amazonaws.sqs#QueueDoesNotExist"}';
    assert.equal(await lookup.find(arn('one').text), 'missing');

    const got: string[] = [];
    const targets = createDeliveryTargets(undefined, at =>
      of(at) === undefined ? undefined : to => Promise.resolve(void got.push(`there ${to.resource}`)),
    );
    targets.register('sqs', to => Promise.resolve(void got.push(`here ${to.resource}`)));
    const about = { requestId: 'r', functionName: 'f', functionArn: 'a', isSuccess: true, at: 0 };
    for (const name of ['one', 'other'])
      await targets.deliver(arn(name).text, { body: Buffer.from('{}'), about });
    assert.deepEqual(got, ['there one', 'here other']);
  });

  it('gets keys that name the account, and those of a profile only where one was named', async () => {
    const profile = await profileOf(
      '[other]\naws_access_key_id = AKIAOTHER\n[dev]\naws_access_key_id=AKIADEV\naws_secret_access_key = s3cret\naws_session_token = tok\n',
    );
    all = createElsewhere(
      [
        { of: 'sqs', url },
        { of: 'lambda', url, profile },
      ],
      clock,
    );
    const call = { method: 'POST', url: '/', body: '' } as const;
    await callFor(all.of(arn('q'))!, arn('q'), call);
    assert.match(seen[0]!.authorization, /Credential=000000000000\/\d+\/us-east-1\/sqs\//);
    assert.equal(seen[0]!.token, undefined);
    const fn = arn('function:f:live', 'lambda');
    await invokeFunction(fn, Buffer.from('{}'), undefined, one => callFor(all!.of(fn)!, fn, one));
    assert.match(seen[1]!.authorization, /Credential=AKIADEV\/\d+\/us-east-1\/lambda\//);
    assert.equal(seen[1]!.token, 'tok');
    assert.equal(
      seen[1]!.url,
      '/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Af%3Alive/invocations',
    );
  });

  it('says no for good, or until later', async () => {
    all = createElsewhere([{ of: 'sqs', url }], clock);
    const call = { method: 'POST', url: '/', body: '' } as const;
    const refused = async (): Promise<boolean> => {
      try {
        await callFor(all!.of(arn('ThrottledOrders'))!, arn('ThrottledOrders'), call);
      } catch (error) {
        return isRefusal(error);
      }
      return assert.fail('it was taken');
    };
    for (const [code, text, isFinal] of [
      [400, '{"__type":"QueueDoesNotExist"}', true],
      [403, '{"__type":"AccessDenied"}', true],
      [400, '{"__type":"RequestThrottled"}', false],
      [400, '{"__type":"com.amazonaws.sqs#RequestThrottled","message":"x"}', false],
      [400, '<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>', false],
      [400, '{"__type":"QueueDoesNotExist","message":"There is no ThrottledOrders"}', true],
      [404, '<Error><Code>NotFound</Code><Message>no ThrottledOrders</Message></Error>', true],
      [403, 'ThrottledOrders', true],
      [403, '{"__type":"ExpiredTokenException"}', false],
      [429, '', false],
      [503, '', false],
    ] as const) {
      status = code;
      body = text;
      assert.equal(await refused(), isFinal, `${code} ${text}`);
    }
  });

  it('has the keys that a process gives, again when they expire', async () => {
    const file = path.join(folder.path, 'keys.json');
    const give = (AccessKeyId: string, Expiration: number): Promise<void> =>
      writeFile(
        file,
        JSON.stringify({ Version: 1, AccessKeyId, SecretAccessKey: 's', Expiration: new Date(Expiration) }),
      );
    const profile = await profileOf('', `[profile dev]\ncredential_process = cat "${file}"\n`);
    let now = Date.UTC(2026, 0);
    const keys = profileKeys(profile, { ...clock, wallNow: () => now });
    await give('AKIA1', now + 600_000);
    assert.deepEqual(await keys(), { accessKeyId: 'AKIA1', secretAccessKey: 's' });
    await give('AKIA2', now + 1_200_000);
    assert.equal((await keys()).accessKeyId, 'AKIA1');
    now += 600_000;
    assert.equal((await keys()).accessKeyId, 'AKIA2');
  });

  it('never signs as another one than the profile is', async () => {
    const keys = 'aws_access_key_id = AKIABASE\naws_secret_access_key = s\n';
    for (const other of ['role_arn', 'web_identity_token_file', 'sso_session', 'sso_start_url'])
      for (const files of [
        [`[dev]\n${keys}`, `[profile dev]\n${other} = x\n`],
        ['', `[profile dev]\n${keys}${other} = x\n`],
      ] as const)
        await assert.rejects(profileKeys(await profileOf(files[0], files[1]), clock)(), {
          message: new RegExp(
            `^The AWS profile dev signs in by ${other}, .*credential_process = aws configure`,
          ),
        });
    const process = `echo '{"AccessKeyId":"AKIASSO","SecretAccessKey":"s"}'`;
    const both = `[profile dev]\nsso_session = work\ncredential_process = ${process}\n${keys}`;
    assert.equal((await profileKeys(await profileOf('', both), clock)()).accessKeyId, 'AKIASSO');
  });

  it('has key, secret and token of one file', async () => {
    const config =
      '[profile dev]\naws_access_key_id = AKIACONFIG\naws_secret_access_key = config\naws_session_token = old\n';
    const ofOne = async (credentials: string) => profileKeys(await profileOf(credentials, config), clock)();
    assert.deepEqual(await ofOne('[dev]\naws_access_key_id = AKIADEV\naws_secret_access_key = dev\n'), {
      accessKeyId: 'AKIADEV',
      secretAccessKey: 'dev',
    });
    assert.deepEqual(await ofOne('[dev]\naws_access_key_id = AKIADEV\n'), {
      accessKeyId: 'AKIACONFIG',
      secretAccessKey: 'config',
      sessionToken: 'old',
    });
  });

  it('says which profile has no keys, and nothing of what a process printed', async () => {
    await assert.rejects(
      profileKeys(await profileOf('', '[profile dev]\nregion = us-east-1\n'), clock)(),
      /^ServiceException: The AWS profile dev has no keys in .*aws configure export-credentials --profile dev /,
    );
    const none = profileKeys(await profileOf('', '[profile dev]\nsso_session = work\n'), clock);
    await assert.rejects(none(), (error: Error) => {
      assert.match(
        error.message,
        /^The AWS profile dev signs in by sso_session, .*aws configure export-credentials --profile dev /,
      );
      return !isRefusal(error);
    });
    const wrong = await profileOf('', '[profile dev]\ncredential_process = echo secret; exit 3\n');
    await assert.rejects(profileKeys(wrong, clock)(), {
      message: 'The credential_process of the AWS profile dev failed (exit 3). Run it by hand to see why.',
    });
  });
});
