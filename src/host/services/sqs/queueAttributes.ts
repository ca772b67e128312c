/** Attributes of a queue: what they may be, what they are unless set, and which a kind of queue has. */
import { parsePolicy, PolicyError } from '../../functions/policy/parsePolicy.ts';
import { invalidParameter, sqsError } from './errors.ts';
import { checkRedriveAllowPolicy } from './redriveAllowPolicy.ts';
import { parseRedrivePolicy } from './redrivePolicy.ts';

/** By AWS's names, all texts. Those that are not set are not there. */
export type QueueAttributes = Readonly<Record<string, string>>;

const BOTH: QueueAttributes = {
  DelaySeconds: '0',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  SqsManagedSseEnabled: 'true',
  VisibilityTimeout: '30',
};

const FIFO: QueueAttributes = {
  ...BOTH,
  FifoQueue: 'true',
  ContentBasedDeduplication: 'false',
  DeduplicationScope: 'queue',
  FifoThroughputLimit: 'perQueue',
};

/** What a queue has of which nothing was said. */
export const defaultAttributes = (isFifo: boolean): QueueAttributes => (isFifo ? FIFO : BOTH);

export const COUNTS = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const;
const OPTIONAL = [
  'Policy',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
];

/** All that can be asked for. */
export const ATTRIBUTE_NAMES: ReadonlySet<string> = new Set([
  ...Object.keys(FIFO),
  ...OPTIONAL,
  ...COUNTS,
  'CreatedTimestamp',
  'LastModifiedTimestamp',
  'QueueArn',
]);

const SETTABLE: ReadonlySet<string> = new Set([...Object.keys(BOTH), ...OPTIONAL]);
const SETTABLE_FIFO: ReadonlySet<string> = new Set([...Object.keys(FIFO), ...OPTIONAL]);

/** First and last that are allowed. */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  DelaySeconds: [0, 900],
  MaximumMessageSize: [1_024, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  VisibilityTimeout: [0, 43_200],
  KmsDataKeyReusePeriodSeconds: [60, 86_400],
};

const VALUES: Readonly<Record<string, readonly string[]>> = {
  ContentBasedDeduplication: ['true', 'false'],
  DeduplicationScope: ['queue', 'messageGroup'],
  FifoThroughputLimit: ['perQueue', 'perMessageGroupId'],
  SqsManagedSseEnabled: ['true', 'false'],
};

const invalid = (name: string, reason?: string): Error =>
  sqsError(
    'InvalidAttributeValue',
    `Invalid value for the parameter ${name}.${reason === undefined ? '' : ` Reason: ${reason}`}`,
  );

const unknown = (name: string): Error => sqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);

/** Throws InvalidAttributeName or InvalidAttributeValue, where one can't be set on such a queue or not to that. */
export function checkAttributes(attributes: QueueAttributes, isFifo: boolean): void {
  for (const [name, value] of Object.entries(attributes)) checkAttribute(name, value, isFifo);
  const { KmsMasterKeyId, SqsManagedSseEnabled } = attributes;
  if (KmsMasterKeyId !== undefined && KmsMasterKeyId !== '' && SqsManagedSseEnabled === 'true')
    throw sqsError(
      'InvalidAttributeName',
      'You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.',
    );
}

function checkAttribute(name: string, value: string, isFifo: boolean): void {
  if (!isFifo && (name === 'DeduplicationScope' || name === 'FifoThroughputLimit'))
    throw sqsError('InvalidAttributeName', `You can specify the ${name} only when FifoQueue is set to true.`);
  if (!(isFifo ? SETTABLE_FIFO : SETTABLE).has(name)) throw unknown(name);
  if (name === 'FifoQueue') {
    if (value !== 'true') throw invalid(name, 'Modifying queue type is not supported.');
    return;
  }
  const range = RANGES[name];
  if (range !== undefined) {
    const number = /^\d+$/.test(value) ? Number(value) : NaN;
    if (!(number >= range[0] && number <= range[1])) throw invalid(name);
  }
  if (VALUES[name] !== undefined && !VALUES[name].includes(value)) throw invalid(name);
  if (value === '') return;
  if (name === 'Policy') checkPolicy(value);
  if (name === 'RedrivePolicy') parseRedrivePolicy(value);
  if (name === 'RedriveAllowPolicy') checkRedriveAllowPolicy(value);
}

const MAX_STATEMENTS = 20;

function checkPolicy(text: string): void {
  let count: number;
  try {
    count = parsePolicy(text, 'sqs').Statement.length;
  } catch (error) {
    if (error instanceof PolicyError) throw invalid('Policy');
    throw error;
  }
  if (count > MAX_STATEMENTS)
    throw invalidParameter(
      `${count} statements were found in the submitted policy, max allowed is ${MAX_STATEMENTS}`,
    );
}

/** Set as if they had never been. */
const RESETS: Readonly<Record<string, string>> = {
  KmsMasterKeyId: '',
  KmsDataKeyReusePeriodSeconds: '300',
  Policy: '',
  RedrivePolicy: '',
  RedriveAllowPolicy: '',
};

/** `before` with what is set; empty policies and keys are no more. */
export function withAttributes(before: QueueAttributes, set: QueueAttributes): QueueAttributes {
  const merged = { ...before, ...set };
  // One kind of encryption replaces the other.
  if ((set['KmsMasterKeyId'] ?? '') !== '') merged['SqsManagedSseEnabled'] = 'false';
  return Object.fromEntries(Object.entries(merged).filter(([name, value]) => RESETS[name] !== value));
}
