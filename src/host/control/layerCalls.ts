/** The control service's calls about layers (protocol/control.ts). */
import type { LayerActions } from '../functions/layers/layerActions.ts';
import type { ServiceRequest, ServiceResponse } from '../gateway/service.ts';
import { bodyOf, importRequest, publishRequest, queryOf } from './requests.ts';

type Call = (request: ServiceRequest) => Promise<ServiceResponse>;

const json = (value: unknown): ServiceResponse => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

/** Method, path and what answers it. */
export function layerCalls(layers: LayerActions): readonly (readonly [string, RegExp, Call])[] {
  return [
    ['GET', /^\/lamplight\/layers$/, () => Promise.resolve(json({ Layers: layers.list() }))],
    [
      'GET',
      /^\/lamplight\/layers\/folder$/,
      async ({ query }) => json(await layers.folder(queryOf(query, 'Arn'), query.get('Path') ?? '')),
    ],
    [
      'GET',
      /^\/lamplight\/layers\/file$/,
      async ({ query }) => ({
        status: 200,
        headers: { 'content-type': 'application/octet-stream' },
        body: await layers.file(queryOf(query, 'Arn'), queryOf(query, 'Path')),
      }),
    ],
    [
      'POST',
      /^\/lamplight\/layers\/import$/,
      async request => json(await layers.import(importRequest(bodyOf(request)))),
    ],
    [
      'POST',
      /^\/lamplight\/layers\/publish$/,
      async request => json(await layers.publish(publishRequest(bodyOf(request)).arn)),
    ],
  ];
}
