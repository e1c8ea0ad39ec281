/** Tokens to a syntax tree, by recursive descent. Errors carry go-jsonnet's words. */

import type {
  AssertNode,
  BinaryOperator,
  Bind,
  Clause,
  FieldNode,
  FunctionNode,
  ImportNode,
  NamedArgument,
  Node,
  ParameterNode,
  UnaryOperator,
} from './ast.ts';
import { lex, type Token } from './lexer.ts';
import { HIDDEN, INHERIT, VISIBLE, type Visibility } from './shapes.ts';
import type { Source } from './source.ts';

/** Higher binds tighter. */
const PRECEDENCE: Readonly<Record<BinaryOperator, number>> = {
  '*': 10,
  '/': 10,
  '%': 10,
  '+': 9,
  '-': 9,
  '<<': 8,
  '>>': 8,
  '<': 7,
  '<=': 7,
  '>': 7,
  '>=': 7,
  in: 7,
  '==': 6,
  '!=': 6,
  '&': 5,
  '^': 4,
  '|': 3,
  '&&': 2,
  '||': 1,
};

const UNARY: ReadonlySet<string> = new Set(['!', '+', '-', '~']);

/** Deeper nesting than this is refused before JavaScript's stack ends. */
const MAX_NESTING = 500;

/** Parses one file. Throws the first error. The file's import expressions are added to `imports`. */
export function parse(source: Source, imports: ImportNode[] = []): Node {
  const parser = new Parser(source, lex(source), imports);
  return parser.file();
}

class Parser {
  private readonly source: Source;
  private readonly tokens: readonly Token[];
  private position = 0;
  private nesting = 0;
  private readonly imports: ImportNode[];
  constructor(source: Source, tokens: readonly Token[], imports: ImportNode[]) {
    this.source = source;
    this.tokens = tokens;
    this.imports = imports;
  }

  file(): Node {
    const node = this.expression();
    const rest = this.peek();
    if (rest.kind !== 'end') this.fail(`Did not expect: ${rest.shown}`, rest);
    return node;
  }

  private fail(message: string, at: { start: number; end: number }): never {
    throw this.source.staticError(message, at.start, at.end);
  }

  private peek(): Token {
    return this.tokens[this.position]!;
  }

  private pop(): Token {
    const token = this.tokens[this.position]!;
    if (token.kind !== 'end') this.position += 1;
    return token;
  }

  /** Whether the next token is this keyword, symbol or operator. */
  private at(text: string): boolean {
    const token = this.peek();
    return token.text === text && (token.kind === 'symbol' || token.kind === 'keyword' || token.kind === 'operator');
  }

  private accept(text: string): Token | undefined {
    return this.at(text) ? this.pop() : undefined;
  }

  private expect(text: string): Token {
    const token = this.pop();
    const matches = token.text === text && (token.kind === 'symbol' || token.kind === 'keyword');
    if (!matches) {
      const wanted = /^[a-z]/.test(text) ? text : `"${text}"`;
      this.fail(`Expected token ${wanted} but got ${token.shown}`, token);
    }
    return token;
  }

  private expectOperator(text: string): Token {
    const token = this.pop();
    if (token.kind !== 'operator' || token.text !== text) {
      this.fail(`Expected operator ${text} but got ${token.shown}`, token);
    }
    return token;
  }

  private identifier(context = ''): Token {
    const token = this.pop();
    if (token.kind !== 'identifier') this.fail(`Expected token IDENTIFIER but got ${token.shown}${context}`, token);
    return token;
  }

  /** A whole expression: the loosest precedence. */
  private expression(): Node {
    this.nesting += 1;
    if (this.nesting > MAX_NESTING) this.fail('Expressions are nested too deeply', this.peek());
    const node = this.binary(0);
    this.nesting -= 1;
    return node;
  }

