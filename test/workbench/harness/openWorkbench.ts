/** Opens VS Code on a copy of a folder in a new browser profile, with the extension in development. */
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import { prepareDependencies } from '../../../scripts/prepare/dependencies.mjs';
import { repository } from '../../../scripts/prepare/progress.mjs';
import { prepareChromium } from '../../../scripts/prepare/vscodeServer.mjs';
import { workbenchAddress } from '../../../scripts/workbench/server.mjs';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import { readLogs, type VscodeServer } from './vscodeServer.ts';
import { Workbench } from './workbench.ts';

export interface WorkbenchOptions {
  /** Folder to copy: absolute, or below the repository (`samples/orders`). None: an empty folder. */
  readonly folder?: string;
  /** Files to write into the copy: path → content. */
  readonly files?: Readonly<Record<string, string>>;
  /** Open the copy through a symbolic link, as a path that the user calls it by. */
  readonly throughLink?: boolean;
  /** Goes into the copy's `.vscode/settings.json`, over what is there. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** A file of the copy to open at once: `src/app.ts` or `src/app.ts:12`. */
  readonly openFile?: string;
  /** Added to the extension host's environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** `development` (when absent): from the repository. `none`: only what the server has installed. */
  readonly extension?: 'development' | 'none';
  /** Module with `run(): Promise<void>` that VS Code runs in its extension host. */
  readonly extensionTests?: string;
  /** A profile of {@link newProfile} that has VS Code's own files already, as that of who uses it; a new one when absent. */
  readonly profile?: BrowserContext;
  /** CSS pixels, of a new profile; 1280 × 800 when absent. */
  readonly size?: { readonly width: number; readonly height: number };
}

/** Flags of TESTING.md: headless Chromium as root, silent towards the network. */
const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await prepareChromium(), args: chromiumFlags });
}

/** Cache and settings of one user's browser. Close it after its last workbench. */
export function newProfile(browser: Browser, size = { width: 1280, height: 800 }): Promise<BrowserContext> {
  return browser.newContext({ viewport: size, permissions: ['clipboard-read', 'clipboard-write'] });
}

/** Resolves when the workbench has restored its state: it can be clicked, extensions are being activated. */
export async function openWorkbench(
  server: VscodeServer,
  browser: Browser,
  options: WorkbenchOptions = {},
): Promise<Workbench> {
  if (options.extension !== 'none') await prepareDependencies();
  const root = await temporaryFolder('workbench');
  const folder = await makeWorkspace(root.path, options);
  const opened = options.throughLink === true ? path.join(root.path, 'link') : folder;
  if (opened !== folder) await symlink(folder, opened);
  const dataHome = path.join(root.path, 'data');
  const before = new Set(await server.extensionHostLogs());
  const profile = options.profile ?? (await newProfile(browser, options.size));
  const page = await profile.newPage();
  page.setDefaultTimeout(20_000);
  let exited: (code: number) => void = () => undefined;
  const exit = new Promise<number>(resolve => (exited = resolve));
  const output: string[] = [];
  await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => {
    output.push(args.map(String).join(' '));
  });
  await page.exposeFunction('codeAutomationExit', (code: number) => exited(code));
  await page.goto(
    workbenchAddress({
      authority: server.authority,
      folder: opened,
      // State folders of this workbench only.
      environment: { XDG_DATA_HOME: dataHome, ...options.environment },
      ...(options.extension === 'none' ? {} : { extension: repository }),
      ...(options.extensionTests === undefined ? {} : { tests: options.extensionTests }),
      ...(options.openFile === undefined ? {} : { file: path.join(opened, options.openFile) }),
    }),
  );
  await page.waitForFunction('globalThis.driver !== undefined', undefined, { timeout: 60_000 });
  if (options.extensionTests === undefined) {
    // The parts of the phase "restored" (3), which VS Code makes as it has time: before them VS Code's
    // own `isWorkspaceTrusted` is not set, and what depends on it does nothing and says nothing.
    await page.waitForFunction(
      "performance.getEntriesByName('code/didCreateWorkbenchContributions/3').length > 0",
    );
    await page.bringToFront();
  }
  const logs = async (): Promise<string> => {
    const own = (await server.extensionHostLogs()).filter(name => !before.has(name));
    return [...(await Promise.all(own.map(readLogs))), '── console', ...output].join('\n');
  };
  const closePage = (): Promise<void> => (options.profile === undefined ? profile.close() : page.close());
  return new Workbench({ page, closePage, folder, root, dataHome, output, exit, logs });
}

async function makeWorkspace(root: string, options: WorkbenchOptions): Promise<string> {
  const source = options.folder === undefined ? undefined : path.resolve(repository, options.folder);
  const folder = path.join(root, source === undefined ? 'workspace' : path.basename(source));
  if (source === undefined) await mkdir(folder);
  else await cp(source, folder, { recursive: true, verbatimSymlinks: true });
  for (const [name, content] of Object.entries(options.files ?? {})) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  if (options.settings !== undefined) {
    const file = path.join(folder, '.vscode/settings.json');
    await mkdir(path.dirname(file), { recursive: true });
    const there = JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as Record<string, unknown>;
    await writeFile(file, JSON.stringify({ ...there, ...options.settings }, undefined, 2));
  }
  return folder;
}
