import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkScope, resolveFunction, splitName } from '../../../src/host/api/functionName.ts';
import { javaPattern } from '../../../src/host/api/shapes/javaText.ts';
import { GetFunctionRequest } from '../../../src/host/api/shapes/requests.generated.ts';
import type { StringShape } from '../../../src/host/api/shapes/shape.ts';
import { AwsError } from '../../../src/protocol/awsError.ts';

const SCOPE = { region: 'us-east-1', accountId: '000000000000' };
const PATTERN = javaPattern((GetFunctionRequest.members['FunctionName']?.shape as StringShape).pattern ?? '');

const letters = 'abzABZ019-_'.split('');
const word = fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 20 });
// Words that stand for something else at the beginning of a partial ARN.
const name = word.filter(
  text => text !== 'function' && !/^\d{12}$/.test(text) && !/^[a-z]{2}-[a-z]+-\d$/.test(text),
);
const qualifier = fc.option(fc.oneof(fc.constantFrom('$LATEST', '$LATEST.PUBLISHED', '1', '42'), word), {
  nil: undefined,
});
const prefix = fc.constantFrom(
  '',
  'function:',
  '000000000000:',
  '000000000000:function:',
  'us-east-1:000000000000:function:',
  'arn:aws:lambda:us-east-1:000000000000:function:',
);

const refusal = (functionName: string, beside?: string): AwsError => {
  try {
    resolveFunction(functionName, beside, SCOPE);
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
  throw new Error(`${functionName} was not refused.`);
};

describe('a function’s name', () => {
  it('is the same function in each of its forms, with the qualifier in it or beside it', () => {
    fc.assert(
      fc.property(prefix, name, qualifier, fc.boolean(), (before, plain, qualified, inside) => {
        const written = `${before}${plain}${inside && qualified !== undefined ? `:${qualified}` : ''}`;
        assert.match(written, PATTERN);
        const expected = { name: plain, ...(qualified === undefined ? {} : { qualifier: qualified }) };
        assert.deepEqual(resolveFunction(written, inside ? undefined : qualified, SCOPE), expected);
        // Both, and the same.
        if (inside) assert.deepEqual(splitName(written, qualified), expected);
      }),
    );
  });

  it('is not one where two qualifiers differ', () => {
    fc.assert(
      fc.property(prefix, name, word, word, (before, plain, one, other) => {
        fc.pre(one !== other);
        assert.equal(
          refusal(`${before}${plain}:${one}`, other).message,
          'The derived qualifier from the function name does not match the specified qualifier.',
        );
      }),
    );
  });

  it('of another region is not reachable, of another account denied', () => {
    for (const region of ['eu-west-1', 'us-gov-west-1', 'us-iso-east-1', 'us-isob-east-1', 'eusc-de-east-1'])
      for (const written of [`arn:aws:lambda:${region}:000000000000:function:f`, `${region}:f`]) {
        assert.match(written, PATTERN);
        const error = refusal(written);
        assert.equal(error.code, 'ResourceNotFoundException');
        assert.equal(
          error.message,
          `Functions from '${region}' are not reachable in this region ('us-east-1')`,
        );
      }
    for (const written of ['arn:aws:lambda:us-east-1:111111111111:function:f:1', '111111111111:function:f']) {
      const error = refusal(written);
      assert.equal(error.code, 'AccessDeniedException');
      assert.deepEqual(error.members, { Message: null });
    }
    assert.doesNotThrow(() => checkScope('arn:aws-cn:lambda:us-east-1:000000000000:function:f', SCOPE));
  });

  it('may have dots where the model lets it', () => {
    assert.deepEqual(splitName('a.b:1'), { name: 'a.b', qualifier: '1' });
    assert.deepEqual(splitName('..'), { name: '..' });
  });
});
