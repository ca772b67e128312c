/** The AWS CLI on this machine. */
import { execFile } from 'node:child_process';

export interface AwsCli {
  readonly version: string;
  /** Knows `AWS_ENDPOINT_URL`: 1.29 and 2.13 were the first. */
  readonly readsEndpoint: boolean;
}

/** Asks the `aws` on the PATH for its version; undefined where there is none that answers. */
export function findAwsCli(env: NodeJS.ProcessEnv): Promise<AwsCli | undefined> {
  return new Promise(resolve => {
    execFile(
      'aws',
      ['--version'],
      { env, timeout: 10_000, shell: process.platform === 'win32' },
      (error, stdout, stderr) => {
        resolve(error === null ? readAwsVersion(stdout + stderr) : undefined);
      },
    );
  });
}

/** `aws-cli/2.9.19 Python/3.11.2 …`; version 1 printed it on stderr once. */
export function readAwsVersion(text: string): AwsCli | undefined {
  const match = /aws-cli\/((\d+)\.(\d+)\.\d+)/.exec(text);
  if (match === null) return undefined;
  const [, version = '', major, minor] = match;
  const first = Number(major) === 1 ? 29 : Number(major) === 2 ? 13 : 0;
  return { version, readsEndpoint: Number(minor) >= first };
}
