import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

interface Entry {
  readonly command: string;
  readonly when: string;
  readonly group: string;
}

describe('the context menu of a function', () => {
  it('has each entry at a place of its own', async () => {
    const file = new URL('../../../package.json', import.meta.url);
    const manifest = JSON.parse(await readFile(file, 'utf8')) as {
      contributes: { menus: { 'view/item/context': Entry[] } };
    };
    // All that a function can be: more entries than any one has.
    const item = 'function+debuggable+handler+declared+live+api';
    const shown = manifest.contributes.menus['view/item/context'].filter(({ when }) => {
      const pattern = /^view == lamplight\.functions && viewItem =~ \/(.+?)\/(?: |$)/.exec(when)?.[1];
      return pattern !== undefined && new RegExp(pattern).test(item);
    });
    assert.ok(shown.length > 15);
    const places = new Map<string, string>();
    for (const { command, group } of shown) {
      assert.match(group, /^\w+@\d+$/, command);
      assert.equal(places.get(group), undefined, `${command} is at ${group}, as is ${places.get(group)}`);
      places.set(group, command);
    }
  });
});
