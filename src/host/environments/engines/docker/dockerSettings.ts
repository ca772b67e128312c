/** What a user can choose about containers. They come as environment variables of the host, so that editor and terminal set them alike. */

export interface DockerSettings {
  /** Address of the engine: `unix:///var/run/docker.sock`, `tcp://127.0.0.1:2375`. */
  readonly address?: string;
  /** Image by runtime identifier, instead of AWS's own. */
  readonly images: Readonly<Record<string, string>>;
  /** `host`: containers share this machine's network, for what must reach its loopback. */
  readonly network: 'bridge' | 'host';
}

/**
 * Reads LAMPLIGHT_DOCKER_HOST, LAMPLIGHT_DOCKER_IMAGES (`nodejs24.x=IMAGE,python3.13=IMAGE`) and
 * LAMPLIGHT_DOCKER_NETWORK (`bridge` or `host`). Throws an Error that names the variable and its form.
 */
export function readDockerSettings(env: Readonly<Record<string, string | undefined>>): DockerSettings {
  const address = env['LAMPLIGHT_DOCKER_HOST'];
  const network = env['LAMPLIGHT_DOCKER_NETWORK'] ?? 'bridge';
  if (network !== 'bridge' && network !== 'host') {
    throw new Error(`LAMPLIGHT_DOCKER_NETWORK is "${network}": it must be "bridge" or "host".`);
  }
  const images = readImages(env['LAMPLIGHT_DOCKER_IMAGES'] ?? '');
  return { network, images, ...(address === undefined || address === '' ? {} : { address }) };
}

function readImages(text: string): Record<string, string> {
  const images: Record<string, string> = {};
  for (const entry of text.split(',')) {
    if (entry.trim() === '') continue;
    const at = entry.indexOf('=');
    const runtime = entry.slice(0, at).trim();
    const image = entry.slice(at + 1).trim();
    if (at < 1 || image === '') {
      throw new Error(
        `LAMPLIGHT_DOCKER_IMAGES has "${entry.trim()}": it must be RUNTIME=IMAGE, for one nodejs24.x=my-registry/lambda-nodejs:24.`,
      );
    }
    images[runtime] = image;
  }
  return images;
}
