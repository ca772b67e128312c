/** The image that a function runs in: which one, whether the engine has it, and getting it where it can be got. */
import type { Clock } from '../../../clock.ts';
import type { EnvironmentSpec } from '../../environment.ts';
import { statusOf, type DockerClient } from './dockerClient.ts';
import { because, dockerError } from './dockerError.ts';
import type { DockerSettings } from './dockerSettings.ts';
import { runtimeInfo } from '../../../runtimes/runtimeTable.ts';

/** What is known of an image that the engine has. */
export interface ReadyImage {
  readonly name: string;
  /** The image's own CMD. */
  readonly command: readonly string[];
}

export interface ContainerImages {
  /** Resolves when the engine has the image; says so while it pulls. Rejects with an AwsError that names it. */
  ready(spec: EnvironmentSpec): Promise<ReadyImage>;
  /** The engine turned out not to have it any more: the next {@link ready} looks again. */
  forget(spec: EnvironmentSpec): void;
}

/** Milliseconds of wall time between two words about a pull that goes on. */
const PROGRESS_EVERY = 5000;

export function containerImages(options: {
  readonly client: DockerClient;
  readonly clock: Clock;
  readonly settings: Pick<DockerSettings, 'images'>;
  /** The engine's own. */
  readonly architecture: EnvironmentSpec['architecture'];
  readonly notice: (severity: 'info' | 'warning', message: string) => void;
}): ContainerImages {
  const { client, clock, settings, architecture, notice } = options;
  const known = new Map<string, Promise<ReadyImage>>();

  async function find(name: string): Promise<Found | undefined> {
    try {
      const facts = await client.getImage(name).inspect();
      // An image that was imported without a configuration has null there.
      const config = facts.Config as { readonly Cmd?: string | string[] | null } | null;
      return { name, command: listOf(config?.Cmd), platform: `${facts.Os}/${facts.Architecture}` };
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw dockerError(`Docker could not look at the image ${name}: ${because(error)}.`, error);
    }
  }

  async function obtain(name: string, wanted: EnvironmentSpec['architecture']): Promise<Found> {
    const platform = platformOf(wanted);
    const tagged = architectureTag(name, wanted);
    const plain = await find(name);
    const own = plain?.platform === platform ? plain : tagged === name ? undefined : await find(tagged);
    if (own?.platform === platform) return own;
    // The plain tag holds every architecture, and an engine keeps one of them under it: a foreign one gets its own name.
    const target = wanted === architecture ? name : tagged;
    try {
      await pull(target, platform);
    } catch (error) {
      if (!plain) throw error;
      notice('warning', `The image ${name} is for ${plain.platform}, not for ${platform}: it runs as it is.`);
      return plain;
    }
    const pulled = await find(target);
    if (pulled) return pulled;
    throw dockerError(`The image ${target} was pulled, and the engine does not have it.`);
  }

  async function pull(name: string, platform: string): Promise<void> {
    notice('info', `Pulling the image ${name}; this is done once.`);
    try {
      const stream = await client.pull(name, { platform });
      await follow(stream, text => notice('info', `Pulling ${name}: ${text}`));
    } catch (error) {
      throw dockerError(
        `The image ${name} is not on this machine for ${platform} and could not be pulled: ${because(error)}. ` +
          `Pull it once while you are online (docker pull ${name}; log in to its registry where it is private), or name an image that you have: ` +
          'LAMPLIGHT_DOCKER_IMAGES=RUNTIME=IMAGE. --engine process needs no image.',
        error,
      );
    }
    notice('info', `Pulled the image ${name}.`);
  }

  function follow(stream: NodeJS.ReadableStream, say: (text: string) => void): Promise<void> {
    const layers = new Map<string, { readonly current: number; readonly total: number }>();
    let said = clock.monotonic();
    let refusal: Error | undefined;
    return new Promise((resolve, reject) => {
      client.modem.followProgress(
        stream,
        error => {
          const problem = error ?? refusal;
          if (problem) reject(problem);
          else resolve();
        },
        (event: PullEvent) => {
          // The engine has already answered 200 when a pull fails: the reason is one of the events.
          if (event.error !== undefined) refusal = new Error(event.error);
          const { current, total } = event.progressDetail ?? {};
          if (event.id !== undefined && event.status === 'Downloading' && total !== undefined) {
            layers.set(event.id, { current: current ?? 0, total });
          }
          if (clock.monotonic() - said < PROGRESS_EVERY || layers.size === 0) return;
          said = clock.monotonic();
          say(progressText([...layers.values()]));
        },
      );
    });
  }

  function toldOfEmulation(found: Found): Found {
    const own = platformOf(architecture);
    if (found.platform !== own) {
      notice(
        'warning',
        `The image ${found.name} is for ${found.platform} and this machine is ${own}: it runs under emulation, and only where ` +
          'one is installed ("exec format error" says that none is; QEMU\'s binfmt packages bring it).',
      );
    }
    return found;
  }

  const keyOf = (spec: EnvironmentSpec): string => `${imageName(spec, settings)} ${spec.architecture}`;

  return {
    async ready(spec) {
      const key = keyOf(spec);
      let image = known.get(key);
      if (!image) {
        image = obtain(imageName(spec, settings), spec.architecture).then(toldOfEmulation);
        known.set(key, image);
        // What failed is tried again by the next call.
        image.catch(() => known.delete(key));
      }
      return image;
    },
    forget: spec => void known.delete(keyOf(spec)),
  };
}

interface Found extends ReadyImage {
  /** `linux/amd64` */
  readonly platform: string;
}

interface PullEvent {
  readonly id?: string;
  readonly status?: string;
  readonly error?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
}

/** The function's own image, the one that a setting names, or AWS's. Throws an AwsError for an unknown runtime. */
export function imageName(
  spec: Pick<EnvironmentSpec, 'code' | 'runtime'>,
  settings: Pick<DockerSettings, 'images'>,
): string {
  if (spec.code.kind === 'image') return spec.code.imageUri;
  const runtime = spec.runtime ?? '';
  const name = settings.images[runtime] ?? awsImage(runtimeInfo(runtime)?.image);
  if (name === undefined) {
    throw dockerError(
      `There is no container image for the runtime "${runtime}": name one by LAMPLIGHT_DOCKER_IMAGES=${runtime}=IMAGE.`,
    );
  }
  return name;
}

function platformOf(architecture: EnvironmentSpec['architecture']): string {
  return architecture === 'arm64' ? 'linux/arm64' : 'linux/amd64';
}

function listOf(words: string | readonly string[] | null | undefined): readonly string[] {
  return typeof words === 'string' ? [words] : (words ?? []);
}

function progressText(layers: readonly { readonly current: number; readonly total: number }[]): string {
  const sum = (pick: (layer: (typeof layers)[number]) => number): string =>
    (layers.reduce((total, layer) => total + pick(layer), 0) / 1e6).toFixed(0);
  return `${sum(layer => layer.current)} of ${sum(layer => layer.total)} MB`;
}

const AWS_REPOSITORY = 'public.ecr.aws/lambda';

const awsImage = (tag: string | undefined): string | undefined =>
  tag === undefined ? undefined : `${AWS_REPOSITORY}/${tag}`;

/** AWS tags its images once more for each architecture; the plain tag holds both. */
function architectureTag(image: string, architecture: EnvironmentSpec['architecture']): string {
  return image.startsWith(`${AWS_REPOSITORY}/`) ? `${image}-${architecture}` : image;
}
