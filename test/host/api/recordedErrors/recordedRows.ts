/** What was recorded from AWS, as data (rows.tsv), and how an answer is held against it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ApiAnswer } from '../../../helpers/apiRequest.ts';

export interface RecordedRow {
  /** `1` to `356`, `C1` to `C45`. */
  readonly row: string;
  readonly operation: string;
  /** `ResourceNotFoundException` */
  readonly code: string;
  readonly status: number;
  /** Members of the body in alphabetical order; empty where there is none to compare. */
  readonly members: string;
  readonly message: string;
  readonly condition: string;
}

const lines = readFileSync(path.join(import.meta.dirname, 'rows.tsv'), 'utf8')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('#'))
  .map(line => line.split('\t'));

const constants = lines.filter(([name]) => name?.startsWith('«') === true);

export const RECORDED: ReadonlyMap<string, RecordedRow> = new Map(
  lines
    .filter(([name]) => name?.startsWith('«') === false)
    .map(([row = '', operation = '', code = '', status = '', members = '', message = '', condition = '']) => [
      row,
      { row, operation, code, status: Number(status), members, message, condition },
    ]),
);

/** `values`: placeholder → what it stands for in this run, `{A}` among them. */
export function assertRecorded(
  recorded: RecordedRow,
  answer: ApiAnswer,
  values: ReadonlyMap<string, string>,
): void {
  if (recorded.code.startsWith('200 ')) {
    assertPayload(recorded, answer);
    return;
  }
  const { message, Message } = answer.json as {
    readonly message?: string | null;
    readonly Message?: string | null;
  };
  const expected = fill(recorded.message, values);
  const found = message ?? Message ?? null;
  // The end of the text differs from call to call, or the text was not recorded.
  const isOpen = expected === '*' || expected.endsWith('set: *');
  assert.deepEqual(
    {
      status: answer.status,
      code: answer.headers['x-amzn-errortype'],
      message: isOpen ? `${found}`.slice(0, expected.length - 1) : found,
      members: Object.keys(answer.json).sort().join(','),
    },
    {
      status: recorded.status,
      code: recorded.code,
      message: expected === '*(null)*' ? null : isOpen ? expected.slice(0, -1) : expected,
      members: recorded.members,
    },
  );
}

/** C35 to C37: the function failed, not the call. */
function assertPayload(recorded: RecordedRow, answer: ApiAnswer): void {
  const id = String(answer.headers['x-amzn-requestid']);
  assert.deepEqual(
    { status: answer.status, error: answer.headers['x-amz-function-error'], payload: answer.json },
    {
      status: recorded.status,
      error: 'Unhandled',
      payload: JSON.parse(recorded.message.replaceAll('<id>', id)) as unknown,
    },
  );
}

function fill(message: string, values: ReadonlyMap<string, string>): string {
  let text = message;
  for (const [name = '', value = ''] of constants) text = text.replaceAll(name, () => value);
  // Longer ones first: one may hold another.
  for (const [name, value] of [...values].sort((a, b) => b[0].length - a[0].length))
    text = text.replaceAll(name, () => value);
  return text.replace(/<a\*(\d+)>/g, (_, times: string) => 'a'.repeat(Number(times))).replaceAll('\\n', '\n');
}
