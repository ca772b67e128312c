import type { Locator } from 'playwright-core';
import { until } from '../../helpers/until.ts';

/** What VS Code acts upon: rows of lists upon a click; the editor upon the release of the button over a link of its own. */
export type Taken = 'click' | 'mouseup' | 'contextmenu';

/** What of a page's element is used here, where the types of the DOM are not. */
interface Node {
  addEventListener(type: string, listener: () => void, options: object): void;
}

/**
 * Clicks what VS Code may be drawing anew: where the element goes between the press and the release of the button, or is
 * another one by then, the click is nobody's. Then it is made again; one that was taken is never repeated.
 */
export async function click(target: Locator, taken: Taken): Promise<void> {
  await until(
    async () => {
      const element = await target.elementHandle({ timeout: 5_000 });
      const seen = await element.evaluateHandle((node: Node, type) => {
        const found = { taken: false };
        node.addEventListener(type, () => (found.taken = true), { capture: true, once: true });
        return found;
      }, taken);
      await element.click({ button: taken === 'contextmenu' ? 'right' : 'left', timeout: 2_000 });
      return (await seen.jsonValue()).taken;
    },
    { ms: 20_000, what: `a click on ${String(target)} to be taken` },
  );
}
