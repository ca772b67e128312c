/** The workbench itself, without Lamplight's part: what the other tests here stand on. */
import assert from 'node:assert/strict';
import { useWorkbench } from './harness/useWorkbench.ts';

const program = `const greet = name => {
  const text = 'Hello, ' + name;
  return text;
};

console.log(greet('lamp'));
`;

describe('the workbench', () => {
  const workbench = useWorkbench({
    extension: 'none',
    files: {
      'src/greet.js': program,
      '.vscode/launch.json': JSON.stringify({
        version: '0.2.0',
        configurations: [
          { type: 'node', request: 'launch', name: 'Greet', program: '${workspaceFolder}/src/greet.js' },
        ],
      }),
    },
    settings: { 'editor.fontSize': 14 },
  });

  it('opens a copy of the folder with its files', async () => {
    const { sidebar, folder } = workbench();
    assert.match(folder, /lamplight-workbench-/);
    assert.deepEqual(await sidebar.containers().then(names => names.slice(0, 2)), ['Explorer', 'Search']);
    assert.equal(await workbench().readFile('src/greet.js'), program);
  });

  it('opens a file at a line, edits and saves it', async () => {
    const { editor } = workbench();
    await editor.open('src/greet.js', 2);
    await editor.waitForText(/const text = 'Hello, ' \+ name;/);
    await editor.replaceAll(`${program}// edited\n`);
    await editor.save();
    assert.match(await workbench().readFile('src/greet.js'), /\/\/ edited/);
  });

  it('runs commands by their titles, and offers only those that exist', async () => {
    const { quickInput, notifications } = workbench();
    assert.equal((await quickInput.commands('Toggle Terminal')).includes('View: Toggle Terminal'), true);
    assert.equal((await quickInput.commands('Toggle')).includes('View: Toggle Lamp'), false);
    await quickInput.runCommand('View: Toggle Terminal');
    await workbench().page.locator('.terminal-outer-container').waitFor();
    await quickInput.runCommand('View: Toggle Terminal');
    assert.deepEqual(await notifications.messages(), []);
  });

  it('stops at a breakpoint, reads the call stack and variables, steps and ends', async () => {
    const { editor, debug } = workbench();
    await editor.open('src/greet.js');
    await editor.toggleBreakpoint(2);
    await debug.start();
    assert.equal(await debug.stoppedLine(), "const text = 'Hello, ' + name;");
    assert.equal(await debug.frame(/^greet /), 'greet src/greet.js 2:16');
    assert.equal(await debug.variable('name'), "'lamp'");
    await debug.stop();
  });

  it('leaves a picture', async () => {
    assert.match(await workbench().screenshot('workbench'), /\.cache\/screenshots\/workbench\.png$/);
  });
});
