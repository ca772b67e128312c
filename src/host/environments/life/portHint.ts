/** What is said where an extension ended since its port was taken: environments that are processes share the machine's loopback. */

const TAKEN = /EADDRINUSE|address (?:is )?already in use|Only one usage of each socket address/i;

/** `output`: what it wrote last. */
export function portHint(name: string, functionName: string, output: string): string | undefined {
  if (!TAKEN.test(output)) return undefined;
  return (
    `The extension ${name} of ${functionName} listens on a port that is taken, by another environment's or by another program. ` +
    'Environments that run as processes share the ports of this machine: limit the function to one environment (reserved concurrency 1), or run it in a container.'
  );
}
