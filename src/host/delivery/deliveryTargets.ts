/**
 * Where results of asynchronous invocations, dead letters and rejected records go: one registry, by the service of the ARN.
 * What is embedded registers itself in main.ts; everything else is handed over at `--upstream`, or refused.
 */
import { parseArn, type ResourceArn } from './resourceArn.ts';

export interface DeliveryMessage {
  /** JSON text. */
  readonly body: Buffer;
  /** Message attributes of queues and topics. */
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
  readonly about: DeliveredResult;
  /** Trace header, with the lineage of calls that led here; queues and functions hand it on. */
  readonly traceId?: string;
}

export interface MessageAttribute {
  readonly type: 'String' | 'Number';
  readonly value: string;
}

/** The invocation that a message tells of: some targets want to know more than what the message says. */
export interface DeliveredResult {
  readonly requestId: string;
  readonly functionName: string;
  /** Qualified. */
  readonly functionArn: string;
  readonly isSuccess: boolean;
  /** Recursion detection stopped it. */
  readonly isRecursive?: boolean;
  /** Epoch milliseconds, service time. */
  readonly at: number;
}

/** Resolves when the target has taken it for good. Rejects with {@link DeliveryRefused} where another try is no use. */
export type DeliveryTarget = (arn: ResourceArn, message: DeliveryMessage) => Promise<void>;

/** The target is not there, does not take it, or it is too large. */
export class DeliveryRefused extends Error {
  override readonly name = 'DeliveryRefused';
}

export interface DeliveryTargets {
  /**
   * `service`: as in ARNs, `sqs`. Replaces what was registered for it.
   * @param isHere where it says no, the message goes to `otherwise` if there is one; without it all is here
   */
  register(service: string, target: DeliveryTarget, isHere?: (arn: ResourceArn) => boolean): void;
  /** As {@link DeliveryTarget}. */
  deliver(arn: string, message: DeliveryMessage): Promise<void>;
}

/**
 * @param otherwise takes what no embedded service does; absent without `--upstream`
 * @param pointed what the settings point elsewhere, which goes before all
 */
export function createDeliveryTargets(
  otherwise: DeliveryTarget | undefined,
  pointed?: (arn: ResourceArn) => DeliveryTarget | undefined,
): DeliveryTargets {
  const targets = new Map<string, DeliveryTarget>();
  const isHere = new Map<string, (arn: ResourceArn) => boolean>();
  return {
    register: (service, target, knows = () => true) => {
      targets.set(service, target);
      isHere.set(service, knows);
    },
    deliver: async (text, message) => {
      const arn = parseArn(text);
      if (arn === undefined) throw new DeliveryRefused(`${text} is not an ARN.`);
      const embedded = targets.get(arn.service);
      const isElsewhere = otherwise !== undefined && isHere.get(arn.service)?.(arn) === false;
      const target = pointed?.(arn) ?? (isElsewhere ? otherwise : (embedded ?? otherwise));
      if (target === undefined)
        throw new DeliveryRefused(
          `The service ${arn.service} is not embedded in Lamplight, so there is no ${text}. Start it with --upstream URL of an endpoint that has it (LocalStack, moto or any other), or with --service-endpoint ${arn.service}=URL.`,
        );
      await target(arn, message);
    },
  };
}
