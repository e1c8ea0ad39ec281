import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ArgumentRead, JsonObject, JsonValue } from '../../src/jsonnet/api.ts';
import { JsonnetError } from '../../src/jsonnet/api.ts';
import { config, expressions, mutations } from './arguments.ts';
import { engineOf, errorOf, evaluate } from './evaluation.ts';

/** `kind path[?key]`, short enough for a table. */
function show(read: ArgumentRead): string {
  const path = read.path.join('.');
  return read.kind === 'has' ? `has ${path}?${read.key}` : `${read.kind} ${path}`;
}

function readsOf(body: string): string[] {
  return evaluate(`function(config) ${body}`, { config }).reads.map(show);
}

describe('reads', () => {
  test.each<[string, string[]]>([
    ['1', []],
    ['local x = config.name; 1', []],
    ['config.name', ['type config', 'scalar config.name']],
    ['config.nested.a.b', ['type config', 'type config.nested', 'type config.nested.a', 'scalar config.nested.a.b']],
    ['config.tags', ['type config', 'tree config.tags']],
    ['config', ['tree config']],
    ['"x" in config', ['type config', 'has config?x']],
    ['"name" in config', ['type config', 'has config?name']],
    ['std.objectHas(config.tags, "team")', ['type config', 'type config.tags', 'has config.tags?team']],
    ['std.objectFields(config.tags)', ['type config', 'type config.tags', 'keys config.tags']],
    ['std.length(config.list)', ['type config', 'type config.list', 'length config.list']],
    ['config.list[1]', ['type config', 'type config.list', 'scalar config.list.1']],
    [
      '[x + 1 for x in config.list]',
      [
        'type config',
        'type config.list',
        'length config.list',
        'scalar config.list.0',
        'scalar config.list.1',
        'scalar config.list.2',
      ],
    ],
    [
      '[i.n for i in config.items]',
      [
        'type config',
        'type config.items',
        'length config.items',
        'type config.items.0',
        'scalar config.items.0.n',
        'type config.items.1',
        'scalar config.items.1.n',
      ],
    ],
    ['if config.on then 1 else config.name', ['type config', 'scalar config.on']],
    ['std.get(config, "x", 5)', ['type config', 'has config?x']],
    ['std.type(config.tags)', ['type config', 'type config.tags']],
    ['std.toString(config.tags)', ['type config', 'tree config.tags']],
    ['std.isString(config.name)', ['type config', 'scalar config.name']],
    ['(config { x: 1 }).x', ['type config']],
    ['(config { x: 1 }).name', ['type config', 'scalar config.name']],
    ['(config { x: 1 }).tags.team', ['type config', 'type config.tags', 'scalar config.tags.team']],
    ['({ x: 1 } + config.tags).x', ['type config', 'type config.tags', 'has config.tags?x']],
    ['std.objectFields(config.tags + { x: 1 })', ['type config', 'type config.tags', 'keys config.tags']],
    [
      'config.tags + { x: 1 }',
      ['type config', 'type config.tags', 'keys config.tags', 'scalar config.tags.team', 'scalar config.tags.tier'],
    ],
    [
      'config.tags { team: super.tier }.team',
      ['type config', 'type config.tags', 'has config.tags?tier', 'scalar config.tags.tier'],
    ],
    ['config.tags { team: "zone" in super }.team', ['type config', 'type config.tags', 'has config.tags?zone']],
    ['local f(x) = x.name; f(config)', ['type config', 'scalar config.name']],
    [
      'config.tags == { team: "infra", tier: "back" }',
      ['type config', 'type config.tags', 'keys config.tags', 'scalar config.tags.team', 'scalar config.tags.tier'],
    ],
    ['config.nothing', ['type config', 'scalar config.nothing']],
  ])('%s', (body, expected) => {
    expect(readsOf(body).sort()).toEqual([...expected].sort());
  });

  test('each evaluation has its own', () => {
    const engine = engineOf({ m: 'local l = import "l"; function(a, b) l.pick(a)', l: '{ pick(v):: v.x }' });
    expect(engine.evaluate('m', { a: { x: 1 }, b: 2 }).reads.map(show)).toEqual(['type a', 'scalar a.x']);
    expect(engine.evaluate('m', { a: { x: { y: 2 } }, b: 2 }).reads.map(show)).toEqual(['type a', 'tree a.x']);
  });

  test('an argument keeps its own keys', () => {
    const body = 'function(config) [config.constructor, config["__proto__"], std.objectFields(config)]';
    const given = JSON.parse('{"constructor": 1, "__proto__": 2}') as JsonObject;
    expect(evaluate(body, { config: given }).value).toEqual([1, 2, ['__proto__', 'constructor']]);
    expect(() => evaluate(body, { config: {} })).toThrow('Field does not exist: constructor');
  });

  test('output is in order of keys and shares nothing with the arguments', () => {
    const given = { b: [{ d: 1, c: 2 }], a: 1 };
    const { value } = evaluate('function(x) x', { x: given });
    expect(JSON.stringify(value)).toBe('{"a":1,"b":[{"c":2,"d":1}]}');
    expect((value as JsonObject).b).not.toBe(given.b);
  });

  test('a missing key names its path in the arguments', () => {
    expect(errorOf('function(config) config.nested.x', { config }).argumentPath).toEqual(['config', 'nested', 'x']);
    expect(errorOf('function(config) (config.tags + {a: 1}).x', { config }).argumentPath).toEqual([
      'config',
      'tags',
      'x',
    ]);
    expect(errorOf('function(config) {}.x', { config }).argumentPath).toBeUndefined();
    expect(errorOf('function(config) 1 + config.tags', { config }).argumentPath).toEqual(['config', 'tags']);
    expect(errorOf('function(config) {} + config.list', { config }).argumentPath).toEqual(['config', 'list']);
  });
});

