/** Arguments, programs that read them, and changes to them, for properties. */

import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../src/jsonnet/api.ts';

export const config: JsonObject = {
  name: 'web',
  replicas: 3,
  on: true,
  nothing: null,
  tags: { team: 'infra', tier: 'back' },
  list: [1, 2, 3],
  items: [
    { n: 'a', v: 1 },
    { n: 'b', v: 2 },
  ],
  nested: { a: { b: 'deep', c: 4 } },
};

/** A copy of the arguments with one thing changed. */
export interface Mutation {
  readonly value: JsonValue;
  /** Where; for an entry that is added or removed, its container. */
  readonly path: readonly (string | number)[];
  /** What stood there and what stands there now; undefined when an entry is added or removed. */
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

/** Every copy of `value` with one thing changed. */
export function* mutations(value: JsonValue, path: readonly (string | number)[] = []): Generator<Mutation> {
  const resized = (changed: JsonValue): Mutation => ({ value: changed, path, before: undefined, after: undefined });
  for (const other of ['zzz', 77, true, null, { q: 1 }, [9]]) {
    if (JSON.stringify(other) === JSON.stringify(value)) continue;
    yield { value: other, path, before: value, after: other };
  }
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    yield resized([...value, 5]);
    yield resized(value.slice(0, -1));
    for (const [index, child] of value.entries()) {
      for (const inner of mutations(child, [...path, index])) {
        yield { ...inner, value: value.map((element, position) => (position === index ? inner.value : element)) };
      }
    }
    return;
  }
  const object = value as JsonObject;
  yield resized({ ...object, zzz: 'new' });
  for (const key of Object.keys(object)) {
    const { [key]: _removed, ...rest } = object;
    yield resized(rest);
    for (const inner of mutations(object[key]!, [...path, key])) {
      yield { ...inner, value: { ...object, [key]: inner.value } };
    }
  }
}

/** Expressions over `config` that mostly evaluate; `any` mixes the types. */
export const { any: expressions } = fc.letrec<
  Record<'string' | 'number' | 'boolean' | 'object' | 'array' | 'any', string>
>((tie) => ({
  string: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom('"lit"', 'config.name', 'config.tags.team', 'config.nested.a.b', 'config.items[0].n'),
    fc.tuple(tie('string'), tie('any')).map(([a, b]) => `(${a} + ${b})`),
    tie('any').map((a) => `std.toString(${a})`),
    fc.tuple(tie('boolean'), tie('string'), tie('string')).map(([c, a, b]) => `(if ${c} then ${a} else ${b})`),
    tie('any').map((a) => `("%s!" % [${a}])`),
    fc.tuple(tie('object'), tie('string')).map(([o, s]) => `std.get(${o}, "team", ${s})`),
    tie('any').map((a) => `std.type(${a})`),
    tie('object').map((o) => `std.join(",", std.objectFields(${o}))`),
    tie('object').map((o) => `std.manifestJsonMinified(${o})`),
  ),
  number: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom('2', 'config.replicas', 'config.list[1]', 'config.nested.a.c'),
    fc.tuple(tie('number'), tie('number')).map(([a, b]) => `(${a} + ${b})`),
    tie('array').map((a) => `std.length(${a})`),
    tie('object').map((a) => `std.length(${a})`),
    tie('string').map((a) => `std.length(${a})`),
    fc.tuple(tie('number'), tie('any')).map(([a, b]) => `(local x = ${a}, y = ${b}; x)`),
    tie('array').map((a) => `std.foldl(function(a, b) a + 1, ${a}, 0)`),
  ),
  boolean: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom('true', 'false', 'config.on', '("x" in config)', 'std.objectHas(config.tags, "team")'),
    fc.tuple(tie('any'), tie('any')).map(([a, b]) => `(${a} == ${b})`),
    fc.tuple(tie('number'), tie('number')).map(([a, b]) => `(${a} < ${b})`),
    fc.tuple(tie('boolean'), tie('boolean')).map(([a, b]) => `(${a} && ${b})`),
    fc.tuple(fc.constantFrom('team', 'q', 'zzz'), tie('object')).map(([k, o]) => `("${k}" in ${o})`),
    fc.tuple(tie('array'), tie('number')).map(([a, n]) => `std.member(${a}, ${n})`),
  ),
  object: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom('config', 'config.tags', 'config.nested', 'config.nested.a', '{ k: 1 }', 'config.items[1]'),
    fc.tuple(tie('object'), tie('object')).map(([a, b]) => `(${a} + ${b})`),
    fc.tuple(tie('object'), tie('any')).map(([a, b]) => `(${a} { w: ${b}, team: super.team })`),
    fc.tuple(tie('object'), tie('any')).map(([a, b]) => `(${a} { w:: ${b}, has: "tier" in super })`),
    fc.tuple(tie('string'), tie('any')).map(([a, b]) => `{ [${a}]: ${b} }`),
    tie('array').map((a) => `{ [std.toString(x)]: x for x in ${a} }`),
    fc.tuple(tie('object'), tie('object')).map(([a, b]) => `std.mergePatch(${a}, ${b})`),
    tie('object').map((a) => `std.mapWithKey(function(k, v) v, ${a})`),
    tie('object').map((a) => `std.objectRemoveKey(${a}, "team")`),
    tie('object').map((a) => `std.prune(${a})`),
  ),
  array: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom('config.list', 'config.items', '[1, 2]', '[]'),
    fc.tuple(tie('array'), tie('array')).map(([a, b]) => `(${a} + ${b})`),
    fc.tuple(tie('any'), tie('any')).map(([a, b]) => `[${a}, ${b}]`),
    fc.tuple(tie('array'), tie('boolean')).map(([a, b]) => `[x for x in ${a} if ${b}]`),
    tie('array').map((a) => `std.map(function(x) [x], ${a})`),
    tie('array').map((a) => `std.reverse(${a})`),
    tie('array').map((a) => `std.flatMap(function(x) [x, 1], ${a})`),
    tie('array').map((a) => `(${a}[1:])`),
    tie('object').map((a) => `std.objectValues(${a})`),
    tie('object').map((a) => `std.objectKeysValues(${a})`),
    tie('array').map((a) => `std.uniq(${a})`),
  ),
  any: fc.oneof(
    tie('string'),
    tie('number'),
    tie('boolean'),
    tie('object'),
    tie('array'),
    fc.constant('config.nothing'),
  ),
}));
