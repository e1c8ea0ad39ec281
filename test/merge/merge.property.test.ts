/** Properties of merging, over generated schemas and layers. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Layer, mergeConfig } from '../../src/merge/merge.ts';
import type { ConfigSchema, JsonObject, JsonValue, SourceFile } from '../../src/model.ts';

const runs = { numRuns: 200 };

function file(name: string): SourceFile {
  return { file: name, value: {}, places: new Map([['', { file: name, line: 1, column: 1 }]]), keyPlaces: new Map() };
}
const schemaFile = file('config.schema.yaml');

function layers(values: readonly JsonObject[]): readonly Layer[] {
  return values.map((value, index) => ({ name: `l${index}`, file: file(`l${index}.yaml`), base: '', value }));
}

function merge(schema: ConfigSchema, values: readonly JsonObject[]) {
  return mergeConfig(schema, schemaFile, layers(values), 'unit').config;
}

const name = fc.oneof(
  fc.constantFrom('a', 'b', 'c/d', 'e~f', '__proto__', 'constructor', 'toString', ''),
  fc.string({ maxLength: 3 }),
);
const scalar = fc.oneof(fc.integer(), fc.string({ maxLength: 4 }), fc.boolean());

/** A schema, and a value of it as one layer may say it. */
interface Typed {
  readonly schema: ConfigSchema;
  readonly value: fc.Arbitrary<JsonValue>;
}

function ofEntries(entries: readonly (readonly [string, JsonValue])[]): JsonObject {
  const result: Record<string, JsonValue> = Object.create(null);
  for (const [key, value] of entries) result[key] = value;
  return result;
}

const leaf: fc.Arbitrary<Typed> = fc.oneof(
  fc.integer().map((given) => ({
    schema: { type: 'integer', default: given } as ConfigSchema,
    value: fc.integer() as fc.Arbitrary<JsonValue>,
  })),
  fc.string({ maxLength: 3 }).map((given) => ({
    schema: { type: ['string', 'null'], default: given } as ConfigSchema,
    value: fc.oneof(fc.string({ maxLength: 3 }), fc.constant(null)),
  })),
  fc.array(scalar, { maxLength: 2 }).map((given) => ({
    schema: { type: 'array', default: given, items: {} } as ConfigSchema,
    value: fc.array(scalar, { maxLength: 3 }),
  })),
);

function closed(child: fc.Arbitrary<Typed>): fc.Arbitrary<Typed> {
  return fc.uniqueArray(fc.tuple(name, child), { selector: ([key]) => key, maxLength: 4 }).map((properties) => ({
    schema: {
      type: 'object',
      additionalProperties: false,
      properties: ofEntries(
        properties.map(([key, { schema }]) => [key, schema as unknown as JsonValue]),
      ) as unknown as Record<string, ConfigSchema>,
    },
    value: fc
      .tuple(
        ...properties.map(([key, { value }]) =>
          fc.option(
            value.map((given) => [key, given] as const),
            { nil: undefined },
          ),
        ),
      )
      .map((entries) => ofEntries(entries.filter((pair) => pair !== undefined))),
  }));
}

function keyed(child: fc.Arbitrary<Typed>): fc.Arbitrary<Typed> {
  return child.chain(({ schema, value }) => {
    const entries = fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, maxLength: 3 }).map(ofEntries);
    const patch = fc
      .uniqueArray(fc.tuple(name, fc.oneof(value, fc.constant(null))), { selector: ([key]) => key, maxLength: 4 })
      .map(ofEntries);
    return entries.map((given) => ({
      schema: { type: 'object', default: given, additionalProperties: schema } as ConfigSchema,
      value: patch as fc.Arbitrary<JsonValue>,
    }));
  });
}

const anything: fc.Arbitrary<Typed> = fc.oneof(
  leaf,
  closed(leaf),
  keyed(leaf),
  keyed(closed(leaf)),
  closed(keyed(leaf)),
);

/** A root schema with one to four layers of it. */
const cases: fc.Arbitrary<{ readonly schema: ConfigSchema; readonly values: readonly JsonObject[] }> = closed(
  anything,
).chain(({ schema, value }) =>
  fc.array(value as fc.Arbitrary<JsonObject>, { minLength: 1, maxLength: 4 }).map((values) => ({ schema, values })),
);

function at(value: JsonValue, pointer: string): JsonValue | undefined {
  let found: JsonValue | undefined = value;
  for (const raw of pointer === '' ? [] : pointer.slice(1).split('/')) {
    const key = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    found =
      typeof found === 'object' && found !== null && Object.hasOwn(found, key) ? (found as JsonObject)[key] : undefined;
  }
  return found;
}

