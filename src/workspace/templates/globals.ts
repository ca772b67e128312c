/**
 * SAM's `Globals` (SAM specification, "Globals section"): what a resource doesn't say is taken from there; maps are
 * merged, lists are put together (the global part first), anything else is replaced.
 */
import { child, intrinsicOf, mapNode, type TemplateNode } from './templateNode.ts';

/** Section of Globals for a resource type. */
const sections: Readonly<Record<string, string>> = {
  'AWS::Serverless::Function': 'Function',
  'AWS::Serverless::LayerVersion': 'LayerVersion',
};

/** A resource's properties with what Globals adds. */
export function withGlobals(
  root: TemplateNode | undefined,
  type: string,
  properties: TemplateNode | undefined,
): TemplateNode | undefined {
  const section = sections[type];
  const globals = section === undefined ? undefined : child(child(root, 'Globals'), section);
  return globals === undefined ? properties : merge(globals, properties);
}

function merge(global: TemplateNode, local: TemplateNode | undefined): TemplateNode {
  if (local === undefined || (local.kind === 'scalar' && local.value === null)) return global;
  if (global.kind === 'list' && local.kind === 'list') {
    return { ...local, items: [...global.items, ...local.items] };
  }
  if (global.kind !== 'map' || local.kind !== 'map') return local;
  // An intrinsic is one value, not a map of members.
  if (intrinsicOf(global) !== undefined || intrinsicOf(local) !== undefined) return local;
  const entries = new Map(global.entries);
  for (const [key, entry] of local.entries) {
    const before = global.entries.get(key);
    entries.set(key, before === undefined ? entry : { ...entry, value: merge(before.value, entry.value) });
  }
  return mapNode([...entries.values()], local);
}
