import type { HostCredentials } from '../../protocol/hostInfo.ts';
import type { Clock } from '../clock.ts';
import type { Lookup } from '../delivery/lookup.ts';
import type { S3Objects } from '../delivery/s3Object.ts';
import type { CodeSigningConfigs } from '../functions/codeSigningConfigs.ts';
import type { EventSourceMappings } from '../functions/eventSourceMappings.ts';
import type { FunctionStore } from '../functions/functionStore.ts';
import type { ServiceRequest } from '../gateway/service.ts';
import type { Provisioner } from '../invoke/provisioner.ts';
import type { InvokeRequest, InvokeResult } from '../invoke/request.ts';
import type { Route } from './router.ts';

/** Opens the listener of a function URL before there is one; whoever serves it follows what is stored from then on. */
export interface UrlPorts {
  reserve(id: string): Promise<number>;
  release(id: string): void;
}

export interface LambdaServiceOptions {
  readonly functions: FunctionStore;
  readonly codeSigningConfigs: CodeSigningConfigs;
  readonly eventSourceMappings: EventSourceMappings;
  /** Whether what a policy denies is denied to the owner's account too. */
  readonly enforcePolicies: boolean;
  /** Ports of function URLs. */
  readonly urls: UrlPorts;
  /** What stands behind the ARNs of other services. */
  readonly lookup: Lookup;
  /** Where code in S3 comes from. */
  readonly objects: S3Objects;
  readonly clock: Clock;
  readonly region: string;
  readonly accountId: string;
  /** The account's concurrency, as GetAccountSettings shows it. */
  readonly concurrencyLimit: number;
  /** How far provisioned concurrency is. */
  readonly provisioner: Pick<Provisioner, 'allocation'>;
  /** Signs the links that GetFunction hands out. */
  readonly owner: HostCredentials;
  invoke(request: InvokeRequest): Promise<InvokeResult>;
}

/** One request on its way to its operation. */
export interface ApiCall {
  readonly request: ServiceRequest;
  readonly route: Route;
  readonly host: LambdaServiceOptions;
}
