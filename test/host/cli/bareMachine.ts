/** `lamplight doctor` on a machine that has nothing but what the test puts into its `bin`. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { prepareDependencies } from '../../../scripts/prepare/dependencies.mjs';
import { temporaryFolder, type TemporaryFolder } from '../../helpers/temporaryFolder.ts';
import { type Ended, run } from './program.ts';

/** Its folder is home, current folder and parent of `bin`. */
export interface BareMachine extends TemporaryFolder {
  readonly doctor: (...argv: string[]) => Promise<Ended>;
  /** Writes a program into `bin`. */
  readonly program: (name: string, text: string) => Promise<void>;
}

/** Registers hooks that make the machine before each test of a suite and remove it after. */
export function useBareMachine(): BareMachine {
  let root: TemporaryFolder;
  before(async () => {
    await prepareDependencies();
  });
  beforeEach(async () => {
    root = await temporaryFolder('doctor');
  });
  afterEach(() => root.remove());
  return {
    get path() {
      return root.path;
    },
    remove: () => root.remove(),
    doctor: (...argv) =>
      run(['doctor', ...argv], {
        cwd: root.path,
        env: {
          PATH: path.join(root.path, 'bin'),
          HOME: root.path,
          PYENV_ROOT: root.path,
          LAMPLIGHT_DOCKER_HOST: 'unix:///no/such/docker.sock',
        },
      }),
    async program(name, text) {
      const file = path.join(root.path, 'bin', name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
      await chmod(file, 0o755);
    },
  };
}
