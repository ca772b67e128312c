/** A first invocation in a container, against the engine's own create and start of that image running `node -e 0`. */
import { randomUUID } from 'node:crypto';
import process from 'node:process';
import { prepareDockerEngine } from '../../scripts/prepare/dockerEngine.mjs';
import { prepareDockerImage } from '../../scripts/prepare/dockerImage.mjs';
import { openDockerClient } from '../../src/host/environments/engines/docker/dockerClient.ts';
import { machineAddress } from '../../src/host/environments/engines/docker/machineAddress.ts';
import { Caller, invokeCalls } from '../callers.ts';
import { createFunction, trivialHandler, withHost, type Case } from '../context.ts';
import { interleaved, median, timed } from '../measure.ts';

export const container: Case = {
  name: 'container',
  what: 'cold call in a container',
  group: 'containers',
  async run({ effort }) {
    const engine = await prepareDockerEngine();
    try {
      const image = await prepareDockerImage(process.execPath);
      return await measure(image, Math.ceil(7 * effort));
    } finally {
      await engine.stop();
    }
  },
};

async function measure(image: string, rounds: number): ReturnType<Case['run']> {
  const address = machineAddress(undefined);
  if (address.kind === 'unusable') throw new Error(address.reason);
  const docker = await openDockerClient(address);
  const bare = async (): Promise<number> => {
    const name = `lamplight-bench-${randomUUID()}`;
    const time = await timed(async () => {
      const made = await docker.createContainer({
        name,
        Image: image,
        Entrypoint: ['/var/lang/bin/node'],
        Cmd: ['-e', '0'],
      });
      await made.start();
      await made.wait();
    });
    await docker.getContainer(name).remove({ force: true });
    return time;
  };
  const env = { LAMPLIGHT_DOCKER_IMAGES: `nodejs24.x=${image}` };
  return withHost({ args: ['--engine', 'docker'], env }, async host => {
    const caller = new Caller();
    const cold = async (round: number): Promise<number> => {
      await createFunction(host, `contained${round}`, trivialHandler);
      const [call] = invokeCalls(host.ready, `contained${round}`, 1);
      return timed(() => caller.call(call!));
    };
    await cold(-1);
    await bare();
    const values = await interleaved(rounds, { cold, bare });
    caller.close();
    return [
      {
        name: 'container cold call',
        value: median(values.cold),
        unit: 'ms',
        baseline: { name: 'create, start and exit of node -e 0', value: median(values.bare) },
        target: { of: 'ratio', is: 'at most', limit: 1.3 },
      },
    ];
  });
}
