/**
 * How a workbench test gets its VS Code. In a `describe`:
 *
 *     const workbench = useWorkbench({ folder: 'samples/orders', openFile: 'src/createOrder.ts:12' });
 *     it('shows the functions', async () => {
 *       const { sidebar } = workbench();
 *       await sidebar.open('Lamplight');
 *       await sidebar.row('Functions', /createOrder/).waitFor();
 *     });
 *
 * One server and one browser serve all tests of a run; each `describe` that calls this has a window of its own on a
 * copy of the folder, with state folders of its own (`dataHome`). When it ends, the window's host is stopped while
 * the next window opens, and a process that is left over fails the run. A failed test leaves `.cache/screenshots/FAILED-<title>.png` and `.log`.
 *
 * No test sees what the one before it left half done: questions and messages are closed after each, and after one that
 * failed the next has a new window on a new copy. So a test opens the file that it is about, and sets its own breakpoints.
 *
 * Everything waits for conditions (20 s), so that a test needs no waiting of its own; `until` (test/helpers) waits for
 * what is outside the window.
 */
import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { launchBrowser, openWorkbench, type WorkbenchOptions } from './openWorkbench.ts';
import { startVscodeServer, type VscodeServer } from './vscodeServer.ts';
import type { Workbench } from './workbench.ts';

interface Shared {
  readonly server: VscodeServer;
  readonly browser: Browser;
}

let shared: Promise<Shared> | undefined;

/** Of the window that was left last: the next one opens while its processes end. */
let ending: Promise<void> = Promise.resolve();
/** What was still running after a window, with the tests' title. */
const leftovers: string[] = [];

/** Closes a window; what it started ends while the run goes on, and the run fails at its end where it does not. */
async function leave(workbench: Workbench, title: string): Promise<void> {
  await workbench.leave();
  const before = ending;
  ending = workbench
    .end()
    .catch((error: unknown) => {
      leftovers.push(`${title}: ${error instanceof Error ? error.message : String(error)}`);
    })
    .then(() => before);
}

/** The run's server and browser, started at the first call. */
export function sharedServer(): Promise<Shared> {
  shared ??= Promise.all([startVscodeServer({ builtIn: 'needed' }), launchBrowser()]).then(
    ([server, browser]) => ({
      server,
      browser,
    }),
  );
  return shared;
}

// Of the whole run: mocha runs it after the last test of the last file.
after(async function stopSharedServer() {
  this.timeout(60_000);
  if (shared === undefined) return;
  await ending;
  const { server, browser } = await shared;
  await browser.close();
  await server.stop();
  assert.deepEqual(leftovers, []);
});

/** Opens a window before the tests of the surrounding `describe` and closes it after them. */
export function useWorkbench(options: WorkbenchOptions = {}): () => Workbench {
  let opened: Workbench | undefined;
  before('open VS Code', async function () {
    this.timeout(120_000);
    const { server, browser } = await sharedServer();
    opened = await openWorkbench(server, browser, options);
    await ending;
  });
  afterEach('leave nothing open', async function () {
    this.timeout(150_000);
    const test = this.currentTest;
    if (opened === undefined) return;
    if (test?.state !== 'failed') {
      await opened.quickInput.cancel();
      await opened.notifications.close();
      return;
    }
    const file = await opened.keepEvidence(test.fullTitle());
    console.log(`      the window as it was: ${file}`);
    const { server, browser } = await sharedServer();
    const failed = opened;
    opened = undefined;
    await leave(failed, test.fullTitle());
    opened = await openWorkbench(server, browser, options);
  });
  after('close VS Code', async function () {
    this.timeout(60_000);
    const last = opened;
    opened = undefined;
    if (last !== undefined) await leave(last, this.test?.parent?.fullTitle() ?? '');
  });
  return () => {
    if (opened === undefined)
      throw new Error('The workbench opens in a before hook: call this inside a test');
    return opened;
  };
}