  /** Operators that bind tighter than `minimum`; a keyword expression (`if`, `local`, ...) reaches as far as it can. */
  private binary(minimum: number): Node {
    const begin = this.peek();
    const keyword = this.keywordExpression(begin);
    if (keyword) return keyword;
    let left = this.unary();
    for (;;) {
      const token = this.peek();
      const operator = this.binaryOperator(token);
      if (operator === undefined) return left;
      const precedence = PRECEDENCE[operator];
      if (precedence <= minimum) return left;
      this.pop();
      if (operator === 'in' && this.at('super')) {
        const end = this.pop().end;
        left = { kind: 'inSuper', index: left, start: begin.start, end };
        continue;
      }
      this.nesting += 1;
      if (this.nesting > MAX_NESTING) this.fail('Expressions are nested too deeply', token);
      const right = this.binary(precedence);
      this.nesting -= 1;
      left = { kind: 'binary', operator, left, right, start: begin.start, end: right.end };
    }
  }

  /** The binary operator that `token` is; undefined for what ends an expression. */
  private binaryOperator(token: Token): BinaryOperator | undefined {
    if (token.kind === 'keyword' && token.text === 'in') return 'in';
    // A colon ends the condition of an assert or a part of a slice.
    if (token.kind !== 'operator' || token.text === ':' || token.text === '::') return undefined;
    if (!Object.hasOwn(PRECEDENCE, token.text)) this.fail(`Not a binary operator: ${token.text}`, token);
    return token.text as BinaryOperator;
  }

  private unary(): Node {
    const token = this.peek();
    if (token.kind !== 'operator') return this.postfix();
    if (!UNARY.has(token.text)) this.fail(`Not a unary operator: ${token.text}`, token);
    this.pop();
    this.nesting += 1;
    if (this.nesting > MAX_NESTING) this.fail('Expressions are nested too deeply', token);
    const operand = this.keywordExpression(this.peek()) ?? this.unary();
    this.nesting -= 1;
    return { kind: 'unary', operator: token.text as UnaryOperator, operand, start: token.start, end: operand.end };
  }

  private keywordExpression(begin: Token): Node | undefined {
    if (begin.kind !== 'keyword') return undefined;
    switch (begin.text) {
      case 'assert':
        return this.assertExpression();
      case 'error': {
        this.pop();
        const message = this.expression();
        return { kind: 'error', message, start: begin.start, end: message.end };
      }
      case 'if':
        return this.conditional();
      case 'function': {
        this.pop();
        const open = this.pop();
        if (open.text !== '(' || open.kind !== 'symbol') this.fail(`Expected ( but got ${open.shown}`, open);
        return this.functionRest(begin.start, 'function parameter');
      }
      case 'import':
      case 'importstr':
      case 'importbin':
        return this.importExpression(begin.text);
      case 'local':
        return this.local();
      default:
        return undefined;
    }
  }

  private assertExpression(): Node {
    const begin = this.pop();
    const condition = this.expression();
    const message = this.accept(':') ? this.expression() : undefined;
    this.expect(';');
    const rest = this.expression();
    return { kind: 'assert', condition, message, rest, start: begin.start, end: rest.end };
  }

  private conditional(): Node {
    const begin = this.pop();
    const condition = this.expression();
    this.expect('then');
    const then = this.expression();
    const otherwise = this.accept('else') ? this.expression() : undefined;
    return { kind: 'if', condition, then, else: otherwise, start: begin.start, end: (otherwise ?? then).end };
  }

  private importExpression(how: ImportNode['how']): Node {
    const begin = this.pop();
    const token = this.peek();
    const path = this.expression();
    if (path.kind !== 'literal' || typeof path.value !== 'string') {
      return this.fail('Computed imports are not allowed', path);
    }
    if (token.block) this.fail('Block string literals not allowed in imports', path);
    const node: ImportNode = { kind: 'import', how, path: path.value, start: begin.start, end: path.end };
    this.imports.push(node);
    return node;
  }

