/** Service time from the editor, and the asynchronous events that wait for it. */
import assert from 'node:assert/strict';
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { until } from '../helpers/until.ts';
import { click } from './harness/click.ts';
import { useWorkbench } from './harness/useWorkbench.ts';
import { ordersApp } from './ordersApp.ts';
import { ResultEditor } from './resultEditor.ts';
import { lambdaClient, windowHost } from './windowHost.ts';

const FUNCTIONS = 'Functions';

describe('the clock and pending events in the editor', function () {
  this.timeout(90_000);
  const workbench = useWorkbench({ files: ordersApp, openFile: 'src/create.ts' });
  let client: LambdaClient;

  before('a host, and the function in the tree', async () => {
    const { sidebar } = workbench();
    await sidebar.open('Lamplight');
    await sidebar.row(FUNCTIONS, /^Function create-order/).waitFor();
    client = lambdaClient(await windowHost(workbench()));
    await sidebar.expand(FUNCTIONS, /^Function create-order/);
    await sidebar.row(FUNCTIONS, /^Environments/).waitFor();
  });
  after(() => client.destroy());

  const clockItem = '.part.statusbar .statusbar-item[id$="lamplight.clock"]';
  const send = async (event: object): Promise<void> => {
    const { StatusCode } = await client.send(
      new InvokeCommand({
        FunctionName: 'create-order',
        InvocationType: 'Event',
        Payload: Buffer.from(JSON.stringify(event)),
      }),
    );
    assert.equal(StatusCode, 202);
  };
  const noPending = (): Promise<void> =>
    workbench()
      .sidebar.row(FUNCTIONS, /^Pending events/)
      .waitFor({ state: 'detached' });

  it('says nothing of a clock that is the machine’s', async () => {
    assert.equal(await workbench().page.locator(clockItem).count(), 0);
    await noPending();
  });

  it('freezes service time, and shows that it stands still', async () => {
    const { page } = workbench();
    await workbench().runCommand('Lamplight: Clock: Freeze');
    const item = page.locator(clockItem);
    await item.getByText('frozen').waitFor();
    assert.match(
      (await item.locator('a').getAttribute('aria-label')) ?? '',
      /Service time stands still at 2/,
    );
  });

  it('shows an event that failed with its attempt, its time and why', async () => {
    const { sidebar } = workbench();
    await send({});
    await sidebar.expand(FUNCTIONS, /^Pending events of create-order: 1/);
    const row = sidebar.row(FUNCTIONS, /^Pending event, attempt 2, next try at .*An order needs a quantity/);
    await row.waitFor();
    const rows = await sidebar.rows(FUNCTIONS);
    const at = rows.findIndex(text => text.startsWith('Pending events (1)'));
    assert.match(
      rows[at + 1] ?? '',
      /^Attempt 2 next in .* · < 10 s old · TypeError: An order needs a quantity/,
    );
    await workbench().screenshot('pending events');
  });

  it('retries it when it is told to', async () => {
    const { sidebar } = workbench();
    await sidebar.inlineAction(FUNCTIONS, /^Pending event, attempt 2/, 'Retry Event Now');
    await sidebar.row(FUNCTIONS, /^Pending event, attempt 3, next try at/).waitFor();
  });

  it('lets the rest run when service time is advanced, and the event goes', async () => {
    const { notifications, quickInput, page } = workbench();
    await click(page.locator(clockItem), 'click');
    await quickInput.waitForPrompt(/Lamplight Clock/);
    await workbench().screenshot('clock menu');
    await quickInput.choose('Advance…');
    await quickInput.waitForPrompt(/Advance Service Time By/);
    await quickInput.choose('Other…');
    await quickInput.waitForPrompt(/Advance Service Time By/);
    await quickInput.type('ten minutes');
    await page.getByText('“ten minutes” is no duration').waitFor();
    await quickInput.answer(/Advance Service Time By/, '10m');
    const message = await notifications.waitFor(/Service time is 10m further/);
    assert.match(message, /Fell due: an event for create-order is tried again/);
    await workbench().screenshot('advanced');
    await notifications.clear();
    await noPending();
  });

  it('keeps each attempt among the invocations, with its own result', async () => {
    const { sidebar, page } = workbench();
    await sidebar.expand(FUNCTIONS, /^Recent invocations/);
    await sidebar.row(FUNCTIONS, /^Invocation at .*attempt 3/).waitFor();
    const rows = (await sidebar.rows(FUNCTIONS)).filter(row => / · api$/.test(row));
    assert.deepEqual(
      rows.map(row => /attempt \d/.exec(row)?.[0]),
      ['attempt 3', 'attempt 2', undefined],
    );
    await workbench().screenshot('attempts');
    await sidebar.click(FUNCTIONS, /^Invocation at .*attempt 2/);
    await page.locator('.tab', { hasText: 'create-order' }).first().waitFor();
    await new ResultEditor(page, 'create-order').text(/An order needs a quantity/);
  });

  it('sends an event to the debugger: its next attempt is stopped there, and counts', async () => {
    const { sidebar, editor, debug } = workbench();
    await send({});
    await editor.open('src/create.ts', 9);
    await editor.toggleBreakpoint(9);
    await sidebar.open('Lamplight');
    await sidebar.expand(FUNCTIONS, /^Pending events of create-order: 1/);
    await sidebar.contextMenu(FUNCTIONS, /^Pending event, attempt 2/, 'Send Event to Debugger');
    // VS Code draws the mark of another possible breakpoint as a space.
    assert.match(await debug.stoppedLine(), /^if \(order\. ?quantity === undefined\)/);
    await workbench().screenshot('pending event in the debugger');
    await debug.continue();
    await until(async () => /create-order failed in attempt 2/.test(await debug.console()), {
      ms: 30_000,
      what: 'the end of the attempt',
    });
    await debug.waitForEnd();
    await editor.open('src/create.ts', 9);
    await editor.toggleBreakpoint(9);
    await sidebar.open('Lamplight');
    await sidebar.row(FUNCTIONS, /^Pending event, attempt 3, next try at/).waitFor();
    await workbench().runCommand('Lamplight: Clock: Advance…');
    await workbench().quickInput.choose('Other…');
    await workbench().quickInput.answer(/Advance Service Time By/, '10m');
    await workbench().notifications.waitFor(/Service time is 10m further/);
    await workbench().notifications.clear();
    await noPending();
  });

  it('drops an event after asking', async () => {
    const { sidebar, page } = workbench();
    await send({});
    await sidebar.expand(FUNCTIONS, /^Pending events of create-order: 1/);
    await sidebar.contextMenu(FUNCTIONS, /^Pending event, attempt 2/, 'Drop Event');
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.getByText('Drop this event of create-order?').waitFor();
    await dialog.getByRole('button', { name: 'Drop' }).click();
    await noPending();
  });

  it('opens an event for editing, and sends it again instead of the old one', async () => {
    const { sidebar, editor, notifications } = workbench();
    await send({ colour: 'red' });
    await sidebar.expand(FUNCTIONS, /^Pending events of create-order: 1/);
    await sidebar.inlineAction(FUNCTIONS, /^Pending event, attempt 2/, 'Edit and Resend Event');
    await until(async () => /"colour": "red"/.test(await editor.visibleText()), { what: 'the event' });
    await editor.lens('Resend as Asynchronous Event').waitFor();
    await editor.replaceAll('{ "quantity": 3 }');
    await workbench().screenshot('edit and resend');
    await editor.clickLens('Resend as Asynchronous Event');
    await notifications.press(/Sent to create-order as request .* still tried again/, 'Drop the Old One');
    await noPending();
    await sidebar.expand(FUNCTIONS, /^Recent invocations/);
    await sidebar.row(FUNCTIONS, /^Invocation at .*success/).waitFor();
  });

  it('goes on, faster, and says so', async () => {
    const { page, quickInput } = workbench();
    const item = page.locator(clockItem);
    await workbench().runCommand('Lamplight: Clock: Resume');
    await item.getByText(/^\s*[+-]\d+/).waitFor();
    await workbench().runCommand('Lamplight: Clock: Speed…');
    await quickInput.waitForPrompt(/Speed of Service Time/);
    await quickInput.choose('100×');
    await item.getByText('100×').waitFor();
    await workbench().screenshot('clock at 100');
    await workbench().runCommand('Lamplight: Clock: Speed…');
    await quickInput.waitForPrompt(/Speed of Service Time/);
    await quickInput.choose('1×');
    await item.getByText('100×').waitFor({ state: 'detached' });
  });

  it('runs to what is next, or says that nothing waits', async () => {
    const { notifications } = workbench();
    await workbench().runCommand('Lamplight: Clock: Freeze');
    await until(
      async () => {
        await workbench().runCommand('Lamplight: Clock: Run Until Next Event');
        const message = await notifications.waitFor(/It is \d|Nothing waits for service time/);
        await notifications.clear();
        return message.startsWith('Nothing waits');
      },
      { ms: 60_000, what: 'nothing to wait any more' },
    );
  });

  it('makes a fault happen from the tree, says whose doing it was, and takes it back', async () => {
    const { sidebar, quickInput, notifications, page } = workbench();
    await sidebar.contextMenu(FUNCTIONS, /^Function create-order/, 'Inject Faults…');
    for (const answer of ['Timeout', 'before the handler', 'The next one', 'whoever asks']) {
      await quickInput.waitForPrompt(/Inject Faults Into create-order/);
      await quickInput.choose(answer);
    }
    await sidebar.row(FUNCTIONS, /^Fault rule, Timeout of create-order: the next one/).waitFor();
    const item = page.locator('.part.statusbar .statusbar-item[id$="lamplight.faults"]');
    await item.getByText('1 fault rule').waitFor();
    await sidebar.row(FUNCTIONS, /^Function create-order.*fault rules are on/).waitFor();
    await workbench().screenshot('a fault rule');

    await sidebar.inlineAction(FUNCTIONS, /^Fault rule, Timeout/, 'Turn Fault Rule Off');
    await item.waitFor({ state: 'hidden' });
    await sidebar.inlineAction(FUNCTIONS, /^Fault rule, Timeout/, 'Turn Fault Rule On');
    await sidebar.inlineAction(FUNCTIONS, /^Fault rule, Timeout/, 'Remove Fault Rule');
    await notifications.press(/Deleted fault rule Timeout of create-order/, 'Undo');
    await item.getByText('1 fault rule').waitFor();

    const { FunctionError } = await client.send(
      new InvokeCommand({ FunctionName: 'create-order', Payload: Buffer.from('{ "quantity": 1 }') }),
    );
    assert.equal(FunctionError, 'Unhandled');
    await sidebar.row(FUNCTIONS, /^Fault rule, Timeout of create-order: spent.*hit 1 of 1/).waitFor();
    await sidebar.click(FUNCTIONS, /^Invocation at .*fault f1 timeout/);
    await new ResultEditor(page, 'create-order').text(/Fault rule f1 made this: Timeout/);
    await workbench().screenshot('an injected timeout');
    await sidebar.inlineAction(FUNCTIONS, /^Fault rule, Timeout/, 'Begin Fault Rule Again');
    await sidebar.row(FUNCTIONS, /^Fault rule, Timeout of create-order: the next one.*hit 0 of 0/).waitFor();
    await workbench().runCommand('Lamplight: Clear All Faults');
    await sidebar.row(FUNCTIONS, /^Fault rule, Timeout/).waitFor({ state: 'detached' });
  });
});
