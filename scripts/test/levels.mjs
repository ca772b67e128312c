// The levels of testing (how much each may lean on the machine), from the quickest to the slowest.
import { spawnSync } from 'node:child_process';
import { prepareDockerEngine, removeContainersOf } from '../prepare/dockerEngine.mjs';
import { prepareDebugpy } from '../prepare/debugpy.mjs';
import { prepareDesktopVscode } from '../prepare/desktopVscode.mjs';
import { prepareDockerImage } from '../prepare/dockerImage.mjs';
import { prepareDependencies } from '../prepare/dependencies.mjs';
import { prepareSystem, program } from '../prepare/systemPackages.mjs';
import { prepareChromium, prepareVscodeServer } from '../prepare/vscodeServer.mjs';

/**
 * @typedef {object} Level
 * @property {string} what what it stands on, for a person
 * @property {number} timeout milliseconds for one test or hook that sets none of its own
 * @property {number} limit milliseconds after which the whole level is ended as hung
 * @property {(node: string) => Promise<void | (() => Promise<void>)>} prepare gets what the level needs; resolves with what
 *   has to be undone
 * @property {(folder: string) => Promise<string[]>} [sweep] removes what tests of that folder left; says what it was
 */

/** @type {Record<string, Level>} */
export const levels = {
  unit: {
    what: 'no VS Code, no engine, no network',
    timeout: 5_000,
    limit: 120_000,
    prepare: () => Promise.resolve(),
  },
  host: {
    what: 'a real host, real handlers, official clients',
    timeout: 30_000,
    limit: 600_000,
    async prepare(node) {
      await prepareDependencies();
      await prepareDebugpy(node);
      await prepareSystem([
        program('python3', 'handlers in Python run on it'),
        program('curl', 'a custom runtime of the tests is written with it'),
        program('aws', 'the AWS CLI is a client that must work', ['awscli']),
        program('go', 'functions in Go are built with it', ['golang-go']),
        program('cargo', 'functions in Rust are built with it'),
        program('make', 'functions with a Makefile are built with it'),
        {
          what: 'pip',
          why: 'packages of functions in Python are installed with it',
          packages: ['python3-pip'],
          isThere: () => spawnSync('python3', ['-m', 'pip', '--version']).status === 0,
        },
      ]);
    },
  },
  containers: {
    what: 'a real container engine, and a real VS Code that debugs in it',
    timeout: 120_000,
    limit: 420_000,
    async prepare(node) {
      await prepareDependencies();
      await prepareChromium();
      await prepareVscodeServer(node);
      const engine = await prepareDockerEngine();
      try {
        await prepareDockerImage(node);
      } catch (error) {
        await engine.stop();
        throw error;
      }
      return engine.stop;
    },
    sweep: removeContainersOf,
  },
  workbench: {
    what: 'a real VS Code in Chromium',
    timeout: 90_000,
    limit: 900_000,
    async prepare(node) {
      await prepareDependencies();
      await prepareDebugpy(node);
      await prepareChromium();
      await prepareVscodeServer(node);
      await prepareSystem([
        program('python3', 'a handler in Python is invoked'),
        program('aws', 'the AWS CLI is used in the terminal', ['awscli']),
      ]);
    },
  },
  electron: {
    what: 'desktop VS Code, downloaded',
    timeout: 600_000,
    limit: 900_000,
    async prepare() {
      await prepareDependencies();
      await prepareDesktopVscode();
    },
  },
};

/** What `npm test` runs. */
export const usualLevels = ['unit', 'host', 'containers', 'workbench'];
