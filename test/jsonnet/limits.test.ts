import { describe, expect, test } from 'vitest';
import { JsonnetError } from '../../src/jsonnet/api.ts';
import { engineOf, errorOf, evaluate, resultOf, showFrame } from './evaluation.ts';

const DEPTH = 'max stack frames exceeded.';

describe('no program ends otherwise than by a value or an error', () => {
  const dive = 'local f(n) = [f(n + 1)]; ';
  const diveObject = 'local f(n) = {a: f(n + 1)}; ';
  test.each<[string, string]>([
    ['local f(n) = 1 + f(n + 1); f(0)', DEPTH],
    ['local x = x; x', DEPTH],
    ['local f(n, a) = if n == 0 then a else f(n - 1, a + 1); f(1e6, 0)', DEPTH],
    [`${dive}f(0)`, DEPTH],
    [`${diveObject}f(0)`, DEPTH],
    [`${dive}"" + f(0)`, DEPTH],
    [`${dive}f(0) == f(0)`, DEPTH],
    [`${dive}f(0) < f(0)`, DEPTH],
    [`${dive}std.prune(f(0))`, DEPTH],
    [`${dive}std.flattenDeepArray(f(0))`, DEPTH],
    [`${diveObject}std.mergePatch(f(0), f(0))`, DEPTH],
    ['local f(x) = std.map(f, [x])[0]; f(1)', DEPTH],
    ['{a: self.b, b: self.a}.a', DEPTH],
    ['{assert self.a, a: self.b, b: self.a}', DEPTH],
    ['local f(n) = {a+: f(n + 1)}; (f(0) + f(0)).a.a', DEPTH],
    ['local f(n) = error f(n + 1); f(0)', DEPTH],
    ['std.foldl(function(a, b) a {x+: 1}, std.range(0, 5000), {x: 0}).x', DEPTH],
    ['(import "main.jsonnet").x', DEPTH],
  ])('%s', (text, message) => {
    const error = errorOf(text, {}, {}, {});
    expect([error.kind, error.message]).toEqual(['limit', message]);
    expect(error.frames.length).toBeLessThanOrEqual(80);
    expect(error.frames.some((frame) => frame.span !== undefined)).toBe(true);
  });

  test.each([
    'local f(n) = f(n + 1) tailstrict; f(0)',
    'local a(n) = b(n) tailstrict, b(n) = a(n) tailstrict; a(0)',
    'local fib(n) = if n < 2 then n else fib(n - 1) + fib(n - 2); fib(60)',
    'local f(n, s) = f(n + 1, s + s) tailstrict; f(0, "x")',
    'local f(n, s) = f(n + 1, s + s) tailstrict; f(0, [1])',
    'local f(n, o) = f(n + 1, o {["a" + n]: n}) tailstrict; f(0, {})',
    'std.length(std.range(0, 1e9))',
    'std.length(std.makeArray(1e9, function(x) x))',
    'std.length(std.repeat("abc", 1e9))',
    'std.length("%1000000000d" % 1)',
    'local r = std.range(0, 1e4); std.length([1 for a in r for b in r for c in r])',
    'std.length(std.manifestYamlDoc(std.repeat([1], 3e7)))',
    'std.length(std.strReplace(std.repeat("a", 1e6), "a", std.repeat("b", 1e6)))',
  ])('%s', (text) => {
    // Smaller than the defaults, so that the test is quick; the shape of the program is what matters.
    const error = errorOf(text, {}, { limits: { steps: 300_000, bytes: 100_000_000 } });
    expect(error.kind).toBe('limit');
    expect(error.frames.some((frame) => frame.span !== undefined)).toBe(true);
  });

  test('a depth that JavaScript does not reach', () => {
    const error = errorOf('local f(n) = 1 + f(n + 1); f(0)', {}, { limits: { depth: 1e9 } });
    expect([error.kind, error.message]).toEqual(['limit', DEPTH]);
  });

  test('sources that nest deeply', () => {
    const many = 100_000;
    for (const text of [
      '['.repeat(many),
      '('.repeat(many),
      '!'.repeat(many) + 'true',
      '{a:'.repeat(many),
      'if true then '.repeat(many) + '1',
      'local x = '.repeat(many) + '1',
      'function() '.repeat(many) + '1',
      `1${' + 1'.repeat(many)}`,
      `a${'.b'.repeat(many)}`,
      `1${' * (1'.repeat(many)}`,
    ]) {
      const error = errorOf(text);
      expect([text.slice(0, 20), error.kind]).toEqual([text.slice(0, 20), 'static']);
      expect(engineOf({ m: text }).closure('m').errors).toHaveLength(1);
    }
  });
});

describe('what is allowed', () => {
  test('the depth of go-jsonnet by default', () => {
    expect(resultOf('local f(n) = if n == 0 then 0 else 1 + f(n - 1); f(240)')).toBe(240);
    expect(resultOf('local f(n) = if n == 0 then 0 else {v: 1 + f(n - 1)}.v; f(120)')).toBe(120);
  });
  test('tailstrict recursion of any length', () => {
    expect(resultOf('local f(n, a) = if n == 0 then a else f(n - 1, a + 1) tailstrict; f(100000, 0)')).toBe(100000);
  });
  test('a sum of many objects', () => {
    expect(resultOf('std.foldl(function(a, b) a {["k" + b]: b}, std.range(0, 20000), {}).k5')).toBe(5);
  });
});

