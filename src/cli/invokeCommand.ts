/** `lamplight invoke` */
import { AwsCallError } from '../client/callError.ts';
import { functionCode, invocation } from '../client/controlCalls.ts';
import { functionErrorOf } from '../client/functionError.ts';
import type { HostClient } from '../client/hostClient.ts';
import { missingPackageHint } from '../client/missingPackage.ts';
import { type InvocationType, type InvokeAnswer, invoke } from '../client/invoke.ts';
import { invokeStream } from '../client/invokeStream.ts';
import type { FaultMark } from '../protocol/faults.ts';
import { type Command, type Context, stateFlag, UsageError } from './command.ts';
import { readEvent } from './eventInput.ts';
import { withHost } from './locateHost.ts';
import { readableStacks } from './readableStacks.ts';
import { withNames } from './unknownFunction.ts';

/** Bytes of a log tail; a shorter one is the whole log. */
const TAIL = 4_096;

export const invokeCommand: Command = {
  name: 'invoke',
  operands: 'NAME',
  operandCount: { least: 1, most: 1 },
  summary: 'invokes a function: its answer on stdout, its log on stderr',
  details: 'Exit code 0, 1 when the function failed, 2 whenever nothing was invoked.',
  flags: {
    ...stateFlag,
    event: {
      value: 'FILE|-|sample:ID|JSON',
      help: 'the event: a file, standard input, a sample or itself (default: {})',
    },
    type: { value: 'RequestResponse|Event|DryRun', help: 'how it is invoked (default: RequestResponse)' },
    qualifier: { value: 'Q', help: 'version or alias' },
    stream: { help: 'prints the answer as it comes: for functions that stream it' },
    json: { help: 'prints answer, log and facts as one JSON object' },
  },
  failure: 2,
  async run(args, context) {
    const [functionName = ''] = args.operands;
    const payload = await readEvent(args.text('event'), context);
    const type = (args.text('type') ?? 'RequestResponse') as InvocationType;
    const qualifier = args.text('qualifier');
    const stream = args.has('stream') ? printAsItComes(context) : undefined;
    if (stream && (args.has('json') || type !== 'RequestResponse'))
      throw new UsageError('--stream prints the answer as it comes: leave out --json and --type.');
    const run = async (client: HostClient) => {
      const options = { functionName, qualifier, payload, tail: true, client: 'cli' } as const;
      const call = stream
        ? invokeStream(client, options, stream.print).finally(stream.end)
        : invoke(client, { ...options, type });
      const answered = await call.catch(async (error: unknown) => {
        throw await withNames(client, functionName, error);
      });
      const whole = await wholeLog(client, answered);
      const texts = args.has('json')
        ? { log: whole }
        : await inSources(client, functionName, answered, whole, context);
      return { answer: answered, log: whole, texts };
    };
    const { answer, log, texts } = await withHost(args, context, run, 'never').catch((error: unknown) => {
      if (error instanceof AwsCallError && error.fault !== undefined) context.err(faultLine(error.fault));
      throw error;
    });
    if (answer.fault !== undefined) context.err(faultLine(answer.fault));
    const hint =
      answer.functionError === undefined ? undefined : missingPackageHint(answer.payload.toString());
    if (answer.buildError !== undefined)
      context.err(
        `lamplight: the last good code of ${functionName} ran, it does not build: ${answer.buildError}\n`,
      );
    if (args.has('json')) printJson(answer, log, context);
    else if (stream) printEnd(answer, texts.log, functionName, context);
    else print(answer, type, texts.log, functionName, context);
    if (texts.error !== undefined) context.err(`lamplight: ${texts.error}\n`);
    if (hint !== undefined) context.err(`lamplight: ${hint}\n`);
    return answer.functionError === undefined ? 0 : 1;
  },
};

/** No failure of the function's own, nor of a limit. */
const faultLine = ({ rule, kind }: FaultMark): string =>
  `lamplight: fault rule ${rule} made this (${kind}): lamplight faults lists it.\n`;

/** The answer carries the log's end only; history has all of it, unless the host has gone since. Never rejects. */
async function wholeLog(client: HostClient, answer: InvokeAnswer): Promise<string> {
  const tail = answer.logTail ?? '';
  if (Buffer.byteLength(tail) < TAIL) return tail;
  return invocation(client, answer.requestId).then(
    ({ log }) => log,
    () => tail,
  );
}

interface Texts {
  readonly log: string;
  /** Of a function that failed: its error and its stack, a line each. */
  readonly error?: string | undefined;
}

/** What a person reads of it. The answer itself stays as it came. */
async function inSources(
  client: HostClient,
  functionName: string,
  answer: InvokeAnswer,
  log: string,
  { cwd }: Context,
): Promise<Texts> {
  const options = {
    cwd,
    codeRoot: () =>
      functionCode(client, functionName, answer.executedVersion).then(
        ({ root }) => root,
        () => undefined,
      ),
  };
  const error = answer.functionError === undefined ? undefined : functionErrorOf(answer.payload.toString());
  return {
    log: await readableStacks(log, options),
    // One without a stack says nothing that the answer doesn't.
    error: error?.includes('\n') === true ? await readableStacks(error, options) : undefined,
  };
}

/** Characters may come in two pieces; a line that the answer leaves open is ended before the log. */
function printAsItComes(context: Context): {
  readonly print: (chunk: Buffer) => void;
  readonly end: () => void;
} {
  const decoder = new TextDecoder();
  let last = '\n';
  const out = (text: string): void => {
    if (text === '') return;
    last = text;
    context.out(text);
  };
  return {
    print: chunk => out(decoder.decode(chunk, { stream: true })),
    end: () => {
      out(decoder.decode());
      if (!last.endsWith('\n')) context.out('\n');
    },
  };
}

function printEnd(answer: InvokeAnswer, log: string, functionName: string, context: Context): void {
  if (log !== '') context.err(log.endsWith('\n') ? log : `${log}\n`);
  if (answer.functionError !== undefined)
    context.err(`lamplight: ${functionName} failed: ${answer.payload.toString()}\n`);
}

function print(
  answer: InvokeAnswer,
  type: InvocationType,
  log: string,
  functionName: string,
  context: Context,
): void {
  if (log !== '') context.err(log.endsWith('\n') ? log : `${log}\n`);
  if (type === 'Event') context.err(`${functionName} was queued, request id ${answer.requestId}\n`);
  else if (type === 'DryRun') context.err(`${functionName} can be invoked\n`);
  else context.out(`${answer.payload.toString()}\n`);
}

function printJson(answer: InvokeAnswer, log: string, context: Context): void {
  const text = answer.payload.toString();
  let payload: unknown = text;
  try {
    payload = JSON.parse(text);
  } catch {
    // An answer that is not JSON stays the text that it is.
  }
  const { status, functionError, executedVersion, requestId } = answer;
  const whole = {
    statusCode: status,
    requestId,
    ...(executedVersion === undefined ? {} : { executedVersion }),
    ...(functionError === undefined ? {} : { functionError }),
    ...(answer.fault === undefined ? {} : { fault: answer.fault }),
    ...(text === '' ? {} : { payload }),
    ...(log === '' ? {} : { log }),
  };
  context.out(`${JSON.stringify(whole)}\n`);
}
