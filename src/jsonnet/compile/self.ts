/**
 * Whether anything in an object asks for the object. Most objects of real programs do not: their fields then run in
 * the frame around the object, and neither frame nor locals are made for them.
 */

import type { AssertNode, Clause, FieldNode, Node } from '../ast.ts';

/** `$` is the outermost object; `self` and `super` are the innermost one. */
type Position = 'outermost' | 'inner';

export function asksForSelf(fields: readonly FieldNode[], asserts: readonly AssertNode[], position: Position): boolean {
  const dollar = position === 'outermost';
  return (
    fields.some((field) => asks(field.body, true, dollar)) ||
    asserts.some(
      ({ condition, message }) =>
        asks(condition, true, dollar) || (message !== undefined && asks(message, true, dollar)),
    )
  );
}

/** Whether `node` has a `self` or `super` (with `own`) or a `$` (with `dollar`) that means the object around it. */
function asks(node: Node, own: boolean, dollar: boolean): boolean {
  if (!own && !dollar) return false;
  const any = (nodes: readonly (Node | undefined)[]): boolean =>
    nodes.some((child) => child !== undefined && asks(child, own, dollar));
  const anyInside = (nodes: readonly (Node | undefined)[]): boolean =>
    nodes.some((child) => child !== undefined && asks(child, false, dollar));
  switch (node.kind) {
    case 'literal':
    case 'variable':
    case 'import':
      return false;
    case 'self':
      return own;
    case 'dollar':
      return dollar;
    case 'superIndex':
    case 'inSuper':
      return own || any([node.index]);
    case 'parens':
      return any([node.inner]);
    case 'array':
      return any(node.elements);
    case 'index':
      return any([node.target, node.index]);
    case 'slice':
      return any([node.target, node.from, node.to, node.step]);
    case 'binary':
      return any([node.left, node.right]);
    case 'unary':
      return any([node.operand]);
    case 'if':
      return any([node.condition, node.then, node.else]);
    case 'error':
      return any([node.message]);
    case 'assert':
      return any([node.condition, node.message, node.rest]);
    case 'local':
      return any([...node.binds.map((bind) => bind.body), node.body]);
    case 'apply':
      return any([node.target, ...node.positional, ...node.named.map((argument) => argument.value)]);
    case 'function':
      return any([...node.parameters.map((parameter) => parameter.default), node.body]);
    case 'arrayComprehension':
      return any([node.body, ...clauseNodes(node.clauses)]);
    case 'object':
      return (
        any(node.fields.map((field) => field.name)) ||
        anyInside([
          ...node.fields.map((field) => field.body),
          ...node.locals.map((bind) => bind.body),
          ...node.asserts.flatMap(({ condition, message }) => [condition, message]),
        ])
      );
    case 'objectComprehension':
      return (
        any([node.field.name, ...clauseNodes(node.clauses)]) ||
        anyInside([node.field.body, ...node.locals.map((bind) => bind.body)])
      );
  }
}

function clauseNodes(clauses: readonly Clause[]): Node[] {
  return clauses.map((clause) => (clause.kind === 'for' ? clause.list : clause.condition));
}
