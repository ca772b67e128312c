import type { InvocationRecord } from '../../protocol/model.ts';
import type { HostSession } from '../host/hostSession.ts';
import type { ProjectStore } from '../project/projectStore.ts';

/** The REPORT follows the answer within milliseconds; extensions of a function may make it wait. */
const REPORT_MS = 5_000;

/** The whole record of an invocation that was answered, as soon as the host tells that its phase is over. */
export async function finishedRecord(
  session: Pick<HostSession, 'invocation'>,
  store: Pick<ProjectStore, 'invocations' | 'onChange'>,
  functionName: string,
  requestId: string,
): Promise<InvocationRecord> {
  const reported = (): boolean =>
    store
      .invocations(functionName)
      .some(invocation => invocation.requestId === requestId && invocation.report !== undefined);
  if (!reported())
    await new Promise<void>(resolve => {
      const done = (): void => {
        clearTimeout(timer);
        listener.dispose();
        resolve();
      };
      const timer = setTimeout(done, REPORT_MS);
      const listener = store.onChange.add(change => {
        if (change.kind === 'functions' || (change.kind === 'invocations' && reported())) done();
      });
    });
  return session.invocation(requestId);
}
