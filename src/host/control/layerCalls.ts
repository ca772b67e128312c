/** The control service's calls about layers (protocol/control.ts). */
import type { LayerActions } from '../functions/layers/layerActions.ts';
import type { ServiceRequest, ServiceResponse } from '../gateway/service.ts';
import { bodyOf, importRequest, layerName, publishRequest, queryOf } from './requests.ts';

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
      async request => json(await layers.import(importRequest(bodyOf(request)), request.signal)),
    ],
    [
      'POST',
      /^\/lamplight\/layers\/publish$/,
      async request => json(await layers.publish(publishRequest(bodyOf(request)), request.signal)),
    ],
    [
      'POST',
      /^\/lamplight\/layers\/delete$/,
      request => Promise.resolve(json(layers.delete(layerName(bodyOf(request)).arn))),
    ],
    [
      'POST',
      /^\/lamplight\/layers\/restore$/,
      request => Promise.resolve(json(layers.restore(layerName(bodyOf(request)).arn))),
    ],
  ];
}
