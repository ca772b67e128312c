/** Rows that are not replayed, each with its reason. */
export interface LeftOut {
  readonly rows: string;
  readonly reason: string;
}

export const LEFT_OUT: readonly LeftOut[] = [
  { rows: '58 71', reason: 'AWS’s own network: there is no EC2 here, so nothing can be missing in it.' },
  { rows: '187', reason: 'Replaced by row 188: AWS answers otherwise since.' },
  { rows: '338 343', reason: 'No error was recorded.' },
  { rows: 'C27', reason: 'The account’s concurrency is 1,000; rows 216 and 219 are the same rule.' },
  { rows: 'C1 C15', reason: 'There is no IAM here: every role can be assumed, and has every permission.' },
  {
    rows: 'C38 C39 C40',
    reason:
      'An attribute of a dead letter: test/unit/invoke/asynchronous/destinationRecord.test.ts has them.',
  },
  { rows: '11 252', reason: 'Replaced by row 10: AWS answers otherwise since.' },
  { rows: 'C30 C31 C32 C33 C34', reason: 'Not built yet: serving function URLs.' },
];

/** Row → reason. */
export const reasons: ReadonlyMap<string, string> = new Map(
  LEFT_OUT.flatMap(({ rows, reason }) => rows.split(' ').map(row => [row, reason] as const)),
);
