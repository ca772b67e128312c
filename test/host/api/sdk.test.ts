/** The official SDK's client against a real host with real handlers: a function's whole life over the API. */
import assert from 'node:assert/strict';
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetAccountSettingsCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  ListCapacityProvidersCommand,
  paginateListFunctions,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
  type LambdaServiceException,
} from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { useTestHost } from '../../helpers/testHost.ts';
import { makeZip } from '../../unit/functions/zipFixture.ts';

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:';
const ROLE = 'arn:aws:iam::000000000000:role/r';
const code = (body: string): Buffer => makeZip([{ name: 'index.js', content: body }]);
const ECHO = code('exports.handler = async event => ({ event, version: 1 });');

/** The error that a call is refused with. */
async function refusal(call: Promise<unknown>): Promise<LambdaServiceException> {
  const answer = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(answer instanceof Error && '$metadata' in answer, 'it was refused by the service');
  return answer as LambdaServiceException;
}

describe('the AWS SDK for JavaScript', () => {
  const host = useTestHost();
  const waiter = () => ({ client: host().client, minDelay: 1, maxDelay: 1, maxWaitTime: 20 });
  const create = async (name: string, zip = ECHO) => {
    await host().client.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Role: ROLE,
        Code: { ZipFile: zip },
      }),
    );
    await waitUntilFunctionActiveV2(waiter(), { FunctionName: name });
  };
  const invoke = async (name: string, payload = '{}') => {
    const answer = await host().client.send(new InvokeCommand({ FunctionName: name, Payload: payload }));
    return { ...answer, text: Buffer.from(answer.Payload ?? []).toString() };
  };

  it('creates, waits, invokes, updates, waits, invokes and deletes', async () => {
    const { client } = host();
    const created = await client.send(
      new CreateFunctionCommand({
        FunctionName: 'life',
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Role: ROLE,
        Code: { ZipFile: ECHO },
        Environment: { Variables: { COLOUR: 'blue' } },
      }),
    );
    assert.equal(created.$metadata.httpStatusCode, 201);
    assert.equal(created.State, 'Pending');
    assert.equal(created.CodeSize, ECHO.length);
    const early = await refusal(client.send(new InvokeCommand({ FunctionName: 'life' })));
    assert.equal(early.name, 'ResourceConflictException');
    assert.equal(
      early.message,
      'The operation cannot be performed at this time. The function is currently in the following state: Pending',
    );
    await waitUntilFunctionActiveV2(waiter(), { FunctionName: 'life' });
    const first = await invoke('life', '{"n":1}');
    assert.equal(first.text, '{"event":{"n":1},"version":1}');
    assert.equal(first.ExecutedVersion, '$LATEST');

    const updated = await client.send(
      new UpdateFunctionCodeCommand({
        FunctionName: `${ARN}life`,
        ZipFile: code('exports.handler = async () => process.env.COLOUR;'),
        RevisionId: (await client.send(new GetFunctionConfigurationCommand({ FunctionName: 'life' })))
          .RevisionId,
      }),
    );
    assert.equal(updated.LastUpdateStatus, 'InProgress');
    assert.notEqual(updated.CodeSha256, created.CodeSha256);
    await waitUntilFunctionUpdatedV2(waiter(), { FunctionName: 'life' });
    assert.equal((await invoke('life')).text, '"blue"');

    await client.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: 'life',
        Environment: { Variables: { COLOUR: 'green' } },
      }),
    );
    await waitUntilFunctionUpdatedV2(waiter(), { FunctionName: 'life' });
    assert.equal((await invoke('life')).text, '"green"');

    const deleted = await client.send(new DeleteFunctionCommand({ FunctionName: 'life' }));
    assert.equal(deleted.$metadata.httpStatusCode, 204);
    const gone = await refusal(client.send(new GetFunctionCommand({ FunctionName: 'life' })));
    assert.equal(gone.name, 'ResourceNotFoundException');
    assert.equal(gone.message, `Function not found: ${ARN}life`);
  });

  it('gets each error as its own class, with AWS’s words', async () => {
    const { client } = host();
    const missing = await refusal(client.send(new InvokeCommand({ FunctionName: 'doesnotexist' })));
    assert.equal(missing.name, 'ResourceNotFoundException');
    assert.equal(missing.message, `Function not found: ${ARN}doesnotexist:$LATEST`);
    assert.equal(missing.$fault, 'client');
    const alias = await refusal(
      client.send(new InvokeCommand({ FunctionName: 'doesnotexist', Qualifier: 'live' })),
    );
    assert.equal(alias.message, `Function not found: ${ARN}doesnotexist:live`);
    const validation = await refusal(client.send(new GetFunctionCommand({ FunctionName: 'bad name' })));
    assert.equal(validation.name, 'ValidationException');
    assert.equal(validation.$metadata.httpStatusCode, 400);
    const zip = await refusal(
      client.send(
        new CreateFunctionCommand({
          FunctionName: 'bad-zip',
          Runtime: 'nodejs22.x',
          Handler: 'index.handler',
          Role: ROLE,
          Code: { ZipFile: makeZip([{ name: '../../evil.js', content: 'x' }]) },
        }),
      ),
    );
    assert.equal(zip.name, 'InvalidParameterValueException');
    assert.equal(
      zip.message,
      'Could not unzip uploaded file. Please check your file, then try to upload again.',
    );
    const later = await refusal(client.send(new ListCapacityProvidersCommand({})));
    assert.equal(later.$metadata.httpStatusCode, 501);
    assert.equal(later.message, 'The operation ListCapacityProviders is not supported by Lamplight.');
    assert.match(later.$metadata.requestId ?? '', /^[0-9a-f-]{36}$/);
  });

  it('sees 60 MB and 7 MB refused, with 413, and goes on with the same client', async () => {
    const { client } = host();
    const big = await refusal(
      client.send(
        new CreateFunctionCommand({
          FunctionName: 'big',
          Runtime: 'nodejs22.x',
          Handler: 'index.handler',
          Role: ROLE,
          Code: { ZipFile: Buffer.alloc(60 * 1024 * 1024) },
        }),
      ),
    );
    assert.equal(big.name, 'RequestEntityTooLargeException');
    assert.equal(big.$metadata.httpStatusCode, 413);
    assert.equal(big.message, 'Request must be smaller than 70167211 bytes for the CreateFunction operation');
    const payload = await refusal(
      client.send(
        new InvokeCommand({ FunctionName: 'any', Payload: JSON.stringify('x'.repeat(7 * 1024 * 1024)) }),
      ),
    );
    assert.equal(payload.name, 'RequestEntityTooLargeException');
    assert.equal(
      payload.message,
      'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
    );
    await client.send(new GetAccountSettingsCommand({}));
  });

  it('passes 6 MB through a handler and back', async () => {
    await create('mirror', code('exports.handler = async event => event;'));
    const text = 'x'.repeat(6_291_456 - 2);
    const { text: answer } = await invoke('mirror', JSON.stringify(text));
    assert.equal(answer.length, 6_291_456);
  });

  it('pages through many functions', async () => {
    const { client } = host();
    for (let index = 0; index < 5; index++) await create(`page-${index}`);
    const seen: string[] = [];
    for await (const page of paginateListFunctions({ client, pageSize: 2 }, {}))
      seen.push(...(page.Functions ?? []).map(item => item.FunctionName ?? ''));
    assert.deepEqual(
      seen.filter(name => name.startsWith('page-')),
      ['page-0', 'page-1', 'page-2', 'page-3', 'page-4'],
    );
    assert.equal((await client.send(new ListFunctionsCommand({}))).NextMarker ?? undefined, undefined);
  });

  it('downloads the package that it uploaded, from the link that GetFunction gives, and nobody else’s', async () => {
    await create('download');
    const { Code } = await host().client.send(new GetFunctionCommand({ FunctionName: 'download' }));
    assert.equal(Code?.RepositoryType, 'S3');
    const { get } = await import('node:http');
    const fetched = (url: string): Promise<{ status: number; bytes: Buffer }> =>
      new Promise((resolve, reject) => {
        get(url, response => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('end', () =>
            resolve({ status: response.statusCode ?? 0, bytes: Buffer.concat(chunks) }),
          );
        }).once('error', reject);
      });
    const good = await fetched(Code.Location ?? '');
    assert.equal(good.status, 200);
    assert.deepEqual(good.bytes, ECHO);
    assert.equal((await fetched((Code.Location ?? '').split('?')[0] ?? '')).status, 403);
  });

  it('is told who it is', async () => {
    const { ready } = host();
    const sts = new STSClient({
      endpoint: ready.endpoint,
      region: ready.region,
      credentials: ready.credentials,
    });
    const identity = await sts.send(new GetCallerIdentityCommand({}));
    assert.equal(identity.Account, '000000000000');
    assert.equal(identity.Arn, 'arn:aws:iam::000000000000:root');
    assert.equal(identity.UserId, '000000000000');
    sts.destroy();
  });

  it('is refused with keys that are not this user’s', async () => {
    const { ready } = host();
    const stranger = new LambdaClient({
      endpoint: ready.endpoint,
      region: ready.region,
      credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x'.repeat(40) },
      maxAttempts: 1,
    });
    const error = await refusal(stranger.send(new ListFunctionsCommand({})));
    assert.equal(error.name, 'UnrecognizedClientException');
    assert.equal(error.message, 'The security token included in the request is invalid.');
    assert.equal(error.$metadata.httpStatusCode, 403);
    stranger.destroy();
  });

  it('in a handler, with the keys of its environment, may invoke and never change a function', async () => {
    await create('callee', code('exports.handler = async () => "called";'));
    // The handler signs by itself: an artifact of one file has no SDK.
    await create(
      'caller',
      code(`
        const http = require('node:http');
        const { createHash, createHmac } = require('node:crypto');
        const hash = text => createHash('sha256').update(text).digest('hex');
        const hmac = (key, text) => createHmac('sha256', key).update(text).digest();
        function call(method, path, service, body) {
          const endpoint = new URL(process.env.AWS_ENDPOINT_URL);
          const date = new Date().toISOString().replace(/[-:]|\\.\\d{3}/g, '');
          const day = date.slice(0, 8);
          const token = process.env.AWS_SESSION_TOKEN;
          const canonical = [method, path, '', 'host:' + endpoint.host, 'x-amz-date:' + date,
            'x-amz-security-token:' + token, '', 'host;x-amz-date;x-amz-security-token', hash(body)].join('\\n');
          const scope = day + '/us-east-1/' + service + '/aws4_request';
          const toSign = ['AWS4-HMAC-SHA256', date, scope, hash(canonical)].join('\\n');
          const key = [day, 'us-east-1', service, 'aws4_request']
            .reduce(hmac, 'AWS4' + process.env.AWS_SECRET_ACCESS_KEY);
          const headers = { 'x-amz-date': date, 'x-amz-security-token': token, 'content-length': body.length,
            authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/' + scope +
              ',SignedHeaders=host;x-amz-date;x-amz-security-token,Signature=' + hmac(key, toSign).toString('hex') };
          return new Promise((resolve, reject) => {
            const out = http.request(endpoint.origin + path, { method, headers }, response => {
              let text = '';
              response.on('data', chunk => (text += chunk)).on('end', () =>
                resolve([response.statusCode, response.headers['x-amzn-errortype'] || '', text]));
            });
            out.on('error', reject);
            out.end(body);
          });
        }
        exports.handler = async () => ({
          invoke: await call('POST', '/2015-03-31/functions/callee/invocations', 'lambda', '{}'),
          remove: await call('DELETE', '/2015-03-31/functions/callee', 'lambda', ''),
          control: await call('POST', '/lamplight/stop', 'lamplight', ''),
        });`),
    );
    const { text } = await invoke('caller');
    const answers = JSON.parse(text) as Record<string, [number, string, string]>;
    assert.deepEqual(answers['invoke'], [200, '', '"called"']);
    assert.deepEqual(answers['remove']?.slice(0, 2), [403, 'AccessDeniedException']);
    assert.match(
      answers['remove'][2],
      /assumed-role\/.*\/caller is not authorized to perform: lambda:DeleteFunction/,
    );
    assert.deepEqual(answers['control']?.slice(0, 2), [403, 'AccessDeniedException']);
    assert.equal((await invoke('callee')).text, '"called"');
  });
});
