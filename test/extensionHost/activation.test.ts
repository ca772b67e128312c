import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import * as vscode from 'vscode';

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

describe('activation', () => {
  const extension = vscode.extensions.getExtension('lamplight.lamplight')!;

  before(() => extension.activate());

  it('starts no host', () => {
    const states = path.join(process.env['XDG_DATA_HOME']!, 'lamplight');
    assert.equal(existsSync(states), false);
  });

  it('registers every command that the manifest names', async () => {
    const registered = new Set(await vscode.commands.getCommands(true));
    const { commands } = (extension.packageJSON as Manifest).contributes;
    assert.deepEqual(
      commands.map(({ command }) => command).filter(command => !registered.has(command)),
      [],
    );
  });
});
