import type { Project } from './project.ts';

/** One function of one folder: what nearly every command acts on. */
export interface FunctionTarget {
  readonly project: Project;
  readonly name: string;
}