  private local(): Node {
    const begin = this.pop();
    const binds: Bind[] = [];
    for (;;) {
      binds.push(this.bind(binds));
      const delimiter = this.pop();
      if (delimiter.kind === 'symbol' && delimiter.text === ';') break;
      if (delimiter.kind !== 'symbol' || delimiter.text !== ',') {
        this.fail(`Expected , or ; but got ${delimiter.shown}`, delimiter);
      }
    }
    const body = this.expression();
    return { kind: 'local', binds, body, start: begin.start, end: body.end };
  }

  private bind(earlier: readonly Bind[]): Bind {
    const name = this.identifier();
    if (earlier.some((bind) => bind.name === name.text)) this.fail(`Duplicate local var: ${name.text}`, name);
    let body: Node;
    if (this.accept('(')) {
      const parameters = this.parameters('function parameter');
      this.expectOperator('=');
      const inner = this.expression();
      body = { kind: 'function', parameters, body: inner, start: name.start, end: inner.end };
    } else {
      this.expectOperator('=');
      body = this.expression();
    }
    return { name: name.text, body, start: name.start, end: body.end };
  }

  /** After the opening parenthesis: parameters and body. */
  private functionRest(start: number, what: string): FunctionNode {
    const parameters = this.parameters(what);
    const body = this.expression();
    return { kind: 'function', parameters, body, start, end: body.end };
  }

  /** After the opening parenthesis, to behind the closing one. */
  private parameters(what: string): ParameterNode[] {
    const parameters: ParameterNode[] = [];
    let comma = true;
    while (!this.accept(')')) {
      const next = this.peek();
      if (!comma) this.fail(`Expected a comma before next ${what}, got ${next.shown}`, next);
      const name = this.identifier(' while parsing parameter');
      if (parameters.some((parameter) => parameter.name === name.text)) {
        this.fail(`Duplicate function parameter: ${name.text}`, name);
      }
      const value = this.accept('=') ? this.expression() : undefined;
      parameters.push({ name: name.text, default: value, start: name.start, end: (value ?? name).end });
      comma = this.accept(',') !== undefined;
    }
    return parameters;
  }

  /** A terminal with its calls, indices, slices and braces. */
  private postfix(): Node {
    const begin = this.peek();
    let node = this.terminal();
    for (;;) {
      const token = this.peek();
      if (token.kind !== 'symbol') return node;
      if (token.text === '.') {
        this.pop();
        const name = this.identifier();
        const index: Node = { kind: 'literal', value: name.text, start: name.start, end: name.end };
        node = { kind: 'index', target: node, index, start: begin.start, end: name.end };
      } else if (token.text === '[') {
        this.pop();
        node = this.indexOrSlice(node, begin.start);
      } else if (token.text === '(') {
        this.pop();
        node = this.call(node, begin.start);
      } else if (token.text === '{') {
        this.pop();
        const right = this.objectRest(token);
        node = { kind: 'binary', operator: '+', left: node, right, start: begin.start, end: right.end };
      } else {
        return node;
      }
    }
  }

  private indexOrSlice(target: Node, start: number): Node {
    const parts: (Node | undefined)[] = [undefined, undefined, undefined];
    let colons = 0;
    let ready = true;
    let last = this.peek();
    while (colons < 3) {
      const token = this.peek();
      if (this.at(']')) {
        last = this.pop();
        break;
      }
      if (this.at(':') || this.at('::')) {
        last = this.pop();
        colons += token.text.length;
        ready = true;
      } else if (ready) {
        parts[colons] = this.expression();
        ready = false;
      } else {
        this.fail(`Expected token "]" but got ${token.shown}`, token);
      }
    }
    if (colons > 2) this.fail('Invalid slice: too many colons', last);
    if (colons === 0 && ready) this.fail('ast.Index requires an expression', last);
    if (colons === 0) return { kind: 'index', target, index: parts[0]!, start, end: last.end };
    return { kind: 'slice', target, from: parts[0], to: parts[1], step: parts[2], start, end: last.end };
  }

