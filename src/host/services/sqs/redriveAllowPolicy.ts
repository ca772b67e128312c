/** RedriveAllowPolicy: which queues may name this one as their dead-letter queue. */
import { invalidValue, sqsError } from './errors.ts';

interface RedriveAllowPolicy {
  readonly redrivePermission: 'allowAll' | 'byQueue' | 'denyAll';
  readonly sourceQueueArns: readonly string[] | undefined;
}

const MAX_SOURCES = 10;
const PERMISSIONS: readonly unknown[] = ['allowAll', 'byQueue', 'denyAll'];

/** Throws InvalidAttributeValue or InvalidParameterValue. */
export function checkRedriveAllowPolicy(text: string): void {
  const { redrivePermission, sourceQueueArns } = parse(text);
  const invalid = (reason: string): Error =>
    invalidValue(text, 'RedriveAllowPolicy', `Amazon SQS can't create the redrive allow policy. ${reason}`);
  if (redrivePermission !== 'byQueue') {
    if (sourceQueueArns !== undefined)
      throw invalid('To specify one or more source queue ARNs, you must set redrivePermission to byQueue.');
    return;
  }
  if (sourceQueueArns === undefined || sourceQueueArns.length === 0)
    throw invalid(
      'When you specify the byQueue permission type, you must also specify one or more sourceQueueArns values.',
    );
  if (sourceQueueArns.length > MAX_SOURCES)
    throw invalid(`The maximum number of source queue ARNs you can specify is ${MAX_SOURCES}.`);
}

/** Without a policy all may. */
export function allowsSource(text: string | undefined, sourceArn: string): boolean {
  if (text === undefined) return true;
  const { redrivePermission, sourceQueueArns } = parse(text);
  return redrivePermission === 'allowAll' || (sourceQueueArns ?? []).includes(sourceArn);
}

function parse(text: string): RedriveAllowPolicy {
  const malformed = sqsError(
    'InvalidAttributeValue',
    "Invalid value for the parameter RedriveAllowPolicy. Reason: Amazon SQS can't create the redrive allow policy, as it’s in an unsupported format.",
  );
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw malformed;
  }
  if (typeof policy !== 'object' || policy === null || Array.isArray(policy)) throw malformed;
  const { redrivePermission, sourceQueueArns, ...rest } = policy as Record<string, unknown>;
  if (Object.keys(rest).length > 0 || !PERMISSIONS.includes(redrivePermission)) throw malformed;
  const areArns =
    sourceQueueArns === undefined ||
    (Array.isArray(sourceQueueArns) && sourceQueueArns.every(each => typeof each === 'string'));
  if (!areArns) throw malformed;
  return { redrivePermission, sourceQueueArns } as RedriveAllowPolicy;
}
