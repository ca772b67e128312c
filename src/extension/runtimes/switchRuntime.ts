import * as vscode from 'vscode';
import { untilUpdated, updateConfiguration } from '../../client/functionSettings.ts';
import { getFunctionConfiguration } from '../../client/functions.ts';
import { languageName } from '../../workspace/handlers/handlerForm.ts';
import { withProgress } from '../cancellation.ts';
import { commands } from '../contributions.ts';
import { t } from '../localize.ts';
import type { FunctionTarget } from '../project/functionTarget.ts';
import { askHandler, handlerMistake } from './askHandler.ts';
import { pickRuntime } from './pickRuntime.ts';

/** For how long the status bar says what was done. */
const TOLD_MS = 6_000;

/**
 * Asks for another runtime, for a handler where the one that is there is another language's, and switches: the host ends
 * the environments of the old runtime, and what is invoked next starts in the new one.
 */
export async function switchRuntime(target: FunctionTarget): Promise<void> {
  const { project, name } = target;
  const { client } = await project.connection.ensure();
  const before = await getFunctionConfiguration(client, name);
  const { Runtime: current, Handler: handler = '' } = before;
  if (current === undefined)
    throw new Error(
      t('{0} is a container image, which brings its own runtime: there is none to switch.', name),
    );
  const runtime = await pickRuntime(
    t('Switch the Runtime of {0}', name),
    current,
    t('Its environments are replaced; versions keep theirs'),
  );
  if (runtime === undefined || runtime === current) return;
  const isOtherLanguage = languageName(runtime) !== languageName(current);
  const next =
    isOtherLanguage || handlerMistake(handler, runtime) !== undefined
      ? await askHandler({ title: t('Handler of {0} in {1}', name, runtime), runtime, value: handler })
      : handler;
  if (next === undefined || !(await agreed(target, current, runtime))) return;
  const done = await withProgress(t('Switching {0} to {1}', name, runtime), async signal => {
    await updateConfiguration(
      client,
      name,
      { Runtime: runtime, ...(next === handler ? {} : { Handler: next }) },
      before.RevisionId,
    );
    await untilUpdated(client, name, signal);
    return true;
  });
  if (done === true)
    void vscode.window.setStatusBarMessage(
      `$(check) ${t('{0} runs on {1} from its next invocation on', name, runtime)}`,
      TOLD_MS,
    );
}

/** Of a function that a file declares: that it is the file which says what lasts. */
async function agreed({ project, name }: FunctionTarget, current: string, runtime: string): Promise<boolean> {
  const declared = project.store.function(name)?.declared;
  if (declared === undefined) return true;
  const file = vscode.workspace.asRelativePath(declared.declaration.file);
  const here = t('Switch Here');
  const open = t('Open Declaration');
  const chosen = await vscode.window.showWarningMessage(
    t('{0} declares {1}. Switch it to {2} only here?', file, name, runtime),
    {
      modal: true,
      detail: t(
        'The file is not changed: it goes on to say {0}, and takes the function back as soon as what it declares of {1} changes. To keep {2}, change it there. The code goes on to be built for {0}.',
        declared.runtime ?? current,
        name,
        runtime,
      ),
    },
    here,
    open,
  );
  if (chosen === open)
    await vscode.commands.executeCommand(commands.functionOpenDeclaration, { project, name });
  return chosen === here;
}
