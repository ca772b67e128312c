/** Functions to configure, and what a call or a listener says, for the tests of what is configured beside functions. */
import http from 'node:http';
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  type LambdaClient,
  PublishVersionCommand,
  waitUntilFunctionActiveV2,
  waitUntilPublishedVersionActive,
} from '@aws-sdk/client-lambda';
import { makeZip } from '../../unit/functions/zipFixture.ts';

export const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:';
export const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:q';
export const PROFILE = 'arn:aws:signer:us-east-1:000000000000:/signing-profiles/test';
export const ZIP = makeZip([{ name: 'index.js', content: 'exports.handler = async event => event;' }]);

/** A function that answers its event, once it is Active. */
export async function create(client: LambdaClient, FunctionName: string): Promise<void> {
  await client.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: 'arn:aws:iam::000000000000:role/r',
      Code: { ZipFile: ZIP },
    }),
  );
  const waiter = { client, minDelay: 1, maxDelay: 1, maxWaitTime: 20 };
  await waitUntilFunctionActiveV2(waiter, { FunctionName });
}

/** With version 1 and the aliases that point to it. */
export async function createWithAliases(
  client: LambdaClient,
  name: string,
  ...aliases: string[]
): Promise<void> {
  await create(client, name);
  await client.send(new PublishVersionCommand({ FunctionName: name }));
  const waiter = { client, minDelay: 1, maxDelay: 1, maxWaitTime: 20 };
  await waitUntilPublishedVersionActive(waiter, { FunctionName: name, Qualifier: '1' });
  for (const Name of aliases)
    await client.send(new CreateAliasCommand({ FunctionName: name, Name, FunctionVersion: '1' }));
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** Name of the error that a call is refused with, `none` where it is not. */
export const refusalOf = (call: Promise<unknown>): Promise<string> => call.then(() => 'none', nameOf);

/** Status of a GET; rejects where nobody listens. */
export function statusOf(url: string): Promise<number> {
  const { port, host } = new URL(url);
  return new Promise((resolve, reject) => {
    http
      .get({ host: '127.0.0.1', port, headers: { host }, agent: false }, response => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
      .on('error', reject);
  });
}
