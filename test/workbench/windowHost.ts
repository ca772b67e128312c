import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { HOST_INFO_FILE } from '../../src/protocol/hostInfo.ts';
import type { HostInfo } from '../../src/protocol/hostInfo.ts';
import { until } from '../helpers/until.ts';
import type { Workbench } from './harness/workbench.ts';

/** The host that a window started, as any other client of it: found by its host.json. */
export async function windowHost(workbench: Workbench): Promise<HostInfo> {
  const states = path.join(workbench.dataHome, 'lamplight');
  return until(
    async () => {
      const [state = ''] = await readdir(states);
      return JSON.parse(await readFile(path.join(states, state, HOST_INFO_FILE), 'utf8')) as HostInfo;
    },
    { what: 'the window’s host' },
  );
}

/** An official SDK client for it. */
export function lambdaClient({ endpoint, region, credentials }: HostInfo): LambdaClient {
  return new LambdaClient({ endpoint, region, credentials });
}
