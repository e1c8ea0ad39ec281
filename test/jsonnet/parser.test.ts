import { describe, expect, test } from 'vitest';
import { JsonnetError } from '../../src/jsonnet/api.ts';
import type { Node } from '../../src/jsonnet/ast.ts';
import { parse } from '../../src/jsonnet/parser.ts';
import { Source } from '../../src/jsonnet/source.ts';
import { showFrame } from './evaluation.ts';

/** A tree as an expression with all its parentheses. */
function show(node: Node): string {
  switch (node.kind) {
    case 'literal':
      return JSON.stringify(node.value);
    case 'variable':
      return node.name;
    case 'self':
      return 'self';
    case 'dollar':
      return '$';
    case 'parens':
      return show(node.inner);
    case 'binary':
      return `(${show(node.left)} ${node.operator} ${show(node.right)})`;
    case 'unary':
      return `(${node.operator}${show(node.operand)})`;
    case 'index':
      return `${show(node.target)}[${show(node.index)}]`;
    case 'superIndex':
      return `super[${show(node.index)}]`;
    case 'inSuper':
      return `(${show(node.index)} in super)`;
    case 'slice':
      return `${show(node.target)}[${[node.from, node.to, node.step].map((part) => (part ? show(part) : '')).join(':')}]`;
    case 'if':
      return `(if ${show(node.condition)} then ${show(node.then)}${node.else ? ` else ${show(node.else)}` : ''})`;
    case 'error':
      return `(error ${show(node.message)})`;
    case 'assert':
      return `(assert ${show(node.condition)}${node.message ? ` : ${show(node.message)}` : ''}; ${show(node.rest)})`;
    case 'local':
      return `(local ${node.binds.map((bind) => `${bind.name} = ${show(bind.body)}`).join(', ')}; ${show(node.body)})`;
    case 'function': {
      const parameters = node.parameters.map((one) => (one.default ? `${one.name}=${show(one.default)}` : one.name));
      return `(function(${parameters.join(', ')}) ${show(node.body)})`;
    }
    case 'apply': {
      const named = node.named.map((argument) => `${argument.name}=${show(argument.value)}`);
      const list = [...node.positional.map(show), ...named].join(', ');
      return `${show(node.target)}(${list})${node.tailstrict ? ' tailstrict' : ''}`;
    }
    case 'import':
      return `(${node.how} ${JSON.stringify(node.path)})`;
    case 'array':
      return `[${node.elements.map(show).join(', ')}]`;
    case 'arrayComprehension':
      return `[${show(node.body)}${clauses(node.clauses)}]`;
    case 'objectComprehension':
      return `{${[...node.locals.map((bind) => `local ${bind.name} = ${show(bind.body)}`), field(node.field)].join(', ')}${clauses(node.clauses)}}`;
    case 'object': {
      const locals = node.locals.map((bind) => `local ${bind.name} = ${show(bind.body)}`);
      const asserts = node.asserts.map(
        (one) => `assert ${show(one.condition)}${one.message ? ` : ${show(one.message)}` : ''}`,
      );
      return `{${[...locals, ...asserts, ...node.fields.map(field)].join(', ')}}`;
    }
  }
}

function field(node: Extract<Node, { kind: 'object' }>['fields'][number]): string {
  return `[${show(node.name)}]${node.plus ? '+' : ''}${[':', '::', ':::'][node.visibility]} ${show(node.body)}`;
}

function clauses(list: Extract<Node, { kind: 'arrayComprehension' }>['clauses']): string {
  return list
    .map((clause) =>
      clause.kind === 'for' ? ` for ${clause.name} in ${show(clause.list)}` : ` if ${show(clause.condition)}`,
    )
    .join('');
}

function shown(text: string): string {
  return show(parse(new Source('f', text)));
}

