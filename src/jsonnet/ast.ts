/**
 * The syntax tree. `start` and `end` are offsets in the file. Sugar that needs no scope is gone already: methods are
 * functions, `e {…}` is `+`, `a.b` is `a['b']`. Parentheses stay, because spans of operators begin and end with them.
 */

import type { Visibility } from './shapes.ts';

interface Span {
  readonly start: number;
  readonly end: number;
}

export type BinaryOperator =
  | '*'
  | '/'
  | '%'
  | '+'
  | '-'
  | '<<'
  | '>>'
  | '<'
  | '<='
  | '>'
  | '>='
  | 'in'
  | '=='
  | '!='
  | '&'
  | '^'
  | '|'
  | '&&'
  | '||';
export type UnaryOperator = '!' | '+' | '-' | '~';

export interface Bind extends Span {
  readonly name: string;
  readonly body: Node;
}

export interface ParameterNode extends Span {
  readonly name: string;
  readonly default: Node | undefined;
}

export interface NamedArgument {
  readonly name: string;
  readonly value: Node;
}

export interface FieldNode extends Span {
  /** A literal for fixed names. */
  readonly name: Node;
  readonly visibility: Visibility;
  readonly plus: boolean;
  readonly body: Node;
}

export interface AssertNode extends Span {
  readonly condition: Node;
  readonly message: Node | undefined;
}

/** `for x in e` or `if e`, in order. */
export type Clause =
  | { readonly kind: 'for'; readonly name: string; readonly list: Node }
  | { readonly kind: 'if'; readonly condition: Node };

export interface LiteralNode extends Span {
  readonly kind: 'literal';
  readonly value: null | boolean | number | string;
}
export interface FunctionNode extends Span {
  readonly kind: 'function';
  readonly parameters: readonly ParameterNode[];
  readonly body: Node;
}
export interface ObjectNode extends Span {
  readonly kind: 'object';
  readonly fields: readonly FieldNode[];
  readonly locals: readonly Bind[];
  readonly asserts: readonly AssertNode[];
}
export interface ObjectComprehensionNode extends Span {
  readonly kind: 'objectComprehension';
  readonly field: FieldNode;
  readonly locals: readonly Bind[];
  readonly clauses: readonly Clause[];
}
export interface ArrayComprehensionNode extends Span {
  readonly kind: 'arrayComprehension';
  readonly body: Node;
  readonly clauses: readonly Clause[];
}
export interface ApplyNode extends Span {
  readonly kind: 'apply';
  readonly target: Node;
  readonly positional: readonly Node[];
  readonly named: readonly NamedArgument[];
  readonly tailstrict: boolean;
}
export interface ImportNode extends Span {
  readonly kind: 'import';
  readonly how: 'import' | 'importstr' | 'importbin';
  readonly path: string;
}
export interface SliceNode extends Span {
  readonly kind: 'slice';
  readonly target: Node;
  readonly from: Node | undefined;
  readonly to: Node | undefined;
  readonly step: Node | undefined;
}
export interface LocalNode extends Span {
  readonly kind: 'local';
  readonly binds: readonly Bind[];
  readonly body: Node;
}

export type Node =
  | LiteralNode
  | FunctionNode
  | ObjectNode
  | ObjectComprehensionNode
  | ArrayComprehensionNode
  | ApplyNode
  | ImportNode
  | SliceNode
  | LocalNode
  | (Span & { readonly kind: 'variable'; readonly name: string })
  | (Span & { readonly kind: 'self' | 'dollar' })
  | (Span & { readonly kind: 'parens'; readonly inner: Node })
  | (Span & { readonly kind: 'array'; readonly elements: readonly Node[] })
  | (Span & { readonly kind: 'index'; readonly target: Node; readonly index: Node })
  | (Span & { readonly kind: 'superIndex' | 'inSuper'; readonly index: Node })
  | (Span & { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Node; readonly right: Node })
  | (Span & { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: Node })
  | (Span & { readonly kind: 'if'; readonly condition: Node; readonly then: Node; readonly else: Node | undefined })
  | (Span & { readonly kind: 'error'; readonly message: Node })
  | (Span & {
      readonly kind: 'assert';
      readonly condition: Node;
      readonly message: Node | undefined;
      readonly rest: Node;
    });
