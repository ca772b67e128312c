/**
 * Which containers and networks belong to this state folder, and the note on disk that there may be some: without it
 * the next host does not touch Docker to look for leftovers (DESIGN.md rules 3 and 8).
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { statusOf, type DockerClient } from './dockerClient.ts';

/** On everything that we make: 16 hex digits of the state folder's path. */
const STATE_LABEL = 'lamplight.state';
/** Which life of the host made it. */
const HOST_LABEL = 'lamplight.host';
export const ENVIRONMENT_LABEL = 'lamplight.environment';
export const FUNCTION_LABEL = 'lamplight.function';

export class ContainerLedger {
  /** 16 hex digits. */
  readonly state: string;
  readonly #host = randomBytes(8).toString('hex');
  readonly #file: string;
  #noted = false;
  #names = 0;

  constructor(stateDir: string) {
    let real = path.resolve(stateDir);
    try {
      real = realpathSync(real);
    } catch {
      // It does not exist yet: nobody else can know it by another path.
    }
    this.state = createHash('sha256').update(real).digest('hex').slice(0, 16);
    this.#file = path.join(real, 'containers.json');
  }

  /** For every container and network of ours. */
  get labels(): Readonly<Record<string, string>> {
    return { [STATE_LABEL]: this.state, [HOST_LABEL]: this.#host };
  }

  /** A name that no other container has, and that says what it is in a list of the engine's. */
  nextName(functionName: string, environmentId: string): string {
    return `lamplight-${functionName}-${environmentId}-${++this.#names}`;
  }

  /** Written before the first of them is made. */
  note(address: string): void {
    if (this.#noted) return;
    mkdirSync(path.dirname(this.#file), { recursive: true, mode: 0o700 });
    writeFileSync(this.#file, JSON.stringify({ address }), { mode: 0o600 });
    this.#noted = true;
  }

  /** Address of the engine that an earlier host, or this one, used and did not clear; undefined where none did. */
  noted(): string | undefined {
    try {
      const note: unknown = JSON.parse(readFileSync(this.#file, 'utf8'));
      const address =
        typeof note === 'object' && note !== null && 'address' in note ? note.address : undefined;
      return typeof address === 'string' ? address : '';
    } catch (error) {
      return error instanceof SyntaxError ? '' : undefined;
    }
  }

  /** Nothing of ours is left. */
  clear(): void {
    rmSync(this.#file, { force: true });
    this.#noted = false;
  }

  /** Removes what earlier hosts of this state left; says what it was. */
  sweep(client: DockerClient): Promise<readonly string[]> {
    return this.#remove(client, labels => labels[HOST_LABEL] !== this.#host);
  }

  /** Removes what this host made. */
  async removeOwn(client: DockerClient): Promise<void> {
    await this.#remove(client, labels => labels[HOST_LABEL] === this.#host);
  }

  async #remove(
    client: DockerClient,
    belongs: (labels: Readonly<Record<string, string>>) => boolean,
  ): Promise<readonly string[]> {
    const filters = { label: [`${STATE_LABEL}=${this.state}`] };
    const containers = await client.listContainers({ all: true, filters });
    const found = containers.filter(({ Labels: labels }) => belongs(labels));
    await Promise.all(found.map(({ Id: id }) => removeContainer(client, id)));
    const networks = await client.listNetworks({ filters });
    // A network that somebody else's container has joined stays: it is theirs now.
    await Promise.all(
      networks
        .filter(({ Labels: labels }) => belongs(labels ?? {}))
        .map(({ Id: id }) =>
          client
            .getNetwork(id)
            .remove()
            .catch(() => undefined),
        ),
    );
    return found.map(
      ({ Id: id, Labels: labels }) =>
        `container ${id.slice(0, 12)} of ${labels[FUNCTION_LABEL] ?? 'a function'}`,
    );
  }
}

/** Ends and removes a container with its anonymous volumes. One that is gone, or about to be, is as good. */
export async function removeContainer(client: DockerClient, id: string): Promise<void> {
  try {
    await client.getContainer(id).remove({ force: true, v: true });
  } catch (error) {
    const status = statusOf(error);
    if (status !== 404 && status !== 409) throw error;
  }
}
