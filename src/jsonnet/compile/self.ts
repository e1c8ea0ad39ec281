/**
 * Whether anything in an object asks for the object. Most objects of real programs do not: their fields then run in
 * the frame around the object, and neither frame nor locals are made for them.
 */

import type { AssertNode, Clause, FieldNode, Node, ObjectComprehensionNode, ObjectNode } from '../ast.ts';

/** `$` is the outermost object; `self` and `super` are the innermost one. */
type Position = 'outermost' | 'inner';

export function asksForSelf(fields: readonly FieldNode[], asserts: readonly AssertNode[], position: Position): boolean {
  const wanted = position === 'outermost' ? OWN | DOLLAR : OWN;
  const bodies = fields.map((field) => field.body);
  return (usesOf([...bodies, ...asserts.flatMap(({ condition, message }) => [condition, message])]) & wanted) !== 0;
}

/** The expression has a `self` or `super` that means the object around it. */
const OWN = 1;
/** The expression has a `$`. */
const DOLLAR = 2;

/** Objects are asked about once for themselves and once for each object around them. */
const known = new WeakMap<Node, number>();

function usesOf(nodes: readonly (Node | undefined)[]): number {
  let uses = 0;
  for (const node of nodes) if (node) uses |= usesIn(node);
  return uses;
}

function usesIn(node: Node): number {
  switch (node.kind) {
    case 'literal':
    case 'variable':
    case 'import':
      return 0;
    case 'self':
      return OWN;
    case 'dollar':
      return DOLLAR;
    case 'superIndex':
    case 'inSuper':
      return OWN | usesIn(node.index);
    case 'parens':
      return usesIn(node.inner);
    case 'array':
      return usesOf(node.elements);
    case 'index':
      return usesIn(node.target) | usesIn(node.index);
    case 'slice':
      return usesOf([node.target, node.from, node.to, node.step]);
    case 'binary':
      return usesIn(node.left) | usesIn(node.right);
    case 'unary':
      return usesIn(node.operand);
    case 'if':
      return usesOf([node.condition, node.then, node.else]);
    case 'error':
      return usesIn(node.message);
    case 'assert':
      return usesOf([node.condition, node.message, node.rest]);
    case 'local':
      return usesOf(node.binds.map((bind) => bind.body)) | usesIn(node.body);
    case 'apply':
      return usesIn(node.target) | usesOf(node.positional) | usesOf(node.named.map((argument) => argument.value));
    case 'function':
      return usesOf(node.parameters.map((parameter) => parameter.default)) | usesIn(node.body);
    case 'arrayComprehension':
      return usesIn(node.body) | usesOf(clauseNodes(node.clauses));
    case 'object':
    case 'objectComprehension':
      return usesInObject(node);
  }
}

/** Names are evaluated outside; inside, `self` and `super` mean the object itself, and `$` what it means outside. */
function usesInObject(node: ObjectNode | ObjectComprehensionNode): number {
  let uses = known.get(node);
  if (uses === undefined) {
    const inside = node.locals.map((bind) => bind.body);
    if (node.kind === 'object') {
      inside.push(...node.fields.map((field) => field.body));
      for (const { condition, message } of node.asserts) inside.push(condition, ...(message ? [message] : []));
      uses = usesOf(node.fields.map((field) => field.name));
    } else {
      inside.push(node.field.body);
      uses = usesOf([node.field.name, ...clauseNodes(node.clauses)]);
    }
    uses |= usesOf(inside) & DOLLAR;
    known.set(node, uses);
  }
  return uses;
}

function clauseNodes(clauses: readonly Clause[]): Node[] {
  return clauses.map((clause) => (clause.kind === 'for' ? clause.list : clause.condition));
}
