// The image that the container tests run in. No registry is needed: a small Debian (debootstrap), this repository's
// Node.js and AWS's own runtime interface client (built here from npm), laid out like public.ecr.aws/lambda/nodejs, so
// that the tests take the path that users take. What takes long is made once for a machine (cache.mjs).
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { cachedFolder } from './cache.mjs';
import { installNpmPackage } from './npmPackage.mjs';
import { Unavailable, repository, run, step } from './progress.mjs';
import { prepareSystem, program } from './systemPackages.mjs';

/** What the tests map runtime identifiers to. */
export const TEST_IMAGE = 'lamplight-test/lambda-nodejs:24';

const RIC_VERSION = '4.0.2';
const AWS_IMAGE = 'public.ecr.aws/lambda/nodejs:24';
const LABEL = 'lamplight.test.recipe';
const why = 'the container tests make their base image with it';

/**
 * Makes {@link TEST_IMAGE} unless the engine already has it from this very recipe. Needs an engine that answers.
 * @param {string} node path of this repository's Node.js
 * @returns {Promise<string>} the image's name
 */
export async function prepareDockerImage(node) {
  const recipe = await recipeHash(node);
  if ((await imageRecipe()) === recipe) return TEST_IMAGE;
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return takeAwsImage(recipe);
  await prepareSystem(
    ['debootstrap', 'cmake', 'make', 'g++', 'python3', 'xz-utils'].map(name =>
      program(name === 'xz-utils' ? 'xz' : name, why, [name]),
    ),
  );
  const [base, client] = await Promise.all([debianBase(), runtimeClient(node)]);
  await step(`Making the image ${TEST_IMAGE}`, () => importImage({ base, client, node, recipe }));
  return TEST_IMAGE;
}

