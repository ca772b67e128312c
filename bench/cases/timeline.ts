/** What a frame of the Timeline costs while 1,000 environments work: the page as it is shipped, in the tests' Chromium. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { repository } from '../../scripts/prepare/progress.mjs';
import { pageHtml } from '../../src/extension/timeline/pageHtml.ts';
import { launchBrowser } from '../../test/workbench/harness/openWorkbench.ts';
import type { Case } from '../context.ts';
import { median, quantile } from '../measure.ts';
import type { Row } from '../report.ts';
import { simulateHost, type PageGlobals } from '../timelinePage.ts';

const ENVIRONMENTS = 1_000;
const FUNCTIONS = 10;
/** Invocations a second over all environments: more than the host makes on this kind of machine. */
const RATE = 2_000;
const WARM_UP_MS = 3_000;
const SECONDS = 10;
/** What DESIGN's issue 5 allows a frame. */
const LIMIT_MS = 8;
/** Nothing is loaded from there: each of its files is answered here. */
const ORIGIN = 'http://timeline.invalid';

export const timeline: Case = {
  name: 'timeline',
  what: `VS Code: a frame of the Timeline, live with ${ENVIRONMENTS} environments`,
  group: 'workbench',
  run: async ({ effort }) => {
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      await openTimeline(page);
      await page.waitForTimeout(WARM_UP_MS);
      await page.evaluate(() => ((globalThis as unknown as PageGlobals).frames_ = []));
      await page.waitForTimeout(SECONDS * 1_000 * Math.max(0.2, effort));
      const frames = await page.evaluate(() => (globalThis as unknown as PageGlobals).frames_);
      await page.screenshot({ path: path.join(repository, '.cache/screenshots/bench-timeline.png') });
      const heap = await heapOf(page);
      const row = (name: string, value: number): Row => ({
        name,
        value,
        unit: 'ms',
        target: { of: 'value', is: 'at most', limit: LIMIT_MS },
        note: `script: events taken and picture drawn; ${frames.length} frames, ${RATE} invocations a second, the slowest in a hundred ${quantile(frames, 0.99).toFixed(1)} ms`,
      });
      return [
        row('script of a frame of the Timeline', median(frames)),
        row('… of the slowest in twenty', quantile(frames, 0.95)),
        {
          ...{ name: 'heap of the Timeline’s page', value: heap, unit: 'MB' },
          note: 'heap: after what was measured above, and a collection of garbage',
        },
      ];
    } finally {
      await browser.close();
    }
  },
};

/** MB that the page's script holds. */
async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize / 1_000_000;
}

/** Opens the page with its own policy and files, fed by a host that is made up. */
async function openTimeline(page: Page): Promise<void> {
  const failures: string[] = [];
  page.on('pageerror', error => failures.push(error.message));
  page.on('console', message => {
    if (message.type() === 'error') failures.push(message.text());
  });
  const html = pageHtml({
    cspSource: ORIGIN,
    nonce: 'bench',
    scriptUri: `${ORIGIN}/timeline.js`,
    styleUri: `${ORIGIN}/timeline.css`,
    language: 'en',
    messages: {},
  });
  const answers: Readonly<Record<string, readonly [contentType: string, body: string]>> = {
    '/': ['text/html', html],
    '/timeline.js': ['text/javascript', await readFile(path.join(repository, 'dist/timeline.js'), 'utf8')],
    '/timeline.css': ['text/css', await readFile(path.join(repository, 'media/timeline.css'), 'utf8')],
  };
  await page.route(`${ORIGIN}/**`, route => {
    const answer = answers[new URL(route.request().url()).pathname];
    if (answer === undefined) return route.fulfill({ status: 404 });
    const [contentType, body] = answer;
    return route.fulfill({ contentType, body });
  });
  await page.addInitScript(simulateHost, { environments: ENVIRONMENTS, functions: FUNCTIONS, rate: RATE });
  await page.goto(`${ORIGIN}/`);
  await page.waitForFunction(() => (globalThis as unknown as PageGlobals).frames_.length > 10);
  if (failures.length > 0) throw new Error(`The Timeline's page failed: ${failures.join('; ')}`);
}
