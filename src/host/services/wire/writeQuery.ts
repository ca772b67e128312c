/** Answers of the query protocol: XML, with what is in a list or a map repeated. */
import type { Shape, StructureShape } from './shape.ts';

export interface QueryAnswer {
  readonly action: string;
  readonly namespace: string;
  readonly requestId: string;
  /** Absent where the operation answers nothing. */
  readonly shape?: StructureShape;
  readonly output?: object;
}

export function writeQuery(answer: QueryAnswer): string {
  const { action, namespace, requestId, shape, output } = answer;
  const result =
    shape === undefined
      ? ''
      : `<${action}Result>${structureXml(shape, (output ?? {}) as Record<string, unknown>)}</${action}Result>`;
  return `<?xml version="1.0"?><${action}Response xmlns="${namespace}">${result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${action}Response>`;
}

export interface QueryProblem {
  readonly code: string;
  readonly message: string;
  readonly isSenders: boolean;
  readonly namespace: string;
  readonly requestId: string;
}

export function writeQueryError({ code, message, isSenders, namespace, requestId }: QueryProblem): string {
  return `<?xml version="1.0"?><ErrorResponse xmlns="${namespace}"><Error><Type>${isSenders ? 'Sender' : 'Receiver'}</Type><Code>${xmlText(code)}</Code><Message>${xmlText(message)}</Message><Detail/></Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
}

function structureXml(shape: StructureShape, value: Readonly<Record<string, unknown>>): string {
  return Object.entries(shape.members)
    .map(([name, member]) => (value[name] === undefined ? '' : memberXml(name, member, value[name])))
    .join('');
}

function memberXml(name: string, shape: Shape, value: unknown): string {
  switch (shape.type) {
    case 'list': {
      const items = value as readonly unknown[];
      const { flat } = shape;
      if (flat !== undefined) return items.map(each => memberXml(flat, shape.of, each)).join('');
      return `<${name}>${items.map(each => memberXml('member', shape.of, each)).join('')}</${name}>`;
    }
    case 'map': {
      const around = shape.flat ?? 'entry';
      const entries = Object.entries(value as Readonly<Record<string, unknown>>).map(
        ([key, each]) =>
          `<${around}><${shape.key ?? 'key'}>${xmlText(key)}</${shape.key ?? 'key'}>${memberXml(shape.value ?? 'value', shape.of, each)}</${around}>`,
      );
      return shape.flat === undefined ? `<${name}>${entries.join('')}</${name}>` : entries.join('');
    }
    case 'structure':
      return `<${name}>${structureXml(shape, value as Record<string, unknown>)}</${name}>`;
    case 'blob':
      return `<${name}>${(value as Buffer).toString('base64')}</${name}>`;
    case 'string':
    case 'integer':
    case 'boolean':
      return `<${name}>${xmlText(String(value))}</${name}>`;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  '\r': '&#xD;',
};

/** Carriage returns too: a parser would make line feeds of them. */
export const xmlText = (text: string): string => text.replace(/[<>&"\r]/g, c => ENTITIES[c] ?? c);