describe('limits are exact', () => {
  const program = 'std.foldl(function(a, b) a + b, std.range(1, 100), 0)';
  test.each(['steps', 'bytes', 'depth'] as const)('%s: the least that suffices suffices always', (name) => {
    const passes = (limit: number): boolean => {
      try {
        evaluate(program, {}, { limits: { [name]: limit } });
        return true;
      } catch (error) {
        if (error instanceof JsonnetError && error.kind === 'limit') return false;
        throw error;
      }
    };
    let low = 0;
    let high = 1_000_000;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (passes(middle)) high = middle;
      else low = middle;
    }
    expect(high).toBeGreaterThan(1);
    for (let round = 0; round < 3; round += 1) expect([passes(high), passes(high - 1)]).toEqual([true, false]);
  });
});

test('constants cost every evaluation the same, though they are made once', () => {
  const text = 'function(x) {a: [[{b: ["cc", {d: 1}]}]], x: x}';
  for (const [name, cost] of Object.entries({ depth: 40, steps: 100, bytes: 4000 })) {
    let least: number | undefined;
    const shared = engineOf({ m: text });
    for (let limit = 1; limit < cost; limit += name === 'bytes' ? 7 : 1) {
      const attempt = (engine: ReturnType<typeof engineOf>): boolean => {
        try {
          engine.evaluate('m', { x: 1 }, { limits: { [name]: limit } });
          return true;
        } catch {
          return false;
        }
      };
      // An engine that has made the constants before and one that has not agree.
      expect([name, limit, attempt(engineOf({ m: text }))]).toEqual([name, limit, attempt(shared)]);
      if (least === undefined && attempt(shared)) least = limit;
      if (least === undefined && limit > cost - 8) throw new Error(`${name}: ${cost} is too little`);
      if (least === undefined) shared.evaluate('m', { x: 1 });
    }
  }
});

describe('shared libraries', () => {
  const files = {
    'main.jsonnet': 'local lib = import "lib"; function(x) lib.sum + lib.table[x]',
    lib: '{ sum: std.foldl(function(a, b) a + b, self.numbers, 0), numbers: std.range(1, 1000), table: { a: 1, b: 2 } }',
  };

  test('their work is not the work of whoever comes first', () => {
    const engine = engineOf(files);
    const limits = { steps: 50 };
    const first = engine.evaluate('main.jsonnet', { x: 'a' }, { limits });
    expect(first.value).toBe(500501);
    expect(engine.evaluate('main.jsonnet', { x: 'b' }, { limits }).value).toBe(500502);
  });

  test('they have a budget of their own', () => {
    const engine = engineOf(files, { limits: { steps: 500 } });
    for (let round = 0; round < 2; round += 1) {
      expect(() => engine.evaluate('main.jsonnet', { x: 'a' }, { limits: { steps: 1e6 } })).toThrow(
        'more than 500 evaluation steps',
      );
    }
  });

  test('are evaluated once', () => {
    const lines: string[] = [];
    const engine = engineOf({ ...files, lib: '{ sum: std.trace("sum", 1), table: { a: 1, b: 2 } }' });
    for (const x of ['a', 'b', 'a']) engine.evaluate('main.jsonnet', { x }, { onTrace: (line) => lines.push(line) });
    expect(lines).toEqual(['TRACE: lib:1 sum']);
  });

  test('read no external variable', () => {
    const engine = engineOf({ m: 'local l = import "l"; function(x) l.v + x', l: '{ v: std.extVar("e") }' });
    expect(engine.evaluate('m', { x: 1 }, { externals: { e: 1 } }).value).toBe(2);
    expect(engine.evaluate('m', { x: 1 }, { externals: { e: 10 } }).value).toBe(11);
    expect(() => engine.evaluate('m', { x: 1 })).toThrow('Undefined external variable: e');
  });

  test('a limit that interrupts an evaluation is not remembered', () => {
    const engine = engineOf({
      m: 'local l = import "l"; function(x) l.count(x)',
      l: '{ count(n):: std.length([i for i in std.range(1, n)]), unused: 1 }',
    });
    expect(() => engine.evaluate('m', { x: 1000 }, { limits: { steps: 100 } })).toThrow('more than 100');
    expect(engine.evaluate('m', { x: 1000 }).value).toBe(1000);
    expect(engine.evaluate('m', { x: 10 }, { limits: { steps: 100 } }).value).toBe(10);
  });

  test('an error leaves the depth as it was', () => {
    const engine = engineOf({ m: 'function(x) if x then error "e" else 1' });
    for (let round = 0; round < 1000; round += 1) {
      expect(() => engine.evaluate('m', { x: true })).toThrow('e');
    }
    expect(engine.evaluate('m', { x: false }).value).toBe(1);
  });

  test('a place is named', () => {
    const error = errorOf('local f(n) = f(n + 1) tailstrict;\nf(0)', {}, { limits: { steps: 1000 } });
    expect(error.frames.map(showFrame)).toContain('2:1-5 $');
  });
});