describe('operators', () => {
  test.each<[string, string]>([
    ['1 + 2 * 3', '(1 + (2 * 3))'],
    ['1 * 2 + 3', '((1 * 2) + 3)'],
    ['1 - 2 - 3', '((1 - 2) - 3)'],
    ['1 + 2 << 3', '((1 + 2) << 3)'],
    ['1 < 2 == 3 > 4', '((1 < 2) == (3 > 4))'],
    ['a == b & c', '((a == b) & c)'],
    ['a & b ^ c | d', '(((a & b) ^ c) | d)'],
    ['a | b && c || d && e', '(((a | b) && c) || (d && e))'],
    ['"x" in o == true', '(("x" in o) == true)'],
    ['-a.b', '(-a["b"])'],
    ['-1 + 2', '((-1) + 2)'],
    ['!a && ~b', '((!a) && (~b))'],
    ['- -a', '(-(-a))'],
    ['!f(x)[1]', '(!f(x)[1])'],
    ['a % b', '(a % b)'],
    ['(1 + 2) * 3', '((1 + 2) * 3)'],
    ['1 + if a then b else c + 2', '(1 + (if a then b else (c + 2)))'],
    ['a + local x = 1; x + 2', '(a + (local x = 1; (x + 2)))'],
    ['-if a then 1 else 2', '(-(if a then 1 else 2))'],
    ['error "a" + "b"', '(error ("a" + "b"))'],
    ['a { b: 1 } { c: 2 }', '((a + {["b"]: 1}) + {["c"]: 2})'],
    ['a.b { c: 1 }.d', '(a["b"] + {["c"]: 1})["d"]'],
    ['x in super', '(x in super)'],
    ['x in super && y', '((x in super) && y)'],
  ])('%s', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });
});

describe('expressions', () => {
  test.each<[string, string]>([
    ['[1, 2,]', '[1, 2]'],
    ['[x for x in y if a if b for z in x]', '[x for x in y if a if b for z in x]'],
    ['[x, for x in y]', '[x for x in y]'],
    ['a[1:2:3]', 'a[1:2:3]'],
    ['a[:]', 'a[::]'],
    ['a[::2]', 'a[::2]'],
    ['a[1::2]', 'a[1::2]'],
    ['a[:2]', 'a[:2:]'],
    ['super.a + super["b"]', '(super["a"] + super["b"])'],
    ['f(1, x=2,) tailstrict', 'f(1, x=2) tailstrict'],
    ['function(a, b=a,) a', '(function(a, b=a) a)'],
    ['local f(x) = x, g = 1; f', '(local f = (function(x) x), g = 1; f)'],
    ['assert a : "m"; b', '(assert a : "m"; b)'],
    ['assert a; b', '(assert a; b)'],
    ['if a then b', '(if a then b)'],
    ['import "a" + importstr \'b\'', ''],
    ['[import "a", importstr "b", importbin @"c"]', '[(import "a"), (importstr "b"), (importbin "c")]'],
    ['{}', '{}'],
    ['{a: 1, "b":: 2, \'c\'::: 3, [d]+: 4,}', '{["a"]: 1, ["b"]:: 2, ["c"]::: 3, [d]+: 4}'],
    ['{f(x, y=1):: x}', '{["f"]:: (function(x, y=1) x)}'],
    [
      '{local a = 1, local f(x) = x, assert a : "m", b: a}',
      '{local a = 1, local f = (function(x) x), assert a : "m", ["b"]: a}',
    ],
    ['{|||\n  k\n|||: 1}', '{["k\\n"]: 1}'],
    ['{local a = 1, [k]: v for k in l if k}', '{local a = 1, [k]: v for k in l if k}'],
    ['{[k]+: v, for k in l}', '{[k]+: v for k in l}'],
    ['$.a', '$["a"]'],
    ['self.a', 'self["a"]'],
  ])('%s', (text, expected) => {
    if (expected === '') expect(() => shown(text)).toThrow('Computed imports are not allowed');
    else expect(shown(text)).toBe(expected);
  });
});

