/** What the folders around a handler say that no template describes: where its code begins, and which runtime it means. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isIn } from '../files/isIn.ts';
import { defaultNodeRuntime, defaultPythonRuntime } from '../runtimes.ts';
import { isFile } from './handlerFile.ts';

/** Answers are kept: many handlers share their folders. Make a new one for each search. */
export class Places {
  private readonly folder: string;
  private readonly known = new Map<string, Promise<string>>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The nearest folder with a package.json, else the file's own. */
  packageRoot(own: string): Promise<string> {
    return this.once(`package ${own}`, async () => {
      for (let at = own; isIn(this.folder, at); at = path.dirname(at)) {
        if (await isFile(path.join(at, 'package.json'))) return at;
        if (at === this.folder) break;
      }
      return own;
    });
  }

  /** The folder above the outermost package that the file is part of. */
  pythonRoot(own: string): Promise<string> {
    return this.once(`python ${own}`, async () => {
      let at = own;
      while (at !== this.folder && isIn(this.folder, at) && (await isFile(path.join(at, '__init__.py')))) {
        at = path.dirname(at);
      }
      return at;
    });
  }

  nodeRuntime(root: string): Promise<string> {
    return this.once(`node runtime ${root}`, async () => defaultNodeRuntime(await this.nodeVersion(root)));
  }

  pythonRuntime(root: string): Promise<string> {
    return this.once(`python runtime ${root}`, async () =>
      defaultPythonRuntime(await this.pythonVersion(root)),
    );
  }

  private once(key: string, find: () => Promise<string>): Promise<string> {
    let found = this.known.get(key);
    if (found === undefined) {
      found = find();
      this.known.set(key, found);
    }
    return found;
  }

  private async nodeVersion(root: string): Promise<string | undefined> {
    for (const at of new Set([root, this.folder])) {
      const pinned = await readFile(path.join(at, '.nvmrc'), 'utf8').catch(() => undefined);
      if (pinned !== undefined) return pinned.trim();
      const manifest = await readFile(path.join(at, 'package.json'), 'utf8').catch(() => '');
      const engines = /"engines"\s*:\s*\{[^}]*?"node"\s*:\s*"([^"]+)"/.exec(manifest)?.[1];
      if (engines !== undefined) return engines;
    }
    return undefined;
  }

  private async pythonVersion(root: string): Promise<string | undefined> {
    for (const at of new Set([root, this.folder])) {
      const pinned = await readFile(path.join(at, '.python-version'), 'utf8').catch(() => undefined);
      if (pinned !== undefined) return pinned.trim();
      for (const name of ['.venv', 'venv']) {
        const config = await readFile(path.join(at, name, 'pyvenv.cfg'), 'utf8').catch(() => '');
        const version = /^version(?:_info)?\s*=\s*(\S+)/m.exec(config)?.[1];
        if (version !== undefined) return version;
      }
    }
    return undefined;
  }
}
