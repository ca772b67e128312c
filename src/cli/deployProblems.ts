/** Puts together what is wrong in the workspace, and tells it when it is something else than before. */
import type { HostEvent } from '../protocol/control.ts';
import type { WorkspaceProblem } from '../protocol/model.ts';
import type { WorkspaceModel } from '../protocol/workspace.ts';

/** @param ofFunctions problems of builds and of names */
export function deploymentProblems(
  publish: (event: HostEvent) => void,
  ofFunctions: () => readonly WorkspaceProblem[],
): (model: WorkspaceModel) => void {
  let told = '[]';
  return model => {
    const missing = new Set(
      model.problems.filter(({ code }) => code === 'missing-code').map(({ functionName }) => functionName),
    );
    // The template's problem about missing code says the same at a better place.
    const built = ofFunctions().filter(
      ({ code, functionName }) =>
        code !== 'build' || functionName === undefined || !missing.has(functionName),
    );
    const problems = [...model.problems, ...built];
    const text = JSON.stringify(problems);
    if (text === told) return;
    told = text;
    publish({ type: 'problems', problems });
  };
}