test('spans', () => {
  const source = new Source('f', 'local a =\n  f(1)[x].y; a');
  const node = parse(source);
  if (node.kind !== 'local') throw new Error(node.kind);
  const body = node.binds[0]!.body;
  expect(source.span(body.start, body.end)).toEqual({ file: 'f', line: 2, column: 3, endLine: 2, endColumn: 12 });
  expect(source.text.slice(node.body.start, node.body.end)).toBe('a');
});

/** Messages and places as go-jsonnet 0.22 prints them. */
describe('errors', () => {
  test.each<[string, string, string]>([
    ['', 'Unexpected end of file', '1:1-1'],
    ['1 2', 'Did not expect: (NUMBER, "2")', '1:3-4'],
    ['[1', 'Expected a comma before next array element', '1:3-3'],
    ['[1 2]', 'Expected a comma before next array element', '1:4-5'],
    ['{a: }', 'Unexpected: "}" while parsing terminal', '1:5-6'],
    ['{a 1}', 'Expected token OPERATOR but got (NUMBER, "1")', '1:4-5'],
    ['{a = 1}', 'Expected one of :, ::, :::, +:, +::, +:::, got: =', '1:4-5'],
    ['{1: 2}', 'Unexpected: (NUMBER, "1") while parsing field definition', '1:2-3'],
    ['{a: 1 b: 2}', 'Expected a comma before next field', '1:7-8'],
    ['{a(x)+: 1}', 'Cannot use +: syntax sugar in a method: a', '1:2-3'],
    ['{a: 1, a: 2}', 'Duplicate field: a', '1:8-9'],
    ['{[a]: 1, b: 2 for x in y}', 'Object comprehension can only have one field', '1:15-18'],
    ['{a: 1 for x in y}', 'Object comprehensions can only have [e] fields', '1:7-10'],
    ['{[a]:: 1 for x in y}', 'Object comprehensions cannot have hidden fields', '1:10-13'],
    ['{assert true, [a]: 1 for x in y}', 'Object comprehension cannot have asserts', '1:22-25'],
    ['[x for x in y z]', 'Expected for, if or "]" after for clause, got: (IDENTIFIER, "z")', '1:15-16'],
    ['local a = 1', 'Expected , or ; but got end of file', '1:12-12'],
    ['local 1 = 1; 2', 'Expected token IDENTIFIER but got (NUMBER, "1")', '1:7-8'],
    ['local a = 1, a = 2; a', 'Duplicate local var: a', '1:14-15'],
    ['f(1 2)', 'Expected a comma before next function argument, got (NUMBER, "2")', '1:5-6'],
    ['f(x=1, 2)', 'Positional argument after a named argument is not allowed', '1:8-9'],
    ['function x', 'Expected ( but got (IDENTIFIER, "x")', '1:10-11'],
    ['function(1) 2', 'Expected token IDENTIFIER but got (NUMBER, "1") while parsing parameter', '1:10-11'],
    ['import "a" + "b"', 'Computed imports are not allowed', '1:8-17'],
    ['import |||\n a\n|||', 'Block string literals not allowed in imports', '(1:8)-(3:4)'],
    ['a[]', 'ast.Index requires an expression', '1:3-4'],
    ['a[1:2:3:4]', 'Invalid slice: too many colons', '1:8-9'],
    ['a[1 2]', 'Expected token "]" but got (NUMBER, "2")', '1:5-6'],
    ['a =! b', 'Not a binary operator: =', '1:3-4'],
    ['* 1', 'Not a unary operator: *', '1:1-2'],
    ['super', 'Expected . or [ after super', '1:1-6'],
    ['if a b', 'Expected token then but got (IDENTIFIER, "b")', '1:6-7'],
    ['(1', 'Expected token ")" but got end of file', '1:3-3'],
  ])('%j', (text, message, place) => {
    try {
      parse(new Source('f', text));
    } catch (error) {
      if (!(error instanceof JsonnetError)) throw error;
      expect([error.kind, error.message, showFrame(error.frames[0]!)]).toEqual(['static', message, place]);
      return;
    }
    throw new Error('no error');
  });
});
