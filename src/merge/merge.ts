/**
 * Layers -> one config, with the history of every leaf. Pure.
 *
 * Maps merge deeply; lists and scalars are replaced whole. `null` removes an entry of a name-keyed map and sets null on
 * a declared key. The schema's defaults are the weakest layer: of a key that nobody set, also inside every entry of a
 * name-keyed map and every item of a list. Layers are judged when they are loaded (src/load/check.ts); what only the
 * whole can show is judged here: a key that must be set and is not.
 */
import type { Place, Problem } from '../errors.ts';
import type { Config, ConfigSchema, JsonObject, JsonValue, Origin, Setting, SourceFile } from '../model.ts';
import { childPointer, emptyMap, isJsonObject, ownValue } from './json.ts';

/** One overlay: a value inside a file. */
export interface Layer {
  /** What people call it: see `Origin.layer`. */
  readonly name: string;
  readonly file: SourceFile;
  /** JSON pointer of the overlay inside the file. */
  readonly base: string;
  readonly value: JsonObject;
}

export interface MergeResult {
  readonly config: Config;
  /** Keys that must be set and are not. */
  readonly problems: readonly Problem[];
}

/** What one layer says at one pointer. */
interface Input {
  readonly value: JsonValue;
  readonly layer: string;
  readonly file: SourceFile;
  readonly pointer: string;
}

/** No setting stands at a key that nobody set and that has no default. */
const absent = Symbol('absent');

/** What a schema gives where no layer says anything, by schema; only of schemas that miss nothing. */
const completeDefaults = new WeakMap<ConfigSchema, JsonValue | typeof absent>();

/**
 * Merges `layers`, weakest first, over the defaults of `schema`.
 * @param subject what stands before a key in messages: the unit's name
 * @param where the place to name when a key is missing: the cluster's overlay, or its file
 */
export function mergeConfig(
  schema: ConfigSchema,
  schemaFile: SourceFile,
  layers: readonly Layer[],
  subject: string,
  where?: Place,
): MergeResult {
  const inputs = layers.map(({ name, file, base, value }) => ({ value, layer: name, file, pointer: base })).reverse();
  const run = (recording: boolean): { readonly merger: Merger; readonly value: JsonObject } => {
    const merger = new Merger(schemaFile, subject, where, recording);
    const value = merger.node(schema, '', '', inputs, []);
    return { merger, value: value !== absent && isJsonObject(value) ? value : emptyMap() };
  };
  const { merger, value } = run(false);
  // Chains are asked for by findings and by people, of few units of few clusters; values are needed of all.
  let settings: Config['settings'] | undefined;
  return {
    config: {
      value,
      get settings() {
        settings ??= run(true).merger.settings;
        return settings;
      },
    },
    problems: merger.problems,
  };
}

class Merger {
  readonly settings = new Map<string, readonly Setting[]>();
  readonly problems: Problem[] = [];
  readonly #schemaFile: SourceFile;
  readonly #subject: string;
  readonly #where: Place | undefined;
  readonly #recording: boolean;

  constructor(schemaFile: SourceFile, subject: string, where: Place | undefined, recording: boolean) {
    this.#recording = recording;
    this.#schemaFile = schemaFile;
    this.#subject = subject;
    this.#where = where;
  }

  /**
   * The value at one pointer. `inputs` are strongest first; `overridden` is what a weaker layer said above this pointer
   * before a stronger one cut it off, for the end of the chain.
   */
  node(
    schema: ConfigSchema,
    schemaPointer: string,
    pointer: string,
    inputs: readonly Input[],
    overridden: readonly Input[],
  ): JsonValue | typeof absent {
    // Most of a config is defaults, the same for every cluster: made once.
    const untouched = inputs.length === 0 && overridden.length === 0 && !this.#recording;
    const known = untouched ? completeDefaults.get(schema) : undefined;
    if (known !== undefined) return known;
    const problems = this.problems.length;
    const value = this.#resolve(schema, schemaPointer, pointer, inputs, overridden);
    if (untouched && this.problems.length === problems) completeDefaults.set(schema, value);
    return value;
  }

