/**
 * How a running host describes itself: the content of `host.json` in its state folder (mode 0600), and of the
 * `ready` line of `lamplight start --json`.
 */
export interface HostInfo {
  /** `http://127.0.0.1:PORT`: everything that AWS clients talk to. */
  readonly endpoint: string;
  readonly region: string;
  /** 12 digits. */
  readonly accountId: string;
  readonly credentials: HostCredentials;
  readonly pid: number;
  /** Product version of the host, so that a client of another version can say so. */
  readonly version: string;
  /** True when a user runs it in a terminal: it then outlives the last window. */
  readonly foreground: boolean;
  /** Real path of the workspace folder, absent for an empty host. */
  readonly workspace?: string;
  readonly stateDir: string;
}

/** The key pair made for this user and this state folder. */
export interface HostCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Name of the file in the state folder that holds a {@link HostInfo} while a host runs. */
export const HOST_INFO_FILE = 'host.json';

/** The first line of `lamplight start --json`. */
export interface ReadyMessage extends HostInfo {
  readonly type: 'ready';
}
