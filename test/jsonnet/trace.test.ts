import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Evaluation, JsonnetError, type JsonValue, type SourceSpan } from '../../src/jsonnet/api.ts';
import { Engine } from '../../src/jsonnet/engine.ts';
import { config, expressions, mutations } from './arguments.ts';
import { engineOf, type Files } from './evaluation.ts';
import { fixtures, folderImporter } from './support.ts';

/** The source text of a span, with the file's name before it when it is not the entry. */
function textOf(span: SourceSpan, files: Files): string {
  const lines = (files[span.file] as string).split('\n').slice(span.line - 1, span.endLine);
  lines[lines.length - 1] = lines.at(-1)!.slice(0, span.endColumn - 1);
  lines[0] = lines[0]!.slice(span.column - 1);
  const text = lines.join('\n');
  return span.file === 'm' ? text : `${span.file}: ${text}`;
}

interface Shown {
  readonly span: string;
  readonly calls: readonly string[];
  readonly reads: readonly string[];
}

function traceOf(files: Files, path: readonly (string | number)[]): Shown | undefined {
  const { trace } = engineOf(files).evaluate('m', { config }, { trace: true });
  const node = trace!(path);
  if (!node) return undefined;
  return {
    span: textOf(node.span, files),
    calls: node.calls.map((span) => textOf(span, files)),
    reads: node.reads.map((read) => read.join('.')),
  };
}

describe('one node', () => {
  test.each<[string, (string | number)[], string, string[], string[]]>([
    ['function(config) {a: 1}', ['a'], '1', [], []],
    ['function(config) {a: config.name}', ['a'], 'config.name', [], ['config.name']],
    ['function(config) {a: "x" + config.name}', ['a'], '"x" + config.name', [], ['config.name']],
    ['function(config) {a: 1, b: config.name}', [], '{a: 1, b: config.name}', [], []],
    ['function(config) local n = config.name + "!"; {a: n}', ['a'], 'config.name + "!"', [], ['config.name']],
    ['function(config) local n = config.name + "!"; {b: n, a: n}', ['b'], 'config.name + "!"', [], ['config.name']],
    ['local f(x) = {v: x}; function(config) {a: f(config.name)}', ['a', 'v'], 'config.name', [], ['config.name']],
    [
      'local f(x) = {v: x + "!"}; function(config) {a: f(config.name)}',
      ['a', 'v'],
      'x + "!"',
      ['f(config.name)'],
      ['config.name'],
    ],
    ['local f(x) = {v: 1}, g(x) = f(x); function(config) {a: g(2)}', ['a', 'v'], '1', ['g(2)', 'f(x)'], []],
    ['function(config) {a: if config.on then 1 else 2}', ['a'], '1', [], ['config.on']],
    ['function(config) if config.on then {a: 1} else {}', ['a'], '1', [], ['config.on']],
    ['function(config) {[config.name]: 1}', ['web'], '1', [], ['config.name']],
    ['function(config) {a: [x + 1 for x in config.list]}', ['a', 1], 'x + 1', [], ['config.list.1', 'config.list']],
    [
      'function(config) {a: std.map(function(x) x * 2, config.list)}',
      ['a', 0],
      'x * 2',
      ['std.map(function(x) x * 2, config.list)'],
      ['config.list.0', 'config.list'],
    ],
    ['function(config) {a: config.tags}', ['a'], 'config.tags', [], ['config.tags']],
    ['function(config) {a: config.tags}', ['a', 'team'], 'config.tags', [], ['config.tags.team']],
    ['function(config) {a: {b: 1} + {c: config.name}}', ['a', 'b'], '1', [], []],
    ['function(config) {a: {b: 1} + {c: config.name}}', ['a'], '{b: 1} + {c: config.name}', [], []],
    ['function(config) {a: 1} + {a+: config.replicas}', ['a'], 'config.replicas', [], ['config.replicas']],
    ['function(config) {local z = config.name, a: z, b: self.a + "2"}', ['b'], 'self.a + "2"', [], ['config.name']],
    ['function(config) {a: std.asciiUpper(config.name)}', ['a'], 'std.asciiUpper(config.name)', [], ['config.name']],
    [
      'function(config) {a: config.tags {x: 1}}',
      ['a', 'team'],
      'config.tags {x: 1}',
      [],
      ['config.tags.team', 'config.tags'],
    ],
    [
      'function(config) {a: std.get(config, "no", 5), b: "z" in config}',
      ['a'],
      'std.get(config, "no", 5)',
      [],
      ['config.no'],
    ],
    ['function(config) {a: assert config.on; 1}', ['a'], '1', [], ['config.on']],
  ])('%s at %j', (text, path, span, calls, reads) => {
    expect(traceOf({ m: text }, path)).toEqual({ span, calls, reads });
  });

  test('through a library', () => {
    const files = {
      m: 'local lib = import "lib"; function(config) {a: lib.make(config.name), b: lib.fixed}',
      lib: '{make(name): {n: self.prefix + name, prefix:: "p-"}, fixed: [7]}',
    };
    expect(traceOf(files, ['a', 'n'])).toEqual({
      span: 'lib: self.prefix + name',
      calls: ['lib.make(config.name)'],
      reads: ['config.name'],
    });
    expect(traceOf(files, ['b', 0])).toEqual({ span: 'lib: 7', calls: [], reads: [] });
  });

  test('places are in files that people have', () => {
    const files = { m: 'local b = import "b.libsonnet"; function(x) {a: b.wrap(x + 1), c: b.fixed}' };
    const engine = engineOf(files, { builtinFiles: { 'b.libsonnet': '{wrap(v): {v: [v, 7]}, fixed: 5}' } });
    const { trace } = engine.evaluate('m', { x: 1 }, { trace: true });
    const at = (path: (string | number)[]): string[] => {
      const { span, calls } = trace!(path)!;
      return [span, ...calls].map((place) => textOf(place, files));
    };
    expect(at(['a', 'v', 0])).toEqual(['x + 1']);
    expect(at(['a', 'v', 1])).toEqual(['b.wrap(x + 1)']);
    expect(at(['a', 'v'])).toEqual(['b.wrap(x + 1)']);
    expect(at(['c'])).toEqual(['{a: b.wrap(x + 1), c: b.fixed}']);
  });

  test('a path that does not exist', () => {
    const text = 'function(config) {a: config.tags, b: [1]}';
    for (const path of [['z'], ['a', 'z'], ['b', 1], ['b', 0, 'x'], ['constructor']]) {
      expect(traceOf({ m: text }, path)).toBeUndefined();
    }
  });
});

