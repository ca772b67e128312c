/** Functions made and called with the official SDK. */
import {
  CreateFunctionCommand,
  InvokeCommand,
  type CreateFunctionCommandInput,
  type InvokeCommandInput,
  type LambdaClient,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { zipOf } from './zip.ts';

/** Creates a function of one file and waits until it is Active, as AWS's own waiter does. */
export async function createFunction(
  client: LambdaClient,
  name: string,
  source: string,
  overrides: Partial<CreateFunctionCommandInput> = {},
): Promise<void> {
  const python = overrides.Runtime?.startsWith('python') === true;
  await client.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: 'arn:aws:iam::000000000000:role/test',
      Timeout: 10,
      Code: { ZipFile: await zipOf({ [python ? 'index.py' : 'index.js']: source }) },
      ...overrides,
    }),
  );
  await waitUntilFunctionActiveV2(
    { client, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.05 },
    { FunctionName: name },
  );
}

export interface Called {
  readonly payload: unknown;
  readonly functionError?: string;
  readonly log: string;
  readonly requestId: string;
  readonly status: number;
}

/** Invokes with the log's tail; the payload as JSON. */
export async function call(
  client: LambdaClient,
  name: string,
  event: unknown = {},
  overrides: Partial<InvokeCommandInput> = {},
): Promise<Called> {
  const answer = await client.send(
    new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event), LogType: 'Tail', ...overrides }),
  );
  const text = Buffer.from(answer.Payload ?? []).toString('utf8');
  return {
    payload: text === '' ? undefined : (JSON.parse(text) as unknown),
    ...(answer.FunctionError === undefined ? {} : { functionError: answer.FunctionError }),
    log: Buffer.from(answer.LogResult ?? '', 'base64').toString('utf8'),
    requestId: answer.$metadata.requestId ?? '',
    status: answer.StatusCode ?? 0,
  };
}
