/** Events of the sample catalogue as the command line prints and sends them. */

// The catalogue is large and most commands never need it: it is a bundle of its own (esbuild.mjs).
const catalogue = () => import('../protocol/samples/catalogue.ts');

/** JSON text of a sample event with these parameters. Rejects with SampleEventError, in words for the user. */
export async function sampleText(id: string, values: Readonly<Record<string, string>>): Promise<string> {
  const { buildSample } = await catalogue();
  return JSON.stringify(buildSample(id, values), undefined, 2);
}

export async function sampleIds(): Promise<readonly string[]> {
  const { sampleEvents } = await catalogue();
  return sampleEvents.map(sample => sample.id);
}
