/** RedrivePolicy: where messages go that were received too often. */
import { parseArn, type ResourceArn } from '../../delivery/resourceArn.ts';
import { invalidValue, sqsError } from './errors.ts';

export interface RedrivePolicy {
  readonly target: ResourceArn;
  /** How often a message is received before it moves. */
  readonly maxReceiveCount: number;
}

const KNOWN = ['maxReceiveCount', 'deadLetterTargetArn'];

/** Throws InvalidAttributeValue or InvalidParameterValue; whether the target is there is not asked. */
export function parseRedrivePolicy(text: string): RedrivePolicy {
  const invalid = (reason: string): Error => invalidValue(text, 'RedrivePolicy', reason);
  const policy = readMap(text);
  const { maxReceiveCount, deadLetterTargetArn } = policy;
  for (const name of KNOWN)
    if (policy[name] === undefined || policy[name] === null)
      throw invalid(`Redrive policy does not contain mandatory attribute: ${name}.`);
  if (Object.keys(policy).some(name => !KNOWN.includes(name)))
    throw invalid(`Only following attributes are supported: [${KNOWN.join(', ')}].`);
  const shown = typeof maxReceiveCount === 'string' ? maxReceiveCount : JSON.stringify(maxReceiveCount);
  const count = Number(shown);
  if (!Number.isInteger(count) || count < 1 || count > 1_000)
    throw invalid(
      `Invalid value for maxReceiveCount: ${shown}, valid values are from 1 to 1000 both inclusive.`,
    );
  const target = typeof deadLetterTargetArn === 'string' ? parseArn(deadLetterTargetArn) : undefined;
  if (target?.service !== 'sqs')
    throw invalid('Only SQS queues are valid resources for deadLetterTargetArn.');
  return { target, maxReceiveCount: count };
}

function readMap(text: string): Readonly<Record<string, unknown>> {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    policy = undefined;
  }
  if (typeof policy === 'object' && policy !== null && !Array.isArray(policy))
    return policy as Record<string, unknown>;
  throw sqsError(
    'InvalidAttributeValue',
    'Invalid value for the parameter RedrivePolicy. Reason: Redrive policy is not a valid JSON map.',
  );
}
