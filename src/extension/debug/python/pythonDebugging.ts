import path from 'node:path';
import * as vscode from 'vscode';
import { debugpyStorage, surroundings, userCacheFolder } from '../../../client/userFolders.ts';
import type { DebuggerAddress } from '../../../protocol/control.ts';
import type { PythonDebugTarget } from '../../../protocol/model.ts';
import { withProgress } from '../../cancellation.ts';
import { PYTHON_DEBUG_TYPE } from '../../contributions.ts';
import { t } from '../../localize.ts';
import type { EnvironmentMark } from '../environmentMark.ts';
import { environmentMark } from '../environmentMark.ts';
import { NoDebugger } from '../noDebugger.ts';
import { findDebugpy, loadsDebugpy, PYTHON_DEBUGGER } from './debugpyFolders.ts';
import { adapterOf } from './pythonAttach.ts';
import { DEBUGPY } from './release.ts';

/** Compiled code of debugpy goes to our cache: it may lie in a project. */
const bytecode = (): string => path.join(userCacheFolder(), 'python');

/** Tells the host where an environment finds the adapter that was started for it. */
type Connect = (mark: EnvironmentMark, address: DebuggerAddress) => Promise<void>;

/**
 * The child sessions of Python environments. Their adapter is debugpy's own: it listens on loopback, says where, and the
 * environment connects to it. The Python extension is not needed.
 */
export class PythonDebugging implements vscode.DebugAdapterDescriptorFactory {
  readonly #disposables: readonly { dispose(): unknown }[];
  /** One question for all environments that wait. */
  #installing: Promise<string> | undefined;

  constructor(connect: Connect) {
    this.#disposables = [
      vscode.debug.registerDebugAdapterDescriptorFactory(PYTHON_DEBUG_TYPE, this),
      vscode.debug.onDidReceiveDebugSessionCustomEvent(({ session, event, body }) => {
        const adapter = adapterOf(session.configuration);
        const mark = environmentMark(session.configuration);
        const port = event === 'debugpyWaitingForServer' ? portOf(body) : undefined;
        if (adapter === undefined || mark === undefined || port === undefined) return;
        // An environment that has ended by now has taken its session with it.
        connect(mark, { port, debugpy: adapter.debugpy }).catch(() => undefined);
      }),
    ];
  }

  createDebugAdapterDescriptor(session: vscode.DebugSession): vscode.DebugAdapterDescriptor | undefined {
    const adapter = adapterOf(session.configuration);
    if (adapter === undefined) return undefined;
    const args = ['-X', `pycache_prefix=${bytecode()}`, path.join(adapter.debugpy, 'adapter')];
    return new vscode.DebugAdapterExecutable(adapter.program, args);
  }

  /** Folder of the debugpy to debug with; asks to install one where there is none. Rejects with {@link NoDebugger}. */
  async debugpyFor(target: PythonDebugTarget, functionName: string): Promise<string> {
    const found = await findDebugpy({
      own: target.debugpy,
      extension: vscode.extensions.getExtension(PYTHON_DEBUGGER.id)?.extensionPath,
      storage: debugpyStorage(),
      runs: folder => loadsDebugpy(target.program, folder, bytecode()),
    });
    if (found !== undefined) return found;
    this.#installing ??= this.#install(functionName).finally(() => (this.#installing = undefined));
    return this.#installing;
  }

  async #install(functionName: string): Promise<string> {
    const storage = debugpyStorage();
    const install = t('Install');
    const chosen = await vscode.window.showInformationMessage(
      t('Install debugpy to debug {0}?', functionName),
      {
        modal: true,
        detail: t(
          'debugpy is the debugger for Python. Neither the function’s Python nor an installed extension has it. Version {0} (5 MB) is downloaded into {1}; nothing is added to your project.',
          DEBUGPY.version,
          storage,
        ),
      },
      install,
    );
    if (chosen !== install) throw new NoDebugger(t('{0} can’t be debugged without debugpy.', functionName));
    const folder = await withProgress(
      t('Installing debugpy {0}', DEBUGPY.version),
      async (signal, report) => {
        const { installDebugpy } = await import('./installDebugpy.ts');
        return installDebugpy({
          storage,
          here: surroundings(),
          signal,
          translate: (message, ...args) => vscode.l10n.t(message, ...args),
          progress: share => report(t('{0} %', Math.floor(share * 100))),
        });
      },
    ).catch((error: unknown) => {
      throw new NoDebugger(error instanceof Error ? error.message : String(error));
    });
    if (folder === undefined) throw new NoDebugger(t('The installation of debugpy was cancelled.'));
    return folder;
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}

function portOf(body: unknown): number | undefined {
  if (typeof body !== 'object' || body === null || !('port' in body)) return undefined;
  return typeof body.port === 'number' ? body.port : undefined;
}
