/** There is no debugger for an environment, and it was said why: nobody would ever let the environment go on. */
export class NoDebugger extends Error {}
