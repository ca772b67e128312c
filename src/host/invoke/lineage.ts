/**
 * Who was invoked in one chain of calls: `Lineage=<8 hex of a function>:<times before>|…` in the trace header, which SDKs,
 * queues and destinations hand on (docs "Tracing header" of AWS X-Ray; "Lambda recursive loop detection"). A function that
 * was invoked 16 times in one chain is not invoked once more, unless its RecursiveLoop is Allow.
 */
import { createHash } from 'node:crypto';
import { AwsError } from '../../protocol/awsError.ts';

/** Invocations of one function in one chain. */
export const MOST_IN_CHAIN = 16;

export interface Entered {
  /** What the function gets, and hands on. */
  readonly header: string;
  /** The same for the caller, whom the lineage doesn't concern. */
  readonly plain: string;
  /** How often it has been invoked in this chain before. */
  readonly before: number;
}

/** The header of an invocation of that function. @param header of whoever invokes it */
export function enterFunction(header: string, functionArn: string): Entered {
  // Most begin a chain.
  if (WITHOUT_LINEAGE.test(header))
    return { header: `${header};Lineage=${idOf(functionArn)}:0`, plain: header, before: 0 };
  const parts = header.split(';').filter(part => part.trim() !== '');
  const lineage = parts.find(isLineage);
  // A newer form has a number in front of it all.
  const entries = (lineage?.trim().slice(8) ?? '').split('|').filter(entry => entry !== '');
  const id = idOf(functionArn);
  let before = 0;
  const others: string[] = [];
  for (const entry of entries) {
    const [, other, times] = /^(?:\d+:)?([0-9a-f]{8}):(\d+)$/.exec(entry) ?? [];
    if (other === undefined || times === undefined) continue;
    if (other === id) before = Number(times) + 1;
    else others.push(`${other}:${times}`);
  }
  const plain = parts.filter(part => !isLineage(part));
  return {
    header: [...plain, `Lineage=${[...others, `${id}:${before}`].join('|')}`].join(';'),
    plain: plain.join(';'),
    before,
  };
}

/** Not recorded: the words are those of the model. */
export const recursiveInvocation = (): AwsError =>
  new AwsError(
    'RecursiveInvocationException',
    400,
    "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services resources and stopped your function's invocation.",
    { messageKey: 'Message' },
  );

/** A header as `traceHeader` makes it. */
const WITHOUT_LINEAGE = /^Root=[-0-9a-f]+;Parent=[0-9a-f]+;Sampled=[01]$/;

const isLineage = (part: string): boolean => /^\s*Lineage=/i.test(part);

const ids = new Map<string, string>();

function idOf(functionArn: string): string {
  let id = ids.get(functionArn);
  if (id === undefined) {
    id = createHash('sha256').update(functionArn).digest('hex').slice(0, 8);
    ids.set(functionArn, id);
  }
  return id;
}
