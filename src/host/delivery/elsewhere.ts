/**
 * What the settings point at another endpoint: a whole service, or one ARN, which goes first. It is asked there whether
 * something exists, and has delivered there what it is to get, whatever is embedded here.
 */
import type { ServiceEndpoint } from '../../protocol/serviceEndpoint.ts';
import type { Clock } from '../clock.ts';
import { profileKeys, type SigningKeys } from './profileKeys.ts';
import type { ResourceArn } from './resourceArn.ts';
import { createUpstreamClient, type UpstreamClient } from './upstreamClient.ts';

export interface PointedService {
  readonly url: string;
  /** `--service-endpoint sqs`: for messages. */
  readonly name: string;
  /** Keys to sign with; absent where requests are passed on as they are. */
  readonly keys?: () => Promise<SigningKeys>;
}

export interface Elsewhere {
  /** The endpoint of this ARN or else of its service; undefined where neither is pointed anywhere. */
  of(arn: ResourceArn): UpstreamClient | undefined;
  /** By what was pointed, a signature's scope or an ARN: where requests for it go. */
  readonly pointed: ReadonlyMap<string, PointedService>;
  close(): void;
}

export function createElsewhere(endpoints: readonly ServiceEndpoint[], clock: Clock): Elsewhere {
  const clients = new Map<string, UpstreamClient>();
  const all = new Map<string, PointedService>();
  for (const { of, url, profile } of endpoints) {
    const name = `--service-endpoint ${of}`;
    const keys = profile === undefined ? undefined : profileKeys(profile, clock);
    const pointed = { url, name, ...(keys === undefined ? {} : { keys }) };
    clients.set(of, createUpstreamClient(url, clock, pointed));
    all.set(of, pointed);
  }
  return {
    of: arn => clients.get(arn.text) ?? clients.get(arn.service),
    pointed: all,
    close: () => {
      for (const client of clients.values()) client.close();
    },
  };
}