  private call(target: Node, start: number): Node {
    const positional: Node[] = [];
    const named: NamedArgument[] = [];
    let comma = true;
    let end = this.accept(')');
    while (!end) {
      const next = this.peek();
      if (!comma) this.fail(`Expected a comma before next function argument, got ${next.shown}`, next);
      const after = this.tokens[this.position + 1];
      if (next.kind === 'identifier' && after?.kind === 'operator' && after.text === '=') {
        this.pop();
        this.pop();
        named.push({ name: next.text, value: this.expression() });
      } else {
        const value = this.expression();
        if (named.length > 0) this.fail('Positional argument after a named argument is not allowed', next);
        positional.push(value);
      }
      comma = this.accept(',') !== undefined;
      end = this.accept(')');
    }
    const tailstrict = this.accept('tailstrict') !== undefined;
    return { kind: 'apply', target, positional, named, tailstrict, start, end: end.end };
  }

  private terminal(): Node {
    const token = this.pop();
    const { start, end } = token;
    switch (token.kind) {
      case 'end':
        return this.fail('Unexpected end of file', token);
      case 'number': {
        // Too large for a double: an error only where it is evaluated, as in go-jsonnet.
        const value = Number(token.text);
        return { kind: 'literal', value, start, end };
      }
      case 'string':
        return { kind: 'literal', value: token.text, start, end };
      case 'identifier':
        return { kind: 'variable', name: token.text, start, end };
      case 'keyword':
        if (token.text === 'null') return { kind: 'literal', value: null, start, end };
        if (token.text === 'true') return { kind: 'literal', value: true, start, end };
        if (token.text === 'false') return { kind: 'literal', value: false, start, end };
        if (token.text === 'self') return { kind: 'self', start, end };
        if (token.text === 'super') return this.superIndex(token);
        break;
      case 'symbol':
        if (token.text === '$') return { kind: 'dollar', start, end };
        if (token.text === '{') return this.objectRest(token);
        if (token.text === '[') return this.arrayRest(token);
        if (token.text === '(') {
          const inner = this.expression();
          return { kind: 'parens', inner, start, end: this.expect(')').end };
        }
        break;
      default:
        break;
    }
    return this.fail(`Unexpected: ${token.shown} while parsing terminal`, token);
  }

  private superIndex(token: Token): Node {
    // Its span is the keyword alone, as in go-jsonnet.
    const { start, end } = token;
    if (this.accept('.')) {
      const name = this.identifier();
      const index: Node = { kind: 'literal', value: name.text, start: name.start, end: name.end };
      return { kind: 'superIndex', index, start, end };
    }
    if (this.accept('[')) {
      const index = this.expression();
      this.expect(']');
      return { kind: 'superIndex', index, start, end };
    }
    return this.fail('Expected . or [ after super', token);
  }

  private arrayRest(open: Token): Node {
    const elements: Node[] = [];
    let comma = true;
    for (;;) {
      const close = this.accept(']');
      if (close) return { kind: 'array', elements, start: open.start, end: close.end };
      const next = this.peek();
      if (!comma) this.fail('Expected a comma before next array element', next);
      elements.push(this.expression());
      comma = this.accept(',') !== undefined;
      if (elements.length === 1 && this.at('for')) {
        const { clauses, close } = this.clauses(']');
        return { kind: 'arrayComprehension', body: elements[0]!, clauses, start: open.start, end: close.end };
      }
    }
  }

  /** From the first `for` to behind the closing bracket. */
  private clauses(end: string): { clauses: Clause[]; close: Token } {
    const clauses: Clause[] = [];
    for (;;) {
      const token = this.pop();
      if (token.kind === 'keyword' && token.text === 'for') {
        const name = this.identifier().text;
        this.expect('in');
        clauses.push({ kind: 'for', name, list: this.expression() });
      } else if (token.kind === 'keyword' && token.text === 'if') {
        clauses.push({ kind: 'if', condition: this.expression() });
      } else if (token.kind === 'symbol' && token.text === end) {
        return { clauses, close: token };
      } else {
        this.fail(`Expected for, if or "${end}" after for clause, got: ${token.shown}`, token);
      }
    }
  }

