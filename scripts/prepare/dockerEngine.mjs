// A container engine that answers: the one that is there, else Debian's, started by us and stopped by us.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, closeSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { Unavailable, findOnPath, repository, run, say, step } from './progress.mjs';
import { prepareSystem, program } from './systemPackages.mjs';

/** What a host puts on all its containers (src/host/environments/engines/docker). */
const STATE_LABEL = 'lamplight.state';

/**
 * @typedef {object} DockerEngine
 * @property {() => Promise<void>} stop ends it where we started it, and nobody else uses it
 */

/**
 * Makes sure that `docker` reaches an engine. As root on Linux one is installed and started where none answers.
 * @returns {Promise<DockerEngine>} rejects with {@link Unavailable}
 */
export async function prepareDockerEngine() {
  if (await answers()) return { stop: () => Promise.resolve() };
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new Unavailable(
      'No container engine answers ("docker version"): start Docker Desktop, Docker or Podman\'s service, or name its socket by DOCKER_HOST.',
    );
  }
  const why = 'the container tests run in it';
  await prepareSystem([program('dockerd', why, ['docker.io']), program('docker', why, ['docker.io'])]);
  // Installing it may have started it.
  if (await answers()) return { stop: () => Promise.resolve() };
  return step('Starting the container engine (dockerd)', startEngine);
}

const answers = () =>
  findOnPath('docker') === undefined
    ? Promise.resolve(false)
    : run('docker', ['version', '--format', '{{.Server.Version}}']).then(
        () => true,
        () => false,
      );

/** @returns {Promise<DockerEngine>} */
async function startEngine() {
  const folder = path.join(repository, '.cache');
  mkdirSync(folder, { recursive: true });
  const logFile = path.join(folder, 'dockerd.log');
  const log = openSync(logFile, 'w');
  const engine = spawn('dockerd', [], { stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  let failure = '';
  engine.once('error', error => (failure = error.message));
  engine.once('exit', code => (failure = `exit ${code}`));
  const end = performance.now() + 60_000;
  while (!(await answers())) {
    await delay(200);
    if (failure !== '' || performance.now() > end) {
      engine.kill('SIGTERM');
      const tail = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-10).join('\n  ');
      throw new Unavailable(`dockerd did not come up (${failure || 'no answer for 60 s'}):\n  ${tail}`);
    }
  }
  return {
    async stop() {
      const running = await run('docker', ['ps', '-q']).catch(() => '');
      if (running.trim() !== '') {
        say('  The container engine goes on: it has running containers that are not ours.');
        engine.unref();
        return;
      }
      const ended = once(engine, 'exit');
      engine.kill('SIGTERM');
      await ended;
    },
  };
}

/**
 * Removes containers (and the networks that only they used) that hosts of a test run left: they carry our label and
 * name a place below the run's folder.
 * @param {string} folder
 * @returns {Promise<string[]>} what was removed
 */
export async function removeContainersOf(folder) {
  const ids = lines(await run('docker', ['ps', '-aq', '--filter', `label=${STATE_LABEL}`]));
  const removed = [];
  const states = new Set();
  for (const id of ids) {
    const facts = await run('docker', ['inspect', id]).catch(() => '');
    if (!facts.includes(folder)) continue;
    states.add(JSON.parse(facts)[0]?.Config?.Labels?.[STATE_LABEL]);
    await run('docker', ['rm', '-f', '-v', id]).catch(() => '');
    removed.push(`container ${id}`);
  }
  for (const state of states) {
    const filter = `label=${STATE_LABEL}=${state}`;
    for (const id of lines(await run('docker', ['network', 'ls', '-q', '--filter', filter]))) {
      await run('docker', ['network', 'rm', id]).catch(() => '');
      removed.push(`network ${id}`);
    }
  }
  return removed;
}

/** @param {string} text */
const lines = text => text.split('\n').filter(line => line !== '');
