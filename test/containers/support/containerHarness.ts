/** Execution environments in real containers, for the tests of a `describe`. */
import { TEST_IMAGE } from '../../../scripts/prepare/dockerImage.mjs';
import { run } from '../../../scripts/prepare/progress.mjs';
import type { EnvironmentsOptions } from '../../../src/host/environments/environments.ts';
import { createHarness, type Harness } from '../../host/environments/environmentHarness.ts';

/** Every runtime that the tests use, in the one image that they have. */
export const IMAGES = { 'nodejs24.x': TEST_IMAGE, 'provided.al2023': TEST_IMAGE };

export function useContainers(options: Partial<EnvironmentsOptions> = {}): () => Harness {
  let harness: Harness | undefined;
  before('find the test image', async function () {
    this.timeout(10_000);
    try {
      await docker('image', 'inspect', TEST_IMAGE);
    } catch (error) {
      throw new Error(
        `The engine does not have ${TEST_IMAGE}: "npm run test:containers" makes it, or node scripts/prepare/dockerImage.mjs.`,
        { cause: error },
      );
    }
    harness = createHarness({
      engine: 'docker',
      docker: { images: IMAGES, network: 'bridge' },
      ...options,
    });
  });
  after('close, and see that nothing is left', async function () {
    this.timeout(30_000);
    const folder = harness?.folder;
    await harness?.close();
    harness = undefined;
    if (folder !== undefined) await assertNoContainers(folder);
  });
  return () => {
    if (!harness) throw new Error('The harness is made in a before hook: call this inside a test');
    return harness;
  };
}

/** Runs the engine's own client; resolves with what it printed. */
export async function docker(...args: readonly string[]): Promise<string> {
  return (await run('docker', args)).trim();
}

/** Containers, running or not, that mount something below this folder. */
export async function containersOf(folder: string): Promise<readonly string[]> {
  const ids = lines(await docker('ps', '-aq', '--no-trunc', '--filter', 'label=lamplight.state'));
  const mine: string[] = [];
  for (const id of ids) {
    // It may go while we look.
    const mounts = await docker('inspect', '--format', '{{json .Mounts}}', id).catch(() => '');
    if (mounts.includes(folder)) mine.push(id);
  }
  return mine;
}

export async function assertNoContainers(folder: string): Promise<void> {
  const left = await containersOf(folder);
  if (left.length > 0) throw new Error(`Containers of ${folder} are still there: ${left.join(', ')}`);
}

/** One value of `docker inspect`, parsed. */
export async function inspect(id: string, field: string): Promise<unknown> {
  return JSON.parse(await docker('inspect', '--format', `{{json ${field}}}`, id));
}

export const lines = (text: string): string[] => text.split('\n').filter(line => line !== '');
