/** Merging, example by example: values, and the chain of every leaf. */
import { describe, expect, test } from 'vitest';
import { type Layer, mergeConfig } from '../../src/merge/merge.ts';
import type { ConfigSchema, JsonObject, SourceFile } from '../../src/model.ts';

const schemaFile: SourceFile = file('config.schema.yaml', {});

/** A file whose places tell pointers apart: line by the order of asking is not needed, the name of the file is. */
function file(name: string, value: JsonObject): SourceFile {
  return { file: name, value, places: new Map([['', { file: name, line: 1, column: 1 }]]), keyPlaces: new Map() };
}

function layer(name: string, value: unknown): Layer {
  return { name, file: file(`${name}.yaml`, value as JsonObject), base: '', value: value as JsonObject };
}

const entry: ConfigSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    size: { type: 'integer', default: 1 },
    tags: { type: 'object', default: {}, additionalProperties: { type: 'string' } },
  },
};

const schema: ConfigSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['must'],
  properties: {
    must: { type: 'string' },
    text: { type: 'string', default: 'x' },
    maybe: { type: ['string', 'null'], default: 'y' },
    list: { type: 'array', default: [1, 2], items: { type: 'integer' } },
    nested: {
      type: 'object',
      additionalProperties: false,
      properties: { a: { type: 'integer', default: 1 }, b: { type: 'integer', default: 2 } },
    },
    pools: { type: 'object', default: { first: { size: 5 } }, additionalProperties: entry },
    either: { type: ['string', 'object'], default: 'none', additionalProperties: { type: 'integer' } },
    steps: {
      type: 'array',
      default: [],
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name'],
        properties: { name: { type: 'string' }, times: { type: 'integer', default: 3 } },
      },
    },
  },
};

/** Layers weakest first: `l1`, `l2`, ... */
function merged(...values: readonly unknown[]) {
  const layers = values.map((value, index) => layer(`l${index + 1}`, value));
  const result = mergeConfig(schema, schemaFile, layers, 'unit', { file: 'clusters/c.yaml', line: 7, column: 3 });
  const chains: Record<string, readonly string[]> = {};
  for (const [pointer, chain] of result.config.settings) {
    chains[pointer] = chain.map(({ value, origin }) => `${origin.layer}=${JSON.stringify(value)}`);
  }
  return { value: result.config.value as Record<string, unknown>, chains, problems: result.problems };
}