/** Every path of a value, containers included. */
function* paths(value: JsonValue, path: readonly (string | number)[] = []): Generator<readonly (string | number)[]> {
  yield path;
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) for (const [index, child] of value.entries()) yield* paths(child, [...path, index]);
  else for (const [key, child] of Object.entries(value)) yield* paths(child, [...path, key]);
}

test('what an untraced evaluation can afford, a traced one can', () => {
  const text = 'local f(n, x) = if n == 0 then x else 0 + f(n - 1, x); function(config) {a: f(240, config.replicas)}';
  expect(traceOf({ m: text }, ['a'])?.reads).toEqual(['config.replicas']);
});

describe('tracing changes nothing', () => {
  const folder = join(fixtures, 'go-testdata');
  const engine = (): Engine => new Engine({ importer: folderImporter(folder) });
  const attempt = (file: string, trace: boolean): Evaluation | JsonnetError => {
    try {
      return engine().evaluate(file, {}, { trace });
    } catch (error) {
      if (error instanceof JsonnetError) return error;
      throw error;
    }
  };
  test('of values and errors of the suite, and every node has a place', () => {
    let nodes = 0;
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.jsonnet'))) {
      const plain = attempt(file, false);
      const traced = attempt(file, true);
      if (plain instanceof JsonnetError || traced instanceof JsonnetError) {
        const message = (result: Evaluation | JsonnetError): unknown =>
          result instanceof JsonnetError ? result.message : result.value;
        // Traced programs nest a little deeper.
        expect([file, message(traced)]).toEqual([file, message(plain)]);
        continue;
      }
      expect([file, traced.value]).toEqual([file, plain.value]);
      for (const path of paths(traced.value)) {
        nodes += 1;
        expect([file, path, traced.trace!(path)?.span]).toEqual([file, path, expect.anything()]);
      }
    }
    expect(nodes).toBeGreaterThan(1000);
  });
});

describe('property', () => {
  const bodies = fc.oneof(
    expressions,
    fc.tuple(expressions, expressions).map(([a, b]) => `{ a: ${a}, b:: ${b}, c: self.a, d: [$.b, 1] }`),
    fc
      .tuple(expressions, expressions)
      .map(([a, b]) => `local f(x, y) = { x: x, y: { z: y } }; f(${a}, ${b}) { w: super.x }`),
  );
  const outcome = (body: string, changed: JsonValue, trace: boolean): Evaluation | undefined => {
    try {
      return engineOf({ m: `function(config) ${body}` }).evaluate('m', { config: changed }, { trace });
    } catch (error) {
      if (error instanceof JsonnetError) return undefined;
      throw error;
    }
  };

  test('a changed scalar changes only nodes whose trace lists it', () => {
    const scalars = [...mutations(config)].filter(({ before, after }) => isScalar(before) && isScalar(after));
    let changes = 0;
    fc.assert(
      fc.property(bodies, (body) => {
        const first = outcome(body, config, true);
        if (!first) return;
        expect(first.value).toEqual(outcome(body, config, false)?.value);
        for (const { value: changed, path: where } of scalars) {
          const second = outcome(body, changed, false);
          if (!second) continue;
          for (const path of paths(first.value)) {
            const before = shallow(first.value, path);
            if (before === shallow(second.value, path)) continue;
            changes += 1;
            const listed = first.trace!(path)!.reads.some((read) => covers(read, ['config', ...where]));
            if (!listed) {
              const reads = JSON.stringify(first.trace!(path)!.reads);
              throw new Error(`${body}: ${where.join('.')} changes ${path.join('.')}, which lists ${reads}`);
            }
          }
        }
      }),
      { numRuns: 120 },
    );
    expect(changes).toBeGreaterThan(100);
  });
});

function isScalar(value: JsonValue | undefined): boolean {
  return value !== undefined && (typeof value !== 'object' || value === null);
}

/** A node without its children: its scalar, or its type and keys. */
function shallow(root: JsonValue, path: readonly (string | number)[]): string {
  let value: JsonValue | undefined = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return 'absent';
    value = (value as Record<string | number, JsonValue>)[key];
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return Array.isArray(value) ? `array ${value.length}` : `object ${Object.keys(value)}`;
}

function covers(read: readonly (string | number)[], path: readonly (string | number)[]): boolean {
  return read.length <= path.length && read.every((key, index) => String(key) === String(path[index]));
}