  #resolve(
    schema: ConfigSchema,
    schemaPointer: string,
    pointer: string,
    inputs: readonly Input[],
    overridden: readonly Input[],
  ): JsonValue | typeof absent {
    const all = schema.default === undefined ? inputs : [...inputs, this.#defaultInput(schema.default, schemaPointer)];
    const strongest = all[0];
    if (!strongest) {
      return schema.properties && takesMaps(schema)
        ? this.#map(schema, schemaPointer, pointer, [], overridden)
        : absent;
    }
    if (isJsonObject(strongest.value)) {
      const end = all.findIndex((input) => !isJsonObject(input.value));
      const maps = end < 0 ? all : all.slice(0, end);
      const rest = end < 0 ? overridden : [...all.slice(end), ...overridden];
      return this.#map(schema, schemaPointer, pointer, maps, rest);
    }
    const value = Array.isArray(strongest.value) ? completeItems(schema, strongest.value) : strongest.value;
    if (!this.#recording) return value;
    // Between the layers and the default stands what a weaker layer said of something above.
    const own = all.slice(Math.max(1, inputs.length));
    const weaker = overridden.length === 0 ? all.slice(1) : [...inputs.slice(1), ...overridden, ...own];
    this.#record(pointer, [{ ...strongest, value }, ...weaker]);
    return value;
  }

  #map(
    schema: ConfigSchema,
    schemaPointer: string,
    pointer: string,
    maps: readonly Input[],
    overridden: readonly Input[],
  ): JsonObject {
    const result = emptyMap();
    for (const [key, child] of Object.entries(schema.properties ?? {})) {
      const at = childPointer(pointer, key);
      const childSchemaPointer = childPointer(`${schemaPointer}/properties`, key);
      const value = this.node(child, childSchemaPointer, at, inputsOf(maps, key), overridden);
      if (value !== absent) result[key] = value;
      else if (schema.required?.includes(key)) this.#reportMissing(at, child);
    }
    if (schema.additionalProperties) this.#entries(schema, schemaPointer, pointer, maps, overridden, result);
    if (this.#recording && Object.keys(result).length === 0) {
      // Recorded as written: an empty map may be what is left after removals.
      const chain = maps.length > 0 ? maps : [this.#schemaInput(schemaPointer)];
      this.#record(pointer, [
        ...chain.map((input) => (input === chain[0] ? { ...input, value: result } : input)),
        ...overridden,
      ]);
    }
    const minimum = schema.minProperties ?? 0;
    if (Object.keys(result).length < minimum) {
      this.#report(pointer, `must have at least ${minimum} ${minimum === 1 ? 'entry' : 'entries'}`, schema);
    }
    return result;
  }

  /** Entries of a name-keyed map, by code units: the order of layers must not show. */
  #entries(
    schema: ConfigSchema,
    schemaPointer: string,
    pointer: string,
    maps: readonly Input[],
    overridden: readonly Input[],
    result: Record<string, JsonValue>,
  ): void {
    const entry = schema.additionalProperties;
    if (!entry) return;
    const declared = schema.properties ?? {};
    const names = new Set(maps.flatMap((map) => Object.keys(map.value as JsonObject)));
    for (const name of [...names].sort()) {
      if (Object.hasOwn(declared, name)) continue;
      const at = childPointer(pointer, name);
      const inputs = inputsOf(maps, name);
      const removal = inputs.findIndex((input) => input.value === null);
      if (removal === 0) {
        this.#record(at, [...inputs, ...overridden]);
        continue;
      }
      const kept = removal < 0 ? inputs : inputs.slice(0, removal);
      const removed = removal < 0 ? overridden : [...inputs.slice(removal), ...overridden];
      // The entry's own keys still get their defaults after a removal: only what was set is gone.
      const value = this.node(entry, `${schemaPointer}/additionalProperties`, at, kept, removed);
      if (value !== absent) result[name] = value;
    }
  }

  #defaultInput(value: JsonValue, schemaPointer: string): Input {
    return { value, layer: 'default', file: this.#schemaFile, pointer: `${schemaPointer}/default` };
  }

  /** A map of declared keys has no default of its own: the place of its schema stands for one. */
  #schemaInput(schemaPointer: string): Input {
    return { value: emptyMap(), layer: 'default', file: this.#schemaFile, pointer: schemaPointer };
  }

  #record(pointer: string, chain: readonly Input[]): void {
    if (!this.#recording) return;
    this.settings.set(
      pointer,
      chain.map((input) => ({ value: input.value, origin: originOf(input) })),
    );
  }

  #reportMissing(pointer: string, schema: ConfigSchema): void {
    this.#report(pointer, 'must be set', schema);
  }

  #report(pointer: string, message: string, schema: ConfigSchema): void {
    const path = `${this.#subject}${pointer.replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~')}`;
    const meaning = schema.description ? `: ${schema.description}` : '';
    this.problems.push({ message: `${path} ${message}${meaning}`, place: this.#where });
  }
}

function originOf(input: Input): Origin {
  const { file, pointer } = input;
  // A list is a leaf, and so is a default: the nearest place above is where it was written.
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const place = file.keyPlaces.get(at) ?? file.places.get(at);
    if (place) return { layer: input.layer, place };
    if (at === '') return { layer: input.layer, place: { file: file.file, line: 1, column: 1 } };
  }
}

function inputsOf(maps: readonly Input[], key: string): readonly Input[] {
  const inputs: Input[] = [];
  for (const map of maps) {
    const value = ownValue(map.value as JsonObject, key);
    if (value !== undefined) inputs.push({ ...map, value, pointer: childPointer(map.pointer, key) });
  }
  return inputs;
}

function takesMaps(schema: ConfigSchema): boolean {
  return (
    schema.type === 'object' ||
    (Array.isArray(schema.type) && schema.type.includes('object') && !schema.type.includes('null'))
  );
}

/** Defaults inside the items of a list. Lists are replaced whole, so the items are complete but for these. */
function completeItems(schema: ConfigSchema, list: readonly JsonValue[]): readonly JsonValue[] {
  const { items } = schema;
  return items && hasDefaults(items) ? list.map((item) => complete(items, item)) : list;
}

function complete(schema: ConfigSchema, value: JsonValue): JsonValue {
  if (Array.isArray(value)) return completeItems(schema, value);
  if (!isJsonObject(value)) return value;
  const result = emptyMap();
  const properties = schema.properties ?? {};
  for (const [key, child] of Object.entries(properties)) {
    const given = ownValue(value, key);
    const filled = given === undefined ? child.default : given;
    if (filled !== undefined) result[key] = complete(child, filled);
    else if (child.properties && takesMaps(child)) result[key] = complete(child, emptyMap());
  }
  for (const [key, child] of Object.entries(value)) {
    if (Object.hasOwn(properties, key)) continue;
    result[key] = schema.additionalProperties ? complete(schema.additionalProperties, child) : child;
  }
  return result;
}

function hasDefaults(schema: ConfigSchema): boolean {
  if (schema.default !== undefined || schema.properties) return true;
  return (
    (schema.items !== undefined && hasDefaults(schema.items)) ||
    (schema.additionalProperties !== undefined &&
      schema.additionalProperties !== false &&
      hasDefaults(schema.additionalProperties))
  );
}