// ------------------------------------------------------------------------------------------------------ property

function at(root: JsonValue | undefined, path: readonly (string | number)[]): JsonValue | undefined {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string | number, JsonValue>)[key];
  }
  return value;
}

function typeName(value: JsonValue | undefined): string {
  if (value === undefined) return 'absent';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** What a read observed, as text. */
function observed(read: ArgumentRead, args: JsonObject): string {
  const value = at(args, read.path);
  const type = typeName(value);
  if (read.kind === 'type') return type;
  if (read.kind === 'scalar' || read.kind === 'tree') return JSON.stringify(value) ?? 'absent';
  if (typeof value !== 'object' || value === null) return `not a container: ${type}`;
  if (read.kind === 'keys') return JSON.stringify(Object.keys(value).sort());
  if (read.kind === 'length') return String(Object.keys(value).length);
  return String(Object.hasOwn(value, (read as { key: string }).key));
}

function outcome(body: string, args: JsonObject): { value: JsonValue; reads: readonly ArgumentRead[] } | undefined {
  try {
    return evaluate(`function(config) ${body}`, args);
  } catch (error) {
    if (error instanceof JsonnetError) return undefined;
    throw error;
  }
}

describe('property', () => {
  test('arguments that agree on every read give the same result', () => {
    let evaluated = 0;
    let compared = 0;
    const bodies = fc.oneof(
      expressions,
      fc.tuple(expressions, expressions).map(([a, b]) => `{ a: ${a}, b:: ${b}, c: self.a }`),
    );
    fc.assert(
      fc.property(bodies, (body) => {
        const first = outcome(body, { config });
        if (!first) return;
        evaluated += 1;
        for (const { value: changed, path } of mutations(config)) {
          const args = { config: changed };
          if (first.reads.some((read) => observed(read, args) !== observed(read, { config }))) continue;
          compared += 1;
          const second = outcome(body, args);
          if (JSON.stringify(second?.value) !== JSON.stringify(first.value)) {
            throw new Error(
              `${body}: changing ${path.join('.')} changes the result; reads: ${first.reads.map(show).join(', ')}`,
            );
          }
        }
      }),
      { numRuns: 200 },
    );
    // The property says nothing where nothing evaluates or everything is read.
    expect(evaluated).toBeGreaterThan(50);
    expect(compared).toBeGreaterThan(500);
  });
});