  /** After the opening brace: an object or an object comprehension. */
  private objectRest(open: Token): Node {
    const fields: FieldNode[] = [];
    const locals: Bind[] = [];
    const asserts: AssertNode[] = [];
    const names = new Set<string>();
    const computed = new Set<FieldNode>();
    let comma = true;
    for (;;) {
      const close = this.accept('}');
      if (close) return { kind: 'object', fields, locals, asserts, start: open.start, end: close.end };
      const next = this.peek();
      if (next.kind === 'keyword' && next.text === 'for') {
        const field = this.comprehensionField(fields, asserts, computed, next);
        const { clauses, close } = this.clauses('}');
        return { kind: 'objectComprehension', field, locals, clauses, start: open.start, end: close.end };
      }
      if (!comma) this.fail('Expected a comma before next field', next);
      this.member(fields, locals, asserts, names, computed);
      comma = this.accept(',') !== undefined;
    }
  }

  private comprehensionField(
    fields: readonly FieldNode[],
    asserts: readonly AssertNode[],
    computed: ReadonlySet<FieldNode>,
    at: Token,
  ): FieldNode {
    if (asserts.length > 0) this.fail('Object comprehension cannot have asserts', at);
    const field = fields[0];
    if (fields.length !== 1 || !field) return this.fail('Object comprehension can only have one field', at);
    if (field.visibility !== INHERIT) this.fail('Object comprehensions cannot have hidden fields', at);
    if (!computed.has(field)) this.fail('Object comprehensions can only have [e] fields', at);
    return field;
  }

  private member(
    fields: FieldNode[],
    locals: Bind[],
    asserts: AssertNode[],
    names: Set<string>,
    computed: Set<FieldNode>,
  ): void {
    const token = this.pop();
    if (token.kind === 'keyword' && token.text === 'local') {
      locals.push(this.bind(locals));
    } else if (token.kind === 'keyword' && token.text === 'assert') {
      const condition = this.expression();
      const message = this.accept(':') ? this.expression() : undefined;
      asserts.push({ condition, message, start: token.start, end: (message ?? condition).end });
    } else if (token.kind === 'identifier' || token.kind === 'string') {
      const name: Node = { kind: 'literal', value: token.text, start: token.start, end: token.end };
      fields.push(this.fieldRest(token, name, names));
    } else if (token.kind === 'symbol' && token.text === '[') {
      const name = this.expression();
      this.expect(']');
      const field = this.fieldRest(token, name, undefined);
      computed.add(field);
      fields.push(field);
    } else {
      this.fail(`Unexpected: ${token.shown} while parsing field definition`, token);
    }
  }

  /** After the name; `names` are the fixed names so far, undefined for a computed name. */
  private fieldRest(begin: Token, name: Node, names: Set<string> | undefined): FieldNode {
    const parameters = this.accept('(') ? this.parameters('method parameter') : undefined;
    const { plus, visibility } = this.fieldOperator();
    if (plus && parameters) this.fail(`Cannot use +: syntax sugar in a method: ${begin.text}`, begin);
    if (names) {
      if (names.has(begin.text)) this.fail(`Duplicate field: ${begin.text}`, begin);
      names.add(begin.text);
    }
    const inner = this.expression();
    const body: Node = parameters
      ? { kind: 'function', parameters, body: inner, start: begin.start, end: inner.end }
      : inner;
    return { name, visibility, plus, body, start: begin.start, end: inner.end };
  }

  private fieldOperator(): { plus: boolean; visibility: Visibility } {
    const token = this.pop();
    if (token.kind !== 'operator') this.fail(`Expected token OPERATOR but got ${token.shown}`, token);
    const match = /^(\+?)(:{1,3})$/.exec(token.text);
    if (!match) {
      return this.fail(`Expected one of :, ::, :::, +:, +::, +:::, got: ${token.text}`, token);
    }
    const visibility = ([INHERIT, HIDDEN, VISIBLE] as const)[match[2]!.length - 1]!;
    return { plus: match[1] === '+', visibility };
  }
}
