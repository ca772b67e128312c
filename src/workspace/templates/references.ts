/**
 * Finds references to nothing anywhere in a template, also in parts that no function uses: CloudFormation refuses the
 * whole template for one.
 */
import type { LoadedTemplate } from './loadTemplate.ts';
import { noResource, nothingNamed } from './scope.ts';
import type { Span } from '../sourceText.ts';
import { spanOfVariable, variablesOf } from './substitute.ts';
import { transformsOf, usesSam } from './readTemplate.ts';
import { child, entriesOf, plainText, type TemplateNode } from './templateNode.ts';

/** Reports each `Ref`, `Fn::GetAtt`, `Fn::Sub` and `Condition` whose name nothing in the template has. */
export function checkReferences(template: LoadedTemplate): void {
  const { root } = template;
  // A macro may make whatever it likes.
  const foreign = transformsOf(root).some(name => !name.startsWith('AWS::'));
  if (foreign) return;
  const conditions = new Set(entriesOf(child(root, 'Conditions')).map(entry => entry.key));
  const declared = entriesOf(child(root, 'Resources')).map(entry => entry.key);
  if (declared.some(key => key.startsWith('Fn::'))) return;
  const names = new Set([...declared, ...template.parameters.keys(), 'AWS::NoValue']);
  const made = usesSam(root) ? declared : [];
  // SAM makes resources of its own: ServerlessRestApi, <Function>Role, <Function><Event>, <Api>Stage …
  const known = (name: string): boolean =>
    names.has(name) ||
    (usesSam(root) && (name.startsWith('Serverless') || made.some(id => name.startsWith(id))));

  const complain = (span: Span, message: string): void =>
    template.report('error', 'unresolved-reference', span, message);

  function visit(node: TemplateNode): void {
    if (node.kind === 'list') node.items.forEach(visit);
    if (node.kind !== 'map') return;
    const only = node.entries.size === 1 ? [...node.entries.values()][0] : undefined;
    if (only !== undefined && check(only.key, only.value)) return;
    for (const entry of node.entries.values()) visit(entry.value);
  }

  /** True when the node needs no further look. */
  function check(key: string, value: TemplateNode): boolean {
    if (key === 'Ref') {
      const name = plainText(value);
      if (name !== undefined && !known(name)) complain(value, nothingNamed(name));
      return true;
    }
    if (key === 'Fn::GetAtt' && value.kind === 'list') {
      const name = plainText(value.items[0]);
      if (name !== undefined && !known(name)) complain(value, noResource(name));
    } else if (key === 'Fn::Sub') {
      const [text, variables] = value.kind === 'list' ? value.items : [value];
      for (const variable of variablesOf(plainText(text) ?? '')) {
        const [name = ''] = variable.split('.');
        if (child(variables, variable) !== undefined || known(name)) continue;
        const message = variable.includes('.') ? noResource(name) : nothingNamed(name);
        complain(spanOfVariable(template.source.text, value, variable), message);
      }
    } else if (key === 'Fn::If' && value.kind === 'list') {
      const name = plainText(value.items[0]);
      if (name !== undefined && !conditions.has(name)) {
        complain(value.items[0] ?? value, `There is no condition "${name}" in Conditions.`);
      }
    }
    return false;
  }

  for (const section of ['Resources', 'Outputs', 'Conditions', 'Globals']) {
    const node = child(root, section);
    if (node !== undefined) visit(node);
  }
}
