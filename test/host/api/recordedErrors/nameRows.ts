/** Part B: every form of a function's name that was tried, with each of four operations (rows 313 to 356). */
import { apiRequest, type ApiRequest } from '../../../helpers/apiRequest.ts';
import { a, type Provocations } from './provocation.ts';
import { RECORDED } from './recordedRows.ts';
import { createInput } from './world.ts';

interface NameCase {
  /** Rows of GetFunction, DeleteFunction and Invoke, and of CreateFunction. */
  readonly rows: readonly number[];
  readonly name: string;
  readonly qualifier?: string;
  /** How CreateFunction, which has no Qualifier, is given both; joined by a colon where absent. */
  readonly created?: string;
}

/** The account of test hosts. */
const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:my-function';
const ELSEWHERE = 'arn:aws:lambda:invalid-region:000000000000:function:my-function';

const NAMES: readonly NameCase[] = [
  { rows: [313, 314], name: '*' },
  { rows: [315, 316], name: 'my-function!' },
  { rows: [317, 318], name: 'my-function', qualifier: 'invalid!' },
  { rows: [319, 320], name: 'my-function', qualifier: a(129) },
  { rows: [321, 322], name: 'invalid-account:function:my-function' },
  { rows: [323, 324], name: ELSEWHERE },
  { rows: [325, 326], name: 'arn:aws:ec2:us-east-1:000000000000:instance:i-1234567890abcdef0' },
  { rows: [327, 328, 329], name: a(65) },
  { rows: [330, 331, 332], name: `${ELSEWHERE}${a(170)}` },
  { rows: [333, 334, 335], name: `${ELSEWHERE}-${a(170)}`, qualifier: a(129) },
  { rows: [336, 337], name: 'my-function', qualifier: a(65) },
  { rows: [339, 340], name: `${ARN}:1:2` },
  { rows: [341, 342], name: 'function' },
  { rows: [344, 345], name: 'function:my-function:$LATEST:extra' },
  { rows: [346, 347], name: `${ARN}:$LATEST`, qualifier: '1' },
  { rows: [348, 349, 350], name: 'my-function', qualifier: '$latest', created: `${ARN}:$latest` },
  { rows: [351, 352], name: 'arn:aws:lambda::000000000000:function:my-function' },
  { rows: [353, 354], name: 'arn:aws:lambda:us-east-1::function:my-function' },
  { rows: [355, 356], name: `${ARN}:$LATES` },
];

const OPERATIONS = { G: 'GetFunction', D: 'DeleteFunction', I: 'Invoke' } as const;

function requestOf({ name, qualifier, created }: NameCase, letter: string): ApiRequest {
  if (letter === 'C')
    return apiRequest(
      'CreateFunction',
      createInput(created ?? (qualifier === undefined ? name : `${name}:${qualifier}`)),
    );
  const operation = OPERATIONS[letter as keyof typeof OPERATIONS];
  return apiRequest(operation, { FunctionName: name, Qualifier: qualifier });
}

/** Each row with every operation that it was recorded for. */
export const nameRows: Provocations = Object.fromEntries(
  NAMES.flatMap(nameCase =>
    nameCase.rows.map(row => [
      row,
      () => Array.from(RECORDED.get(String(row))?.operation ?? '').map(letter => requestOf(nameCase, letter)),
    ]),
  ),
);
