import { readFile, readdir } from 'node:fs/promises';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { Page } from 'playwright-core';
import { repository } from '../../../scripts/prepare/progress.mjs';
import { processesOf } from '../../../scripts/test/leftovers.mjs';
import { assertNothingRuns } from '../../helpers/leftovers.ts';
import type { TemporaryFolder } from '../../helpers/temporaryFolder.ts';
import { until } from '../../helpers/until.ts';
import { DebugView } from './debugView.ts';
import { Editor } from './editor.ts';
import { Notifications } from './notifications.ts';
import { QuickInput } from './quickInput.ts';
import { Sidebar } from './sidebar.ts';

export interface WorkbenchParts {
  readonly page: Page;
  /** Closes page and, where it is the workbench's own, its profile. */
  readonly closePage: () => Promise<void>;
  readonly folder: string;
  readonly root: TemporaryFolder;
  readonly dataHome: string;
  readonly output: readonly string[];
  readonly exit: Promise<number>;
  readonly logs: () => Promise<string>;
}

/** One open VS Code window, as a person has it before them. */
export class Workbench {
  readonly page: Page;
  /** Absolute real path of the workspace: a copy that belongs to this workbench. */
  readonly folder: string;
  /** XDG_DATA_HOME of the extension host, so also the place of this workbench's state folders. */
  readonly dataHome: string;
  /** What extensions wrote to the console. */
  readonly output: readonly string[];
  /** Exit code of `extensionTests`. */
  readonly exit: Promise<number>;
  readonly quickInput: QuickInput;
  readonly editor: Editor;
  readonly sidebar: Sidebar;
  readonly debug: DebugView;
  readonly notifications: Notifications;
  readonly #parts: WorkbenchParts;

  constructor(parts: WorkbenchParts) {
    this.#parts = parts;
    this.page = parts.page;
    this.folder = parts.folder;
    this.dataHome = parts.dataHome;
    this.output = parts.output;
    this.exit = parts.exit;
    this.quickInput = new QuickInput(parts.page);
    this.editor = new Editor(parts.page, this.quickInput);
    this.sidebar = new Sidebar(parts.page);
    this.debug = new DebugView(parts.page);
    this.notifications = new Notifications(parts.page);
  }

  /** Runs a command by its full title in the palette: `Lamplight: Invoke Function`. */
  runCommand(title: string): Promise<void> {
    return this.quickInput.runCommand(title);
  }

  /** Text of an item of the status bar that contains `text`, when it is there. */
  async statusBarItem(text: string): Promise<string> {
    return this.page.locator('.part.statusbar .statusbar-item', { hasText: text }).first().innerText();
  }

  /** Content of a file of the workspace as it is on disk. */
  readFile(name: string): Promise<string> {
    return readFile(path.join(this.folder, name), 'utf8');
  }

  /** Writes `.cache/screenshots/<name>.png` and returns its path. */
  async screenshot(name: string): Promise<string> {
    const file = path.join(screenshots, `${name.replace(/[^\w.-]+/g, '-').slice(0, 120)}.png`);
    await this.page.screenshot({ path: file });
    return file;
  }

  /** What the extension host and the extensions logged. */
  logs(): Promise<string> {
    return this.#parts.logs();
  }

  /** Resolves when the extension host has logged nothing for 2 s: what starts with the window has started. */
  async logsAreQuiet(): Promise<void> {
    let last = '';
    let since = performance.now();
    await until(
      async () => {
        const now = await this.logs();
        if (now !== last) since = performance.now();
        last = now;
        return performance.now() - since > 2_000;
      },
      { ms: 60_000, what: 'the extension host to come to rest' },
    );
  }

  /** Screenshot and logs of a test that failed, side by side in `.cache/screenshots/`. */
  async keepEvidence(name: string): Promise<string> {
    mkdirSync(screenshots, { recursive: true });
    const file = await this.screenshot(`FAILED ${name}`);
    writeFileSync(file.replace(/png$/, 'log'), await this.logs());
    return file;
  }

  /** Closes the window, and waits until nothing is left of it. */
  async close(): Promise<void> {
    await this.leave();
    await this.end();
  }

  /** Closes the window. */
  async leave(): Promise<void> {
    // Leaving the page tells the server at once; closing it would let the extension host wait for a reconnection.
    await this.page.goto('about:blank').catch(() => undefined);
    await this.#parts.closePage();
  }

  /** Of a window that was left: ends its host, asserts that no process is left that belongs to it, removes its folders. */
  async end(): Promise<void> {
    await this.#stopHosts();
    await this.#endTerminals();
    try {
      await assertNothingRuns(this.#parts.root.path, 10_000);
    } finally {
      await this.#parts.root.remove();
    }
  }

  /** VS Code's server keeps shells for a window that may come back. */
  async #endTerminals(): Promise<void> {
    for (const { pid, command } of await processesOf(this.#parts.root.path)) {
      if (/shellIntegration/.test(command)) process.kill(pid, 'SIGHUP');
    }
  }

  /** A host outlives its last client by 10 s (DESIGN.md): tests don't wait for that. */
  async #stopHosts(): Promise<void> {
    const states = path.join(this.dataHome, 'lamplight');
    for (const name of await readdir(states).catch(() => [])) {
      const text = await readFile(path.join(states, name, 'host.json'), 'utf8').catch(() => undefined);
      if (text === undefined) continue;
      const { pid } = JSON.parse(text) as { pid: number };
      if (!isAlive(pid)) continue;
      process.kill(pid, 'SIGTERM');
      await until(() => !isAlive(pid), { what: `the host ${pid} to stop after SIGTERM` });
    }
  }
}

const screenshots = path.join(repository, '.cache/screenshots');

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
