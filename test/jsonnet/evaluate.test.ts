import { describe, expect, test } from 'vitest';
import { engineOf, errorOf, resultOf, showFrame } from './evaluation.ts';

describe('values', () => {
  test.each<[string, unknown]>([
    ['null', null],
    ['1 + 2 * 3 - 4 / 2', 5],
    ['7 % 4', 3],
    ['-7 % 4', -3],
    ['1 << 4 | 1', 17],
    ['1 + 2 << 1', 6],
    ['5 & 3 ^ 1', 0],
    ['~5', -6],
    ['!true || false && error "no"', false],
    ['"a" + 1 + "b"', 'a1b'],
    ['1 + "b"', '1b'],
    ['[1] + [2, 3]', [1, 2, 3]],
    ['"a" < "b" && [1, 2] < [1, 3] && 2 >= 2', true],
    ['"\\uffee" < "😀" && !("😀" < "\\uffee")', true],
    ['local p = std.repeat("p", 99); p + "\\uffee" < p + "😀" && p + "a" < p + "b" && p < p + "a"', true],
    ['{a: 1} == {a: 1} && [1, {b: 2}] == [1, {b: 2}]', true],
    ['{a: 1} != {a: 1, b:: 2}', false],
    ['"x" in {x: 1}', true],
    ['"x" in {y: 1}', false],
    ['"abc"[1]', 'b'],
    ['"a😀b"[1]', '😀'],
    ['"a😀b"[2]', 'b'],
    ['[1, 2, 3][1]', 2],
    ['[1, 2, 3, 4][1:3]', [2, 3]],
    ['[1, 2, 3, 4][::2]', [1, 3]],
    ['"abcd"[1:]', 'bcd'],
    ['if 1 == 1 then "yes"', 'yes'],
    ['if 1 == 2 then "yes"', null],
    ['assert true; 5', 5],
    ['"%s-%d" % ["a", 5]', 'a-5'],
    ['"" + {a: [1, "x"], b: {}, c: [], d: null}', '{"a": [1, "x"], "b": { }, "c": [ ], "d": null}'],
    ['"" + {"10": 1, "9": 2}', '{"10": 1, "9": 2}'],
    ['"" + 0.1', '0.10000000000000001'],
    ['"" + 1e21', '1000000000000000000000'],
    ['"" + -0', '-0'],
    ['"" + 1.5e-7', '1.4999999999999999e-07'],
    ['[1, 2][0.5]', 1],
  ])('%s', (text, expected) => {
    expect(resultOf(text)).toEqual(expected);
  });
});

describe('names and functions', () => {
  test.each<[string, unknown]>([
    ['local a = 1, b = a + 1; b', 2],
    ['local a = b, b = 3; a', 3],
    [
      'local even(n) = if n == 0 then true else odd(n - 1), odd(n) = if n == 0 then false else even(n - 1); even(10)',
      true,
    ],
    [
      'local f(x, y=x + 1) = [x, y]; [f(1), f(1, 5), f(y=2, x=0)]',
      [
        [1, 2],
        [1, 5],
        [0, 2],
      ],
    ],
    ['local f(x=y, y=7) = x; f()', 7],
    ['local f(x) = 1; f(error "lazy")', 1],
    ['(function(x) function(y) x - y)(5)(3)', 2],
    ['local f(n, a) = if n == 0 then a else f(n - 1, a + n) tailstrict; f(50000, 0)', 1250025000],
    ['local std = {length(x): "mine"}; std.length([])', 'mine'],
    ['local f(x) = local y = x * 2; [y, if x > 0 then f(x - 1) else 0]; f(2)', [4, [2, [0, 0]]]],
  ])('%s', (text, expected) => {
    expect(resultOf(text)).toEqual(expected);
  });
});

