/** How long the Functions view takes to open where the host has 1,000 functions with 20 versions each. */
import { cp } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { stateFolderPath } from '../../src/client/stateFolder.ts';
import { surroundings } from '../../src/client/userFolders.ts';
import { launchBrowser, openWorkbench } from '../../test/workbench/harness/openWorkbench.ts';
import { startVscodeServer, type VscodeServer } from '../../test/workbench/harness/vscodeServer.ts';
import type { Workbench } from '../../test/workbench/harness/workbench.ts';
import { withFolder, type Case } from '../context.ts';
import { fillManyVersions, FUNCTIONS, VERSIONS } from '../manyVersionsState.ts';
import { median } from '../measure.ts';

export const tree: Case = {
  name: 'tree',
  what: `VS Code: the Functions view of ${FUNCTIONS} functions with ${VERSIONS} versions each`,
  group: 'workbench',
  run: ({ effort }) =>
    withFolder(async filled => {
      await fillManyVersions(filled);
      const server = await startVscodeServer();
      const browser = await launchBrowser();
      try {
        // The first window fills the caches of browser and server.
        await opening(server, browser, filled);
        const all: Times[] = [];
        const bare: number[] = [];
        for (let round = 0; round < Math.ceil(3 * effort); round++) {
          bare.push((await opening(server, browser)).functions);
          all.push(await opening(server, browser, filled));
        }
        return [
          {
            name: `tree of ${FUNCTIONS} functions`,
            value: median(all.map(({ functions }) => functions)),
            unit: 'ms',
            baseline: { name: 'one function', value: median(bare) },
            target: { of: 'value', is: 'at most', limit: 200 },
            note: 'from the click on the icon to the first functions on the screen; the host runs',
          },
          {
            name: '… over that of one function',
            value: median(all.map(({ functions }, round) => functions - bare[round]!)),
            unit: 'ms',
            note: 'what is left is VS Code’s own: it opens a view of one function no sooner',
          },
          {
            name: 'versions of a function in it',
            value: median(all.map(({ versions }) => versions)),
            unit: 'ms',
            target: { of: 'value', is: 'at most', limit: 200 },
          },
        ];
      } finally {
        await browser.close();
        await server.stop();
      }
    }),
};

interface Times {
  readonly functions: number;
  readonly versions: number;
}

/** `filled`: the state of the host; one of a single function when absent. */
async function opening(server: VscodeServer, browser: Browser, filled?: string): Promise<Times> {
  const workbench = await openWorkbench(server, browser, {
    files: { 'app.ts': 'export const handler = async (): Promise<void> => undefined;\n' },
    openFile: 'app.ts',
  });
  try {
    const here = { ...surroundings(), env: { XDG_DATA_HOME: workbench.dataHome } };
    if (filled !== undefined)
      await cp(filled, await stateFolderPath(workbench.folder, here), { recursive: true });
    await workbench.runCommand('Lamplight: Start Host');
    await workbench.page.locator('.statusbar-item', { hasText: /Lamplight :\d+/ }).waitFor();
    await workbench.logsAreQuiet();
    const functions = await untilShown(
      workbench,
      '.part.activitybar .action-label[aria-label^="Lamplight"]',
      filled === undefined ? '[aria-label^="Function "]' : '[aria-label^="Function fn-0000"]',
    );
    if (filled === undefined) return { functions, versions: 0 };
    const { sidebar } = workbench;
    await sidebar.expand('Functions', /^Function fn-0000/);
    await sidebar.row('Functions', /^Versions: 20/).waitFor();
    const versions = await untilShown(
      workbench,
      '[aria-label^="Versions: 20"] .monaco-tl-twistie',
      '[aria-label^="Version 20 of fn-0000"]',
    );
    return { functions, versions };
  } catch (error) {
    await workbench.keepEvidence('bench tree');
    throw error;
  } finally {
    await workbench.close();
  }
}

/** Milliseconds from a click to the frame that has what it is to show, as the window itself counts them. */
function untilShown({ page }: Workbench, clicked: string, shown: string): Promise<number> {
  // As text, since the bench's own types know no window.
  return page.evaluate<number>(`new Promise((resolve, reject) => {
    const element = document.querySelector(${JSON.stringify(clicked)});
    const begun = performance.now();
    const look = () => {
      const ms = performance.now() - begun;
      if (document.querySelector(${JSON.stringify(shown)}) !== null) resolve(ms);
      else if (ms > 20000) reject(new Error('It never showed.'));
      else requestAnimationFrame(look);
    };
    for (const type of ['mousedown', 'mouseup', 'click'])
      element.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true, view: window }));
    requestAnimationFrame(look);
  })`);
}
