/** What two may not both do: of many who ask at the same moment one gets it, the others AWS's refusal. */
import assert from 'node:assert/strict';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
  ListVersionsByFunctionCommand,
  PublishLayerVersionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { useTestHost } from '../../helpers/testHost.ts';
import { makeZip } from '../../unit/functions/zipFixture.ts';
import { create, createWithAliases, refusalOf, ZIP } from './configurationFixture.ts';

const CALLERS = 8;
const Role = 'arn:aws:iam::000000000000:role/r';

describe('calls at the same moment', () => {
  const host = useTestHost();
  const client = () => host().client;

  /** How each of the calls was refused, sorted; `none` first, for those that were not. */
  async function refusals(call: (caller: number) => Promise<unknown>): Promise<string[]> {
    const all = await Promise.all(Array.from({ length: CALLERS }, (_, caller) => refusalOf(call(caller))));
    return all.sort((a, b) => Number(b === 'none') - Number(a === 'none'));
  }
  const oneWins = (refusal: string): string[] => ['none', ...Array<string>(CALLERS - 1).fill(refusal)];

  it('make a function, an alias and a statement once', async () => {
    const made = await refusals(caller =>
      client().send(
        new CreateFunctionCommand({
          FunctionName: 'made',
          Runtime: 'nodejs22.x',
          Handler: 'index.handler',
          Role,
          Code: { ZipFile: makeZip([{ name: 'index.js', content: `exports.handler = () => ${caller};` }]) },
        }),
      ),
    );
    assert.deepEqual(made, oneWins('ResourceConflictException'));
    await createWithAliases(client(), 'f');
    const aliases = await refusals(() =>
      client().send(new CreateAliasCommand({ FunctionName: 'f', Name: 'live', FunctionVersion: '1' })),
    );
    assert.deepEqual(aliases, oneWins('ResourceConflictException'));
    const statements = await refusals(() =>
      client().send(
        new AddPermissionCommand({
          FunctionName: 'f',
          StatementId: 's',
          Action: 'lambda:InvokeFunction',
          Principal: '111111111111',
        }),
      ),
    );
    assert.deepEqual(statements, oneWins('ResourceConflictException'));
  });

  it('update a function one after the other: the first wins, with and without its revision', async () => {
    await create(client(), 'updated');
    const FunctionName = 'updated';
    const { RevisionId } = await client().send(new GetFunctionConfigurationCommand({ FunctionName }));
    const seen = await refusals(caller =>
      client().send(
        caller % 2 === 0
          ? new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 10 + caller })
          : new UpdateFunctionCodeCommand({ FunctionName, ZipFile: ZIP }),
      ),
    );
    assert.deepEqual(seen, oneWins('ResourceConflictException'));
    const stale = client().send(new UpdateFunctionConfigurationCommand({ FunctionName, RevisionId }));
    assert.match(await refusalOf(stale), /^(PreconditionFailed|ResourceConflict)Exception$/);
  });

  it('move an alias once from each of its revisions', async () => {
    await createWithAliases(client(), 'moved', 'live');
    const at = { FunctionName: 'moved', Name: 'live' };
    const { RevisionId } = await client().send(new UpdateAliasCommand({ ...at, Description: 'now' }));
    const seen = await refusals(caller =>
      client().send(new UpdateAliasCommand({ ...at, RevisionId, Description: String(caller) })),
    );
    assert.deepEqual(seen, oneWins('PreconditionFailedException'));
  });

  it('give each version of a layer its own number, and one version to all who publish the same', async () => {
    const published = await Promise.all(
      Array.from({ length: CALLERS }, () =>
        client().send(new PublishLayerVersionCommand({ LayerName: 'l', Content: { ZipFile: ZIP } })),
      ),
    );
    const numbers = published.map(({ Version }) => Version ?? 0).sort((a, b) => a - b);
    assert.deepEqual(
      numbers,
      Array.from({ length: CALLERS }, (_, index) => index + 1),
    );
    await create(client(), 'published');
    const versions = await Promise.all(
      Array.from({ length: CALLERS }, () =>
        client().send(new PublishVersionCommand({ FunctionName: 'published' })),
      ),
    );
    assert.deepEqual(new Set(versions.map(({ Version }) => Version)), new Set(['1']));
    const { Versions } = await client().send(
      new ListVersionsByFunctionCommand({ FunctionName: 'published' }),
    );
    assert.equal(Versions?.length, 2);
  });

  it('never reserve more than the account has', async () => {
    await Promise.all(Array.from({ length: CALLERS }, (_, index) => create(client(), `reserved-${index}`)));
    const seen = await refusals(caller =>
      client().send(
        new PutFunctionConcurrencyCommand({
          FunctionName: `reserved-${caller}`,
          ReservedConcurrentExecutions: 500,
        }),
      ),
    );
    assert.deepEqual(seen, oneWins('InvalidParameterValueException'));
  });
});
