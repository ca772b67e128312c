/** What a person waits for in VS Code: the extension's activation, F5 to a breakpoint, a new folder to a breakpoint. */
import type { Browser, BrowserContext } from 'playwright-core';
import { launchBrowser, newProfile, openWorkbench } from '../../test/workbench/harness/openWorkbench.ts';
import { startVscodeServer, type VscodeServer } from '../../test/workbench/harness/vscodeServer.ts';
import type { Workbench } from '../../test/workbench/harness/workbench.ts';
import type { Case } from '../context.ts';
import { median, timed } from '../measure.ts';

const handler = `interface Event { readonly name?: string }

export const handler = async (event: Event): Promise<{ greeting: string }> => {
  const name = event.name ?? 'lamp';
  return { greeting: \`Hello, \${name}\` };
};
`;
const BREAKPOINT = 4;

interface Times {
  readonly folder: number;
  readonly firstF5: number;
  readonly nextF5: number;
}

export const editor: Case = {
  name: 'editor',
  what: 'VS Code: activation, F5 to a breakpoint, a new folder to a breakpoint',
  group: 'workbench',
  async run({ effort }) {
    const server = await startVscodeServer();
    const browser = await launchBrowser();
    try {
      const profile = await newProfile(browser);
      // The first window fills the caches of browser and server: the folder is new, VS Code is not.
      await measure(server, browser, profile);
      const all: Times[] = [];
      const activations: number[] = [];
      for (let round = 0; round < Math.ceil(3 * effort); round++) {
        all.push(await measure(server, browser, profile));
        activations.push(await activation(server, browser, profile));
      }
      const value = (of: keyof Times): number => median(all.map(times => times[of]));
      return [
        {
          name: 'extension activation',
          value: median(activations),
          unit: 'ms',
          target: { of: 'value', is: 'at most', limit: 50 },
        },
        { name: 'F5 to breakpoint, host not running', value: value('firstF5'), unit: 'ms' },
        { name: 'F5 to breakpoint', value: value('nextF5'), unit: 'ms' },
        {
          name: 'new folder to breakpoint',
          value: value('folder'),
          unit: 'ms',
          target: { of: 'value', is: 'at most', limit: 10_000 },
          note: 'from the address of a folder that VS Code never saw to the first stop in a TypeScript handler',
        },
      ];
    } finally {
      await browser.close();
      await server.stop();
    }
  },
};

async function measure(server: VscodeServer, browser: Browser, profile: BrowserContext): Promise<Times> {
  let workbench: Workbench | undefined;
  try {
    let firstF5 = 0;
    const folder = await timed(async () => {
      workbench = await openWorkbench(server, browser, {
        files: { 'app.ts': handler },
        openFile: `app.ts:${BREAKPOINT}`,
        profile,
      });
      await workbench.editor.toggleBreakpoint(BREAKPOINT);
      // The extension has found the handler: from here on F5 is its key.
      await workbench.editor.lens('Debug').waitFor();
      firstF5 = await f5(workbench);
    });
    await workbench!.debug.stop();
    await workbench!.editor.open('app.ts');
    const nextF5 = await f5(workbench!);
    await workbench!.debug.stop();
    return { folder, firstF5, nextF5 };
  } catch (error) {
    await workbench?.keepEvidence('bench');
    throw error;
  } finally {
    await workbench?.close();
  }
}

const f5 = ({ debug }: Workbench): Promise<number> =>
  timed(async () => {
    await debug.start();
    await debug.waitForStop();
  });

/**
 * As VS Code itself measures it: loading the code and running `activate`. The window has come to rest before the
 * extension's view is opened, so that the others that start with the window don't count.
 */
async function activation(server: VscodeServer, browser: Browser, profile: BrowserContext): Promise<number> {
  const workbench = await openWorkbench(server, browser, { files: { 'app.ts': handler }, profile });
  try {
    await workbench.logsAreQuiet();
    await workbench.sidebar.open('Lamplight');
    await workbench.sidebar.row('Functions', /./).first().waitFor();
    await workbench.runCommand('Developer: Show Running Extensions');
    const rows = workbench.page.locator('.runtime-extensions-editor .monaco-list-row');
    const text = await rows
      .filter({ hasText: /lamplight/i })
      .locator('.activation-time')
      .innerText();
    const found = /(\d+)\s*ms/.exec(text)?.[1];
    if (found === undefined) throw new Error(`VS Code says of the activation: "${text}"`);
    return Number(found);
  } finally {
    await workbench.close();
  }
}