/** Pointers of scalars, lists and empty maps. */
function leaves(value: JsonValue, pointer = ''): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || Object.keys(value).length === 0)
    return [pointer];
  return Object.entries(value).flatMap(([key, child]) =>
    leaves(child as JsonValue, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
}

test('every leaf has a chain, and what stands first in it holds', () => {
  fc.assert(
    fc.property(cases, ({ schema, values }) => {
      const { value, settings } = merge(schema, values);
      for (const pointer of leaves(value)) {
        const chain = settings.get(pointer);
        expect(chain?.length).toBeGreaterThan(0);
        expect(JSON.stringify(chain?.[0]?.value)).toBe(JSON.stringify(at(value, pointer)));
      }
      // What has a chain and is no leaf is a removal.
      for (const [pointer, chain] of settings) {
        if (at(value, pointer) === undefined) expect(chain[0]?.value).toBeNull();
        else expect(leaves(value)).toContain(pointer);
      }
    }),
    runs,
  );
});

test('chains name layers from strong to weak, each at most once, and only what they said', () => {
  fc.assert(
    fc.property(cases, ({ schema, values }) => {
      for (const [pointer, chain] of merge(schema, values).settings) {
        const names = chain.map(({ origin }) => origin.layer).filter((layer) => layer !== 'default');
        const ranks = names.map((layer) => Number(layer.slice(1)));
        expect(ranks).toEqual([...ranks].sort((a, b) => b - a));
        expect(new Set(names).size).toBe(names.length);
        for (const rank of ranks) {
          // The layer said something here, or of something above.
          const said = [pointer, ...ancestors(pointer)].some((above) => at(values[rank] ?? {}, above) !== undefined);
          expect(said).toBe(true);
        }
      }
    }),
    runs,
  );
});

test('the strongest layer that says something of a declared scalar or list wins', () => {
  fc.assert(
    fc.property(
      closed(leaf).chain(({ schema, value }) =>
        fc.array(value as fc.Arbitrary<JsonObject>, { maxLength: 4 }).map((values) => ({ schema, values })),
      ),
      ({ schema, values }) => {
        const { value } = merge(schema, values);
        for (const [key, child] of Object.entries(schema.properties ?? {})) {
          const saying = values.filter((layer) => Object.hasOwn(layer, key));
          const expected = saying.length > 0 ? saying.at(-1)?.[key] : child.default;
          expect(JSON.stringify(value[key])).toBe(JSON.stringify(expected));
        }
      },
    ),
    runs,
  );
});

test('merging is what merging step by step is: layers below another change nothing that it sets', () => {
  fc.assert(
    fc.property(cases, ({ schema, values }) => {
      const strongest = values.at(-1) ?? {};
      const whole = merge(schema, values).value;
      // Removals of keyed entries hold, and every leaf that the strongest layer sets is there.
      for (const pointer of leaves(strongest)) {
        if (pointer === '') continue;
        const said = at(strongest, pointer);
        if (said === null) expect(at(whole, pointer) ?? null).toBeNull();
        else if (typeof said !== 'object' || Array.isArray(said))
          expect(JSON.stringify(at(whole, pointer))).toBe(JSON.stringify(said));
      }
    }),
    runs,
  );
});

test('an empty layer anywhere changes no value', () => {
  fc.assert(
    fc.property(cases, fc.nat(4), ({ schema, values }, position) => {
      const more = [...values.slice(0, position), {}, ...values.slice(position)];
      expect(JSON.stringify(merge(schema, more).value)).toBe(JSON.stringify(merge(schema, values).value));
    }),
    runs,
  );
});

test('the config is complete: defaults stand in every map of declared keys, also inside entries', () => {
  fc.assert(
    fc.property(cases, ({ schema, values }) => {
      const check = (node: ConfigSchema, value: JsonValue | undefined): void => {
        expect(value).not.toBeUndefined();
        if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
        for (const [key, child] of Object.entries(node.properties ?? {})) {
          check(child, Object.hasOwn(value, key) ? (value as JsonObject)[key] : undefined);
        }
        if (!node.additionalProperties) return;
        for (const child of Object.values(value)) check(node.additionalProperties, child as JsonValue);
      };
      check(schema, merge(schema, values).value);
    }),
    runs,
  );
});

test('the order of keys inside a layer does not show', () => {
  fc.assert(
    fc.property(cases, ({ schema, values }) => {
      const reversed = values.map((value) => reverseKeys(value) as JsonObject);
      expect(JSON.stringify(merge(schema, reversed).value)).toBe(JSON.stringify(merge(schema, values).value));
    }),
    runs,
  );
});

test('layers are left as they were', () => {
  fc.assert(
    fc.property(cases, ({ schema, values }) => {
      const before = JSON.stringify([schema, values]);
      merge(schema, values);
      expect(JSON.stringify([schema, values])).toBe(before);
    }),
    runs,
  );
});

function ancestors(pointer: string): readonly string[] {
  const found: string[] = [];
  for (let above = pointer; above !== ''; ) {
    above = above.slice(0, above.lastIndexOf('/'));
    found.push(above);
  }
  return found;
}

function reverseKeys(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return ofEntries(
    Object.entries(value)
      .reverse()
      .map(([key, child]) => [key, reverseKeys(child as JsonValue)] as const),
  );
}