/** Where debootstrap can't run, a machine that reaches the registry has AWS's image itself. @param {string} recipe */
async function takeAwsImage(recipe) {
  try {
    await step(`Pulling ${AWS_IMAGE}`, () => run('docker', ['pull', AWS_IMAGE]));
  } catch (error) {
    throw new Unavailable(
      `The container tests need a base image. Making one takes root on Linux (debootstrap), and the pull of ${AWS_IMAGE} failed.\n${String(error)}`,
    );
  }
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lamplight-image-'));
  try {
    await writeFile(path.join(folder, 'Dockerfile'), `FROM ${AWS_IMAGE}\nLABEL ${LABEL}=${recipe}\n`);
    await run('docker', ['build', '-t', TEST_IMAGE, folder]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return TEST_IMAGE;
}

/** Changes when anything that goes into the image does. @param {string} node */
async function recipeHash(node) {
  const hash = createHash('sha256').update(`${RIC_VERSION} ${(await run(node, ['--version'])).trim()}\n`);
  hash.update(await readFile(fileURLToPath(import.meta.url)));
  for (const name of (await readdir(layout)).sort()) hash.update(await readFile(path.join(layout, name)));
  return hash.digest('hex').slice(0, 16);
}

const layout = path.join(repository, 'scripts/prepare/lambdaImage');

/** Label of the image that the engine has, if it has one. */
async function imageRecipe() {
  const format = `{{index .Config.Labels "${LABEL}"}}`;
  return run('docker', ['image', 'inspect', '--format', format, TEST_IMAGE]).then(
    text => text.trim(),
    () => undefined,
  );
}

/** A minimal Debian (or Ubuntu) of this machine's own release, so that what is built here runs there; as a tar file. */
async function debianBase() {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const own = /^VERSION_CODENAME=(\S+)/m.exec(release)?.[1];
  const known = own !== undefined && /^ID=(debian|ubuntu)$/m.test(release);
  const suite = known ? own : 'bookworm';
  const folder = await cachedFolder(`${suite}-${process.arch}-base`, async part => {
    const root = path.join(part, 'root');
    const mirror = known ? await packageMirror() : 'http://deb.debian.org/debian';
    await step(`Making a minimal ${suite} (debootstrap, 1 to 2 minutes)`, () =>
      run('debootstrap', ['--variant=minbase', '--include=ca-certificates', suite, root, mirror], {
        log: 'debootstrap.log',
      }),
    );
    for (const waste of [
      'var/cache/apt',
      'var/lib/apt/lists',
      'usr/share/doc',
      'usr/share/locale',
      'usr/share/man',
    ]) {
      await rm(path.join(root, waste), { recursive: true, force: true });
    }
    await run('tar', ['-cf', path.join(part, 'base.tar'), '--exclude=./dev/*', '-C', root, '.']);
    await rm(root, { recursive: true });
  });
  return path.join(folder, 'base.tar');
}

/** Where apt takes this machine's packages from. */
async function packageMirror() {
  const sites = await run('apt-get', ['indextargets', '--format', '$(SITE)', 'Created-By: Packages']);
  const site = sites.split('\n').find(line => /^https?:/.test(line) && !line.includes('security'));
  return site ?? 'http://deb.debian.org/debian';
}

/** AWS's runtime interface client for Node.js, with its native part built. @param {string} node @returns {Promise<string>} its folder */
async function runtimeClient(node) {
  const major = /v(\d+)/.exec(await run(node, ['--version']))?.[1] ?? '24';
  const folder = await cachedFolder(
    `aws-lambda-ric-${RIC_VERSION}-node${major}-${process.arch}`,
    async part => {
      await step(
        `Building AWS's runtime interface client (aws-lambda-ric ${RIC_VERSION}, 1 to 3 minutes)`,
        () =>
          installNpmPackage({
            spec: `aws-lambda-ric@${RIC_VERSION}`,
            folder: part,
            node,
            log: 'aws-lambda-ric.log',
          }),
      );
    },
  );
  return path.join(folder, 'node_modules/aws-lambda-ric');
}

/** @param {{base: string, client: string, node: string, recipe: string}} parts */
async function importImage({ base, client, node, recipe }) {
  const work = await mkdtemp(path.join(os.tmpdir(), 'lamplight-image-'));
  try {
    const root = path.join(work, 'root');
    for (const folder of ['var/task', 'var/runtime', 'var/lang/bin']) {
      await mkdir(path.join(root, folder), { recursive: true });
    }
    await cp(node, path.join(root, 'var/lang/bin/node'), { dereference: true });
    for (const name of ['index.mjs', 'rapid-client.node', 'package.json']) {
      await cp(path.join(client, name), path.join(root, 'var/runtime', name));
    }
    await cp(path.join(layout, 'bootstrap'), path.join(root, 'var/runtime/bootstrap'));
    await cp(path.join(layout, 'lambda-entrypoint.sh'), path.join(root, 'lambda-entrypoint.sh'));
    const tar = path.join(work, 'image.tar');
    await cp(base, tar);
    const owner = ['--owner=0', '--group=0', '--mode=u=rwX,go=rX'];
    // Names of their own: the engine refuses a tar that has a path twice (var and opt are in the base).
    const added = ['var/task', 'var/runtime', 'var/lang', 'lambda-entrypoint.sh'];
    await run('tar', ['-rf', tar, ...owner, '-C', root, ...added]);
    const changes = [
      'ENTRYPOINT ["/lambda-entrypoint.sh"]',
      'WORKDIR /var/task',
      'ENV LANG=en_US.UTF-8',
      'ENV TZ=:/etc/localtime',
      'ENV PATH=/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
      'ENV LD_LIBRARY_PATH=/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib',
      'ENV LAMBDA_TASK_ROOT=/var/task',
      'ENV LAMBDA_RUNTIME_DIR=/var/runtime',
      `LABEL ${LABEL}=${recipe}`,
    ];
    await run('docker', ['import', ...changes.flatMap(change => ['-c', change]), tar, TEST_IMAGE]);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { prepareDependencies } = await import('./dependencies.mjs');
  try {
    process.stdout.write(`${await prepareDockerImage(await prepareDependencies({ build: false }))}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Unavailable ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