describe('objects', () => {
  test.each<[string, unknown]>([
    ['{a: 1, b: self.a}', { a: 1, b: 1 }],
    ['{a: 1, b:: 2, c: self.b}', { a: 1, c: 2 }],
    ['{a:: 1} + {a: 2}', {}],
    ['{a:: 1} + {a::: 2}', { a: 2 }],
    ['{a: 1} + {a+: 2}', { a: 3 }],
    ['{a+: 2}', { a: 2 }],
    ['{a: {x: 1}} + {a+: {y: 2}}', { a: { x: 1, y: 2 } }],
    ['{a: 1} {a: super.a + 1} {a: super.a * 10}', { a: 20 }],
    ['{a: 1, b: self.a} + {a: 2}', { a: 2, b: 2 }],
    ['{a: "x" in super} + {a: 1}', { a: 1 }],
    ['{x: 1} + {a: "x" in super, b: "y" in super}', { x: 1, a: true, b: false }],
    ['{local y = self.a, a: 1, b: y} + {a: 5}', { a: 5, b: 5 }],
    ['{a: {b: $.c}, c: 3}', { a: { b: 3 }, c: 3 }],
    ['{[if false then "a"]: 1, ["b" + "c"]: 2}', { bc: 2 }],
    ['{f(x):: x + self.k, k:: 2, r: self.f(1)}', { r: 3 }],
    ['{[k]: k + "!" for k in ["a", "b"]}', { a: 'a!', b: 'b!' }],
    ['{local v = k, [k]: v + $.z for k in ["a", "b"]} + {z:: "?"}', { a: 'a?', b: 'b?' }],
    ['{[x + y]: 1 for x in ["a", "b"] for y in ["c"] if x != "b"}', { ac: 1 }],
    ['{assert self.a > 0, a: 1}', { a: 1 }],
    ['{__proto__: {x: 1}, constructor: 2}.constructor', 2],
    ['local o = {a: 1, b: {c: self.x, x: 2}}; o {b+: {x: 3}}', { a: 1, b: { c: 3, x: 3 } }],
    ['std.objectRemoveKey({a: 1, b: self.a}, "a") + {c: "a" in super}', undefined],
    ['{[x]: 1 for x in []}', {}],
    ['local f(n) = {v: n, next:: f(n + 1)}; f(0).next.next.v', 2],
  ])('%s', (text, expected) => {
    if (expected === undefined) expect(errorOf(text).message).toBe('Field does not exist: a');
    else expect(resultOf(text)).toEqual(expected);
  });

  test('a key __proto__ is a key', () => {
    const value = resultOf('{__proto__: 1}') as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  test('keys come in order of code points', () => {
    expect(Object.keys(resultOf('{b: 1, a: 1, B: 1}') as object)).toEqual(['B', 'a', 'b']);
  });

  test('a field is evaluated once', () => {
    const lines: string[] = [];
    engineOf({ m: 'local o = {a: std.trace("now", 1), b: self.a + self.a}; [o.b, o.a, o.b]' }).evaluate(
      'm',
      {},
      { onTrace: (line) => lines.push(line) },
    );
    expect(lines).toEqual(['TRACE: m:1 now']);
  });
});

describe('comprehensions', () => {
  test.each<[string, unknown]>([
    ['[x * x for x in [1, 2, 3]]', [1, 4, 9]],
    [
      '[[x, y] for x in [1, 2] for y in [x, 3] if x != y]',
      [
        [1, 3],
        [2, 3],
      ],
    ],
    ['[x for x in [1, 2, 3, 4] if x > 1 if x < 4]', [2, 3]],
    ['[local y = x + 1; function() y for x in [1, 2]][1]()', 3],
  ])('%s', (text, expected) => {
    expect(resultOf(text)).toEqual(expected);
  });
});

describe('imports', () => {
  const files = {
    'lib/a.libsonnet': '{x: 1, up: import "../b.libsonnet"}',
    'b.libsonnet': '"b"',
    'c.txt': 'text\n',
    'd.bin': new Uint8Array([0, 255, 10]),
  };
  test('values, text and bytes', () => {
    expect(resultOf('[(import "lib/a.libsonnet").up, importstr "c.txt", importbin "d.bin"]', files)).toEqual([
      'b',
      'text\n',
      [0, 255, 10],
    ]);
  });
  test('std.thisFile is the file that asks', () => {
    expect(resultOf('(import "f").x', { f: '{x: std.thisFile}' })).toBe('f');
  });
  test('built-in files need no importer', () => {
    const engine = engineOf({ m: 'import "weir.libsonnet"' }, { builtinFiles: { 'weir.libsonnet': '[1]' } });
    expect(engine.evaluate('m', {}).value).toEqual([1]);
    expect(engine.closure('m').files).toEqual(['m']);
  });
  test('a missing file is an error at the import', () => {
    const error = errorOf('{a: import "nowhere"}');
    expect(error.message).toBe('couldn\'t open import "nowhere"');
    expect(error.frames.map(showFrame)[0]).toBe('1:5-21 object <anonymous>');
  });
});

/** Messages and innermost frames as go-jsonnet 0.22 prints them. */
describe('errors', () => {
  test.each<[string, string, string]>([
    ['error "boom"', 'boom', '1:1-13 $'],
    ['error {a: 1}', '{"a": 1}', '1:1-13 $'],
    ['1 + null', 'Unexpected type null, expected number', '1:1-9 $'],
    ['{a: 1}.b', 'Field does not exist: b', '1:1-9 $'],
    ['[1, 2][5]', 'Index 5 out of bounds, not within [0, 2)', '1:1-10 $'],
    ['"abc"[7]', 'Index 7 out of bounds, not within [0, 3)', '1:1-9 $'],
    ['1 / 0', 'Division by zero.', '1:1-6 $'],
    ['1e308 * 10', 'Overflow', '1:1-11 $'],
    ['if 1 then 2', 'Unexpected type number, expected boolean', '1:1-12 $'],
    ['local f(x) = x; f()', 'Missing argument: x', '1:17-20 $'],
    ['local f(x) = x; f(1, 2)', 'function expected 1 positional argument(s), but got 2', '1:17-24 $'],
    ['local f(x) = x; f(1, x=2)', 'Argument x already provided', '1:17-26 $'],
    ['local f(x) = x; f(y=2)', 'function has no parameter y', '1:17-23 $'],
    ['{b: super.x}', 'Attempt to use super when there is no super class.', '1:5-10 object <anonymous>'],
    ['assert 1 == 2 : "foo"; 1', 'foo', '1:1-25'],
    ['{assert self.a == 2 : "foo", a: 1}', 'foo', '1:2-28'],
    ['{assert false}', 'Object assertion failed.', '1:2-14'],
    ['{[1]: 1}', 'Field name must be string, got number', '1:1-9 $'],
    ['{["a"]: 1, ["a"]: 2}', 'Duplicate field name: "a"', '1:1-21 $'],
    ['[x for x in 3]', 'Unexpected type number, expected array', '1:1-15'],
    ['1 << -1', 'Shift by negative exponent.', '1:1-8 $'],
    ['(function(x) x) == (function(x) x)', 'Cannot test equality of functions', '1:1-35 $'],
    ['std.length(1)', 'Unexpected type number', '1:1-14 $'],
    ['function(x) x', 'Missing argument: x', 'Top-level function call'],
    ['{a: function(x) x}', "couldn't manifest function as JSON", 'Field "a"'],
  ])('%s', (text, message, frame) => {
    const error = errorOf(text);
    expect([error.message, showFrame(error.frames[0]!)]).toEqual([message, frame]);
  });

  test('the stack names functions, thunks and objects', () => {
    const error = errorOf('local a = {b: error "x"};\nlocal f(y) = y.b + 1;\n{c: f(a)}');
    expect(error.frames.map(showFrame)).toEqual([
      '1:15-24 object <a>',
      '2:14-17 function <f>',
      '3:5-9 object <anonymous>',
      'Field "c"',
      'During manifestation',
    ]);
    expect(error.frames[0]?.span?.file).toBe('main.jsonnet');
  });

  test('an error leaves nothing behind', () => {
    const engine = engineOf({
      m: 'local l = import "l"; function(x) if x then l.bad else l.good',
      l: '{bad: error "bad", good: self.base + 1, base:: 1}',
    });
    for (let round = 0; round < 2; round += 1) {
      expect(() => engine.evaluate('m', { x: true })).toThrow('bad');
      expect(engine.evaluate('m', { x: false }).value).toBe(2);
    }
  });
});

describe('static errors', () => {
  test.each<[string, string, string]>([
    ['{a: x}', 'Unknown variable: x', '1:5-6'],
    ['self.x', "Can't use self outside of an object.", '1:1-5'],
    ['super.x', "Can't use super outside of an object.", '1:1-6'],
    ['$.x', 'No top-level object found.', '1:1-2'],
    ['local a = 1, a = 2; a', 'Duplicate local var: a', '1:14-15'],
    ['{a: 1, "a": 2}', 'Duplicate field: a', '1:8-11'],
    ['function(x, x) x', 'Duplicate function parameter: x', '1:13-14'],
    ['{local a = 1, local a = 2}', 'Duplicate local var: a', '1:21-22'],
  ])('%s', (text, message, frame) => {
    const error = errorOf(text);
    expect([error.kind, error.message, showFrame(error.frames[0]!)]).toEqual(['static', message, frame]);
  });
});

describe('closure and parameters', () => {
  const files = {
    'm.jsonnet': 'local a = import "a"; function(x, y=1) if x then a else importstr "t"',
    a: '{b: import "b"}',
    b: '1',
    t: 'text',
  };
  test('every file, reached or not', () => {
    const closure = engineOf(files).closure('m.jsonnet');
    expect(closure.errors).toEqual([]);
    expect(closure.files).toEqual(['a', 'b', 'm.jsonnet', 't']);
    expect(closure.imports.map(({ from, to, kind }) => [from, to, kind])).toEqual([
      ['m.jsonnet', 'a', 'import'],
      ['a', 'b', 'import'],
      ['m.jsonnet', 't', 'importstr'],
    ]);
  });
  test('all errors at once', () => {
    const closure = engineOf({
      ...files,
      a: '[import "gone", import "m.jsonnet", import "broken", importbin "gone"]',
      broken: '{a: }',
      'm.jsonnet': `[unknown, other, ${files['m.jsonnet']}]`,
    }).closure('m.jsonnet');
    expect(closure.errors.map((error) => error.message)).toEqual([
      'Unknown variable: unknown',
      'Unknown variable: other',
      'couldn\'t open import "gone"',
      'import cycle: m.jsonnet -> a -> m.jsonnet',
      'Unexpected: "}" while parsing terminal',
      'couldn\'t open import "gone"',
    ]);
    expect(closure.errors.every((error) => error.frames[0]?.span !== undefined)).toBe(true);
  });
  test('files that cannot be read as text, or at all, are errors and never exceptions', () => {
    const broken = { ...files, a: new Uint8Array([0x7b, 0xff, 0x7d]), t: new Uint8Array([0xff]) };
    const engine = engineOf(broken);
    expect(engine.closure('m.jsonnet').errors.map((error) => error.message)).toEqual(['The file is not valid UTF-8']);
    expect(() => engine.evaluate('m.jsonnet', { x: true })).toThrow('The file is not valid UTF-8');
    expect(engine.evaluate('m.jsonnet', { x: false }).value).toBe('\ufffd');
    expect(engine.closure('nowhere').errors.map((error) => error.message)).toEqual(['no such file: nowhere']);
  });
  test('parameters', () => {
    const engine = engineOf({ ...files, wrapped: 'local z = 1; (assert true; import "m.jsonnet")', value: '{}' });
    const expected = [
      ['x', false],
      ['y', true],
    ];
    for (const entry of ['m.jsonnet', 'wrapped']) {
      expect(engine.parameters(entry)?.map(({ name, optional }) => [name, optional])).toEqual(expected);
    }
    expect(engine.parameters('m.jsonnet')?.[0]?.span).toEqual({
      file: 'm.jsonnet',
      line: 1,
      column: 32,
      endLine: 1,
      endColumn: 33,
    });
    expect(engine.parameters('value')).toBeUndefined();
  });
});

describe('host', () => {
  test('external variables', () => {
    const engine = engineOf({ m: 'std.extVar("v").a' });
    expect(engine.evaluate('m', {}, { externals: { v: { a: 1 } } }).value).toBe(1);
    expect(engine.evaluate('m', {}, { externals: { v: { a: 2 } } }).value).toBe(2);
    expect(() => engine.evaluate('m', {})).toThrow('v');
  });
  test('native functions', () => {
    const natives = { twice: { parameters: ['x'], call: (x: unknown) => [x, x] as never } };
    const engine = engineOf({ m: 'std.native("twice")({a: 1})' }, { natives });
    expect(engine.evaluate('m', {}).value).toEqual([{ a: 1 }, { a: 1 }]);
  });
  test('a native function that throws is a runtime error', () => {
    const natives = {
      no: {
        parameters: [],
        call: () => {
          throw new Error('not today');
        },
      },
    };
    expect(() => engineOf({ m: '{a: std.native("no")()}' }, { natives }).evaluate('m', {})).toThrow('not today');
  });
});
