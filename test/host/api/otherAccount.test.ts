/** A client whose credentials belong to another account. */
import assert from 'node:assert/strict';
import {
  AddPermissionCommand,
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { useTestHost } from '../../helpers/testHost.ts';
import { ARN, create, refusalOf } from './configurationFixture.ts';

describe('another account at a host with --accept-any-credentials', () => {
  const host = useTestHost({ args: ['--accept-any-credentials'] });

  it('invokes what a policy lets it invoke', async () => {
    const { client: owner, ready } = host();
    await create(owner, 'shared');
    const theirs = new LambdaClient({
      endpoint: ready.endpoint,
      region: ready.region,
      credentials: { accessKeyId: '111111111111', secretAccessKey: 'any' },
      maxAttempts: 1,
    });
    const invoke = () => theirs.send(new InvokeCommand({ FunctionName: `${ARN}shared`, Payload: '{"a":1}' }));
    assert.equal(await refusalOf(invoke()), 'AccessDeniedException');
    await owner.send(
      new AddPermissionCommand({
        FunctionName: 'shared',
        StatementId: 'them',
        Action: 'lambda:InvokeFunction',
        Principal: '111111111111',
      }),
    );
    assert.equal(Buffer.from((await invoke()).Payload ?? []).toString(), '{"a":1}');
    assert.equal(
      await refusalOf(theirs.send(new GetFunctionCommand({ FunctionName: `${ARN}shared` }))),
      'AccessDeniedException',
    );
    theirs.destroy();
  });
});
