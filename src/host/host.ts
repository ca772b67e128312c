/** What the host is started with, and what it is to the composition above it: command line, tests, bench. */
import type { AwsProfile } from '../protocol/awsProfile.ts';
import type { HostEvent } from '../protocol/control.ts';
import type { DeploymentTarget } from '../protocol/deployment.ts';
import type { HostInfo } from '../protocol/hostInfo.ts';
import type { FunctionSummary } from '../protocol/model.ts';
import type { ServiceEndpoint } from '../protocol/serviceEndpoint.ts';

/** Wall time after which an environment that nobody uses is frozen. */
export const FREEZE_AFTER_MS = 100;

export interface HostOptions {
  readonly stateDir: string;
  /** 0 or absent: any free port. */
  readonly port?: number;
  readonly region: string;
  readonly accountId: string;
  readonly engine: 'auto' | 'process' | 'sandbox' | 'docker';
  /** Where calls to services go that are not embedded. */
  readonly upstream?: string;
  /** Services and ARNs that are somewhere else, whatever is embedded. */
  readonly serviceEndpoints?: readonly ServiceEndpoint[];
  readonly acceptAnyCredentials: boolean;
  /** The policies of functions rule on the owner's account as well; off unless it is asked for. */
  readonly enforcePolicies?: boolean;
  /** A user runs it in a terminal; otherwise it ends 10 s after its last client. */
  readonly foreground: boolean;
  /** Real path of the workspace folder. */
  readonly workspace?: string;
  /** Environments that may run at once on this machine; the larger of 16 and 8 for each core where absent. */
  readonly maxEnvironments?: number;
  /** Milliseconds after which an idle environment is frozen, 100 where absent; 0: never. */
  readonly freezeAfterMs?: number;
  /** Concurrent executions of the account; 1,000 where absent. */
  readonly accountConcurrency?: number;
  /** Bytes a second of streamed answers after their first 6 MiB, as on AWS; no limit where absent. */
  readonly streamBandwidth?: number;
  /** Where functions find the AWS SDK that their projects lack (runtimes/sdkStorage.ts); no such place where absent. */
  readonly sdkStorage?: string;
  /** Any text: what is left to chance, as which version an alias of two picks, is the same in every run with the same one. */
  readonly seed?: string;
  /** The user's own profile of AWS, for handlers that work with AWS itself; keys of this host where absent. */
  readonly profile?: AwsProfile;
  /** Origins of web pages that may call, none by default. */
  readonly allowedOrigins?: readonly string[];
  /**
   * Runs when everything serves and before `host.json` says so to others: whoever finds the host there finds the
   * workspace's functions in it.
   */
  readonly beforeReady?: (host: Host) => Promise<void>;
  /** Hears what clients of the event stream hear, but the snapshot, together where it comes together. */
  readonly onEvents?: (events: readonly HostEvent[]) => void;
}

/** What the composition above the host brings in: the workspace, which the host does not know. */
export interface HostWorkspace {
  sync(files: readonly string[]): Promise<readonly string[]>;
  /** Called first when the host stops: nothing is deployed after it has resolved. */
  dispose(): Promise<void>;
}

export interface Host {
  readonly info: HostInfo;
  /** Where the workspace's functions go. */
  readonly deployments: DeploymentTarget;
  /** All functions that it has now. */
  functions(): readonly FunctionSummary[];
  publish(event: HostEvent): void;
  attachWorkspace(workspace: HostWorkspace): void;
  /** Idempotent: running invocations get a moment, every process and container ends, state is written. */
  stop(reason: string): Promise<void>;
  /** Resolves with the reason when the host has stopped, whoever asked for it. */
  readonly stopped: Promise<string>;
}
