/** How long the Functions view takes to open where the host has 1,000 functions with 20 versions each. */
import { cp } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { stateFolderPath } from '../../src/client/stateFolder.ts';
import { surroundings } from '../../src/client/userFolders.ts';
import { launchBrowser, openWorkbench } from '../../test/workbench/harness/openWorkbench.ts';
import { startVscodeServer, type VscodeServer } from '../../test/workbench/harness/vscodeServer.ts';
import type { Workbench } from '../../test/workbench/harness/workbench.ts';
import { BARE_ROW, bareViews, writeBareView } from '../bareView.ts';
import { withFolder, type Case } from '../context.ts';
import { fillManyVersions, FUNCTIONS, VERSIONS } from '../manyVersionsState.ts';
import { interleaved, median } from '../measure.ts';

/** What is opened, each in a window of its own: what comes first in a window pays for what VS Code makes once. */
const sides = {
  /** VS Code's own: a view of one static row, of an extension that does nothing. */
  bareOne: { filled: false, icon: bareViews.one, row: BARE_ROW },
  /** The same with as many rows: no extension shows that many sooner. */
  bareMany: { filled: false, icon: bareViews.many, row: BARE_ROW },
  one: { filled: false, icon: 'Lamplight', row: 'Function ' },
  many: { filled: true, icon: 'Lamplight', row: 'Function fn-0000' },
} as const;
type Side = keyof typeof sides;

export const tree: Case = {
  name: 'tree',
  what: `VS Code: the Functions view of ${FUNCTIONS} functions with ${VERSIONS} versions each`,
  group: 'workbench',
  run: ({ effort }) =>
    withFolder(async folder => {
      const bare = path.join(folder, 'bench.bare-view-1.0.0');
      await writeBareView(bare, FUNCTIONS);
      const bench: Bench = {
        filled: path.join(folder, 'state'),
        server: await startVscodeServer({ installed: [bare] }),
        browser: await launchBrowser(),
      };
      const versions: number[] = [];
      const open = async (side: Side): Promise<number> => {
        const times = await opening(bench, side);
        if (times.versions !== undefined) versions.push(times.versions);
        return times.rows;
      };
      try {
        await fillManyVersions(bench.filled);
        // The first window fills the caches of browser and server.
        await opening(bench, 'many');
        const times = await interleaved(Math.ceil(3 * effort), {
          bareOne: () => open('bareOne'),
          bareMany: () => open('bareMany'),
          one: () => open('one'),
          many: () => open('many'),
        });
        const bareOne = median(times.bareOne);
        const bareMany = median(times.bareMany);
        return [
          {
            name: `tree of ${FUNCTIONS} functions`,
            value: median(times.many),
            unit: 'ms',
            baseline: { name: `${FUNCTIONS} static rows`, value: bareMany },
            target: { of: 'value', is: 'at most', limit: 200 },
            note: 'from the click on the icon to the first functions on the screen; the host runs',
          },
          {
            name: '… over static rows: our own',
            value: Math.max(0, median(times.many) - bareMany),
            unit: 'ms',
            target: { of: 'value', is: 'at most', limit: 200 },
            note: `static: a view of an extension that has as many rows ready and does nothing else; of one row VS Code needs ${Math.round(bareOne)} ms`,
          },
          {
            name: 'tree of one function',
            value: median(times.one),
            unit: 'ms',
            baseline: { name: 'one static row', value: bareOne },
          },
          {
            name: 'versions of a function in it',
            value: median(versions),
            unit: 'ms',
            target: { of: 'value', is: 'at most', limit: 200 },
          },
        ];
      } finally {
        await bench.browser.close();
        await bench.server.stop();
      }
    }),
};

interface Bench {
  readonly server: VscodeServer;
  readonly browser: Browser;
  /** State of a host that has many functions. */
  readonly filled: string;
}

interface Times {
  readonly rows: number;
  readonly versions?: number;
}

async function opening({ server, browser, filled }: Bench, side: Side): Promise<Times> {
  const { icon, row, ...of } = sides[side];
  const workbench = await openWorkbench(server, browser, {
    files: { 'app.ts': 'export const handler = async (): Promise<void> => undefined;\n' },
    openFile: 'app.ts',
  });
  try {
    const here = { ...surroundings(), env: { XDG_DATA_HOME: workbench.dataHome } };
    if (of.filled) await cp(filled, await stateFolderPath(workbench.folder, here), { recursive: true });
    await workbench.runCommand('Lamplight: Start Host');
    await workbench.page.locator('.statusbar-item', { hasText: /Lamplight :\d+/ }).waitFor();
    await workbench.logsAreQuiet();
    const rows = await untilShown(
      workbench,
      `.part.activitybar .action-label[aria-label^="${icon}"]`,
      `[aria-label^="${row}"]`,
    );
    if (!of.filled) return { rows };
    const { sidebar } = workbench;
    await sidebar.expand('Functions', /^Function fn-0000/);
    await sidebar.row('Functions', /^Versions: 20/).waitFor();
    const versions = await untilShown(
      workbench,
      '[aria-label^="Versions: 20"] .monaco-tl-twistie',
      '[aria-label^="Version 20 of fn-0000"]',
    );
    return { rows, versions };
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
