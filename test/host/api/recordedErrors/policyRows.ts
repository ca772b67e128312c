/** Policies of functions: rows 6 to 18, 171 to 174, 252 to 256, C12. */
import type { Input } from '../../../helpers/apiRequest.ts';
import { ask, onFunction, plainly, type Provocation, type Provocations } from './provocation.ts';
import type { World } from './world.ts';

const permission = (more: Input = {}): Input => ({
  StatementId: 's3',
  Action: 'lambda:InvokeFunction',
  Principal: 's3.amazonaws.com',
  ...more,
});
const adding = (more: Input): Provocation => onFunction('AddPermission', permission(more));

/** A function that has a policy of one statement, `s3`. */
async function withPolicy(world: World): Promise<string> {
  const name = await world.fn();
  await world.call('AddPermission', { FunctionName: name, ...permission() });
  return name;
}

const sizeOf = (json: unknown): number => Buffer.byteLength(String(json));

/** What AddPermission makes of it; the policy is as before. */
async function statementOf(world: World, input: Input): Promise<unknown> {
  const { json } = await world.call('AddPermission', input);
  await world.call('RemovePermission', {
    FunctionName: input['FunctionName'],
    StatementId: input['StatementId'],
  });
  return json['Statement'];
}

export const policyRows: Provocations = {
  6: adding({ Qualifier: '$LATEST' }),
  7: onFunction('AddPermission', name => ({
    FunctionName: `${name}:alias-not-42`,
    ...permission({ Qualifier: '42' }),
  })),
  8: adding({ Principal: 'invalid.nonaws.com' }),
  10: async world => {
    const name = await withPolicy(world);
    return ask('AddPermission', {
      FunctionName: name,
      ...permission({ StatementId: 's3-2', RevisionId: 'wrong' }),
    });
  },
  12: async world => {
    const name = await withPolicy(world);
    const again = permission({ StatementId: 's3' });
    return ask('AddPermission', { FunctionName: name, ...again });
  },
  13: adding({ Qualifier: 'alias-doesnotexist' }),
  14: plainly('AddPermission', { FunctionName: 'doesnotexist', ...permission() }),
  15: adding({ Qualifier: 'valid-with-$-but-doesnotexist' }),
  16: adding({ Qualifier: '42' }),
  171: plainly('GetPolicy', { FunctionName: 'doesnotexist' }),
  172: onFunction('GetPolicy', { Qualifier: '42' }),
  173: async world => {
    const name = await withPolicy(world);
    await world.call('RemovePermission', { FunctionName: name, StatementId: 's3' });
    return ask('GetPolicy', { FunctionName: name });
  },
  253: async world => {
    const name = await withPolicy(world);
    return ask('RemovePermission', { FunctionName: name, StatementId: 'non-existent' });
  },
  254: onFunction('RemovePermission', { StatementId: 's3', Qualifier: 'alias-doesnotexist' }),
  255: plainly('RemovePermission', { FunctionName: 'doesnotexist', StatementId: 's3' }),
  C12: async world => {
    const name = await world.fn();
    const adding = (StatementId: string, bucket: number) => ({
      FunctionName: name,
      ...permission({ StatementId, SourceArn: `arn:aws:s3:::${'b'.repeat(bucket)}` }),
    });
    await world.call('AddPermission', adding('s1', 9_800));
    await world.call('AddPermission', adding('s2', 9_800));
    const { json } = await world.call('GetPolicy', { FunctionName: name });
    const [size, one] = [sizeOf(json['Policy']), sizeOf(await statementOf(world, adding('s3', 1)))];
    // A comma goes before it.
    return ask('AddPermission', adding('s3', 20_622 - size - one));
  },
  256: onFunction('RemovePermission', { StatementId: 's3' }),
};
