/** Functions that a tool builds, on their way into the host: builds that take long hold up nobody else, and end when they are out of date. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isRunning } from '../../helpers/isRunning.ts';
import { until } from '../../helpers/until.ts';
import { bench, endDeployments, resource, sam, ts } from './deploymentBench.ts';
import { copyingGo, installTools, restoreTools } from './fakeTools.ts';
import { tempFolder, write } from './tempFolder.ts';

const goFunction = resource('G', '', 'provided.al2023');

describe('startDeployment, with functions that a tool builds', function () {
  this.timeout(20_000);
  endDeployments();
  afterEach(restoreTools);

  it('a build that takes long holds up no other function', async () => {
    const place = await tempFolder();
    await installTools({ go: `${copyingGo}\nwhile [ ! -f ${place}/go ]; do sleep 0.02; done` });
    const made = await bench({
      'template.yaml': sam(
        goFunction,
        goFunction.replace('G:', 'H:'),
        goFunction.replace('G:', 'I:'),
        resource('A'),
      ),
      'g/main.go': 'one\n',
      'a/app.ts': ts('1'),
    });
    await made.until(() => made.reloads.includes('A'));
    await write(made.folder, { 'a/app.ts': ts('2') });
    const reloaded = await made.deployment.sync([path.join(made.folder, 'a/app.ts')]);
    assert.deepEqual(reloaded, ['A']);
    assert.equal(made.reloads.includes('G'), false);
    await writeFile(path.join(place, 'go'), '');
    await made.deployment.settled();
    assert.deepEqual([...new Set(made.reloads)].sort(), ['A', 'G', 'H', 'I']);
  });

  it('a save while the tool runs ends it, and what was saved is what is deployed', async () => {
    const place = await tempFolder();
    await installTools({
      go: `${copyingGo}\ngrep -q slow main.go || exit 0\necho $$ > ${place}/pid.new; mv ${place}/pid.new ${place}/pid\nexec sleep 600`,
    });
    const made = await bench({ 'template.yaml': sam(goFunction), 'g/main.go': 'slow\n' });
    await until(() => existsSync(path.join(place, 'pid')), { what: 'the tool' });
    await write(made.folder, { 'g/main.go': 'quick\n' });
    await made.deployment.sync([path.join(made.folder, 'g/main.go')]);
    assert.equal(await made.text('G', 'bootstrap'), 'quick\n');
    assert.equal(isRunning(Number(readFileSync(path.join(place, 'pid'), 'utf8'))), false);
    assert.deepEqual(made.problems, []);
    assert.deepEqual(
      made.target.calls.filter(call => call.startsWith('failed')),
      [],
    );
  });

  it('a mistake is told once at its place, and the last good code stays', async () => {
    const tools = await installTools({ go: copyingGo });
    const made = await bench({ 'template.yaml': sam(goFunction), 'g/main.go': 'one\n' });
    await made.deployment.settled();
    assert.equal(tools.runs(), 1);
    await write(made.folder, { 'g/main.go': 'good\n' });
    await made.deployment.sync([path.join(made.folder, 'g/main.go')]);
    await made.deployment.settled();
    // Seen by the watch as well, it is one run.
    assert.equal(tools.runs(), 2);
    await write(made.folder, { 'g/main.go': 'bad\n' });
    await made.deployment.sync([path.join(made.folder, 'g/main.go')]);
    await made.until(() => made.problems.length > 0);
    assert.deepEqual(
      made.problems.map(({ file, startLine, message, functionName }) => [
        file,
        startLine,
        message,
        functionName,
      ]),
      [[path.join(made.folder, 'g/main.go'), 1, 'bad', 'G']],
    );
    assert.equal(await made.text('G', 'bootstrap'), 'good\n');
    assert.match(made.target.held.get('G')?.error ?? '', /main\.go:2:1: bad/);
  });

  it('a tool that is still at work ends with the deployment', async () => {
    const place = await tempFolder();
    await installTools({
      go: `echo $$ > ${place}/pid.new; mv ${place}/pid.new ${place}/pid; exec sleep 600`,
    });
    const made = await bench({ 'template.yaml': sam(goFunction), 'g/main.go': '' });
    await until(() => existsSync(path.join(place, 'pid')), { what: 'the tool' });
    await made.deployment.dispose();
    assert.equal(isRunning(Number(readFileSync(path.join(place, 'pid'), 'utf8'))), false);
  });
});