describe('values', () => {
  test('defaults alone', () => {
    const { value } = merged({ must: 'm' });
    expect(value).toEqual({
      must: 'm',
      text: 'x',
      maybe: 'y',
      list: [1, 2],
      nested: { a: 1, b: 2 },
      pools: { first: { size: 5, tags: {} } },
      either: 'none',
      steps: [],
    });
  });

  test('maps merge deeply, lists and scalars are replaced whole', () => {
    const { value } = merged({ must: 'm', nested: { a: 10 }, list: [3, 4, 5] }, { nested: { b: 20 }, list: [6] });
    expect(value).toMatchObject({ nested: { a: 10, b: 20 }, list: [6] });
  });

  test('a map keyed by name keeps the entries of its default', () => {
    expect(merged({ must: 'm', pools: { second: {} } }).value.pools).toEqual({
      first: { size: 5, tags: {} },
      second: { size: 1, tags: {} },
    });
  });

  test('null removes an entry, wherever it comes from', () => {
    expect(merged({ must: 'm', pools: { first: null } }).value.pools).toEqual({});
    expect(merged({ must: 'm', pools: { a: { size: 2 } } }, { pools: { a: null } }).value.pools).toEqual({
      first: { size: 5, tags: {} },
    });
  });

  test('an entry that is set again after a removal begins anew, with the defaults of an entry', () => {
    const { value, chains } = merged({ must: 'm', pools: { first: null } }, { pools: { first: { tags: { a: 'b' } } } });
    expect(value.pools).toEqual({ first: { size: 1, tags: { a: 'b' } } });
    expect(chains['/pools/first/size']).toEqual(['default=1', 'l1=null', 'default={"size":5}']);
    expect(chains['/pools/first/tags/a']).toEqual(['l2="b"', 'l1=null', 'default={"size":5}']);
  });

  test('null on a declared key sets null', () => {
    const { value, chains } = merged({ must: 'm', maybe: 'z' }, { maybe: null });
    expect(value.maybe).toBeNull();
    expect(chains['/maybe']).toEqual(['l2=null', 'l1="z"', 'default="y"']);
  });

  test('a key that admits text or a map: the stronger kind replaces the weaker', () => {
    expect(merged({ must: 'm', either: { a: 1 } }, { either: 'off' }).value.either).toBe('off');
    expect(merged({ must: 'm', either: 'off' }, { either: { a: 1 } }).value.either).toEqual({ a: 1 });
    expect(merged({ must: 'm', either: { b: 1 } }, { either: 'off' }, { either: { a: 1 } }).value.either).toEqual({
      a: 1,
    });
  });

  test('defaults inside the items of a list', () => {
    const { value, chains } = merged({ must: 'm', steps: [{ name: 'a' }, { name: 'b', times: 1 }] });
    expect(value.steps).toEqual([
      { name: 'a', times: 3 },
      { name: 'b', times: 1 },
    ]);
    expect(chains['/steps']).toEqual(['l1=[{"name":"a","times":3},{"name":"b","times":1}]', 'default=[]']);
  });

  test('entries are ordered by code units, whatever the layers say first', () => {
    const { value } = merged({ must: 'm', pools: { z: {}, B: {} } }, { pools: { a: {} } });
    expect(Object.keys(value.pools as object)).toEqual(['B', 'a', 'first', 'z']);
  });

  test('keys that are names of JavaScript are ordinary entries', () => {
    const own = JSON.parse('{"must":"m","pools":{"__proto__":{"size":9},"constructor":{}}}');
    const { value, chains } = merged(own);
    const pools = value.pools as Record<string, unknown>;
    expect(Object.keys(pools)).toEqual(['__proto__', 'constructor', 'first']);
    expect(Object.getOwnPropertyDescriptor(pools, '__proto__')?.value).toMatchObject({ size: 9 });
    expect(chains['/pools/__proto__/size']).toEqual(['l1=9', 'default=1']);
    expect(({} as Record<string, unknown>).size).toBeUndefined();
  });
});

describe('chains', () => {
  test('are strongest first, with the default last', () => {
    const { chains } = merged({ must: 'm', text: 'a' }, { text: 'b' });
    expect(chains['/text']).toEqual(['l2="b"', 'l1="a"', 'default="x"']);
    expect(chains['/nested/a']).toEqual(['default=1']);
    expect(chains['/pools/first/size']).toEqual(['default=5', 'default=1']);
  });

  test('tell of removals, and of what is left', () => {
    const { chains } = merged({ must: 'm', pools: { first: null } });
    expect(chains['/pools/first']).toEqual(['l1=null', 'default={"size":5}']);
    expect(chains['/pools']).toEqual(['l1={}', 'default={"first":{"size":5}}']);
  });

  test('tell of a map that a scalar replaced', () => {
    const { chains } = merged({ must: 'm', either: { a: 1 } }, { either: 'off' });
    expect(chains['/either']).toEqual(['l2="off"', 'l1={"a":1}', 'default="none"']);
    expect(chains['/either/a']).toBeUndefined();
  });
});

describe('what only the whole can show', () => {
  test('a key that must be set', () => {
    expect(merged({}).problems).toEqual([
      { message: 'unit.must must be set', place: { file: 'clusters/c.yaml', line: 7, column: 3 } },
    ]);
  });

  test('a map that must have entries', () => {
    const needs: ConfigSchema = {
      type: 'object',
      additionalProperties: false,
      properties: {
        zones: {
          type: 'object',
          default: {},
          minProperties: 1,
          additionalProperties: { type: 'string' },
          description: 'Zones.',
        },
      },
    };
    expect(mergeConfig(needs, schemaFile, [], 'unit').problems).toEqual([
      { message: 'unit.zones must have at least 1 entry: Zones.', place: undefined },
    ]);
  });
});
