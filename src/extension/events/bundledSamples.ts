import type { SampleCatalogue } from './sampleCatalogue.ts';

/** The bundled catalogue (protocol/samples), loaded when somebody first wants an event of it. */
export const bundledSamples: SampleCatalogue = {
  async all() {
    const { sampleEvents } = await import('../../protocol/samples/catalogue.ts');
    return sampleEvents;
  },
  async build(id, values) {
    const { buildSample } = await import('../../protocol/samples/catalogue.ts');
    return buildSample(id, values);
  },
};
