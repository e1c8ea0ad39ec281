/**
 * Reads a `config.schema.yaml`: is it a schema of our dialect, closed, complete, and do its defaults obey it? A schema
 * that passes can be trusted by everything behind.
 */
import type { ConfigSchema, JsonObject, JsonValue } from '../model.ts';
import { checkValue, isJsonObject, schemaTypes, show } from './check.ts';
import { formats } from './formats.ts';
import { patternProblem } from './pattern.ts';
import { childPointer, dottedPath, pointerTokens } from './pointer.ts';
import type { Problems } from './problems.ts';
import { didYouMean } from './suggest.ts';
import type { YamlFile } from './yaml.ts';

type KeywordType =
  | 'schema'
  | 'schemas'
  | 'any'
  | 'list'
  | 'string'
  | 'strings'
  | 'names'
  | 'number'
  | 'count'
  | 'boolean'
  | 'types'
  | 'closed';

/** The keywords of `ConfigSchema` in src/model.ts. */
const keywords: ReadonlyMap<string, KeywordType> = new Map<string, KeywordType>([
  ['type', 'types'],
  ['description', 'string'],
  ['default', 'any'],
  ['enum', 'list'],
  ['const', 'any'],
  ['format', 'string'],
  ['pattern', 'string'],
  ['minimum', 'number'],
  ['maximum', 'number'],
  ['exclusiveMinimum', 'number'],
  ['exclusiveMaximum', 'number'],
  ['multipleOf', 'number'],
  ['minLength', 'count'],
  ['maxLength', 'count'],
  ['minItems', 'count'],
  ['maxItems', 'count'],
  ['uniqueItems', 'boolean'],
  ['items', 'schema'],
  ['properties', 'schemas'],
  ['required', 'names'],
  ['additionalProperties', 'closed'],
  ['propertyNames', 'schema'],
  ['minProperties', 'count'],
  ['x-unit', 'string'],
  ['x-config-item', 'strings'],
  ['x-change', 'string'],
]);

const typeNames: readonly string[] = ['object', 'array', 'string', 'integer', 'number', 'boolean', 'null'];

/** A schema that accepts nothing but the empty map: what a unit with a broken schema is loaded with. */
export const emptySchema: ConfigSchema = { type: 'object', additionalProperties: false, properties: {} };

export interface SchemaRules {
  /** Whether the root must declare `enabled`: every unit but `shared`, and not the facts. */
  readonly enabled: boolean;
  /** Whether every key needs a default or a place in `required`; facts have no defaults. */
  readonly defaults: boolean;
}

/** The schema of a file; undefined, with problems, when it is none. */
export function readConfigSchema(file: YamlFile, rules: SchemaRules, problems: Problems): ConfigSchema | undefined {
  const before = problems.size;
  const root = file.value;
  if (!isJsonObject(root)) {
    problems.add('a schema must be a map with "type: object" and "properties"', file.places.get(''));
    return undefined;
  }
  const reader = new SchemaReader(file, rules, problems);
  reader.node(root, '', 'root');
  if (problems.size > before) return undefined;
  // Every keyword of the tree has just been checked against the dialect.
  const schema = root as unknown as ConfigSchema;
  if (schema.type !== 'object' || schema.additionalProperties !== false) {
    problems.add(
      'the root of a schema must have "type: object" and "additionalProperties: false"',
      file.places.get(''),
    );
  }
  if (rules.enabled) {
    const enabled = Object.hasOwn(schema.properties ?? {}, 'enabled') ? schema.properties?.enabled : undefined;
    if (enabled?.type !== 'boolean' || typeof enabled.default !== 'boolean') {
      problems.add(
        'every unit must declare "enabled" with "type: boolean" and a default',
        file.keyPlaces.get('/properties'),
      );
    }
  }
  if (problems.size === before) reader.checkDefaults(schema, '');
  return problems.size > before ? undefined : schema;
}

class SchemaReader {
  readonly #file: YamlFile;
  readonly #rules: SchemaRules;
  readonly #problems: Problems;

  constructor(file: YamlFile, rules: SchemaRules, problems: Problems) {
    this.#file = file;
    this.#rules = rules;
    this.#problems = problems;
  }

  #add(pointer: string, message: string): void {
    const place = this.#file.keyPlaces.get(pointer) ?? this.#file.places.get(pointer);
    this.#problems.add(message, place);
  }

  /** One schema. `role` says what it describes: only keys need a description. */
  node(schema: JsonValue, pointer: string, role: 'root' | 'key' | 'entry' | 'item' | 'name'): void {
    const path = pathOf(pointer);
    if (!isJsonObject(schema)) {
      this.#add(pointer, `${path}: a schema must be a map, not ${show(schema)}`);
      return;
    }
    for (const [keyword, value] of Object.entries(schema))
      this.#keyword(keyword, value, childPointer(pointer, keyword));
    if (role === 'name') return;
    const types = typeof schema.type === 'string' ? [schema.type] : Array.isArray(schema.type) ? schema.type : [];
    if (types.length === 0 && schema.const === undefined && schema.enum === undefined) {
      this.#add(pointer, `${path} has no type`);
    }
    if (role === 'key' && typeof schema.description !== 'string') {
      this.#add(pointer, `${path} has no description: say what the key means`);
    }
    if (types.includes('object') && schema.additionalProperties === undefined) {
      this.#add(
        pointer,
        `${path} is an open map: write "additionalProperties: false", or a schema for the entries of a map keyed by name`,
      );
    }
    if (types.includes('array') && schema.items === undefined) this.#add(pointer, `${path} is a list without "items"`);
    this.#checkRequired(schema, pointer);
  }

  #keyword(keyword: string, value: JsonValue, pointer: string): void {
    const type = keywords.get(keyword);
    if (type === undefined) {
      this.#add(pointer, `unknown keyword ${keyword}${didYouMean(keyword, keywords.keys())}`);
      return;
    }
    const wrong = wrongKeyword(type, value);
    if (wrong !== undefined) {
      this.#add(pointer, `${keyword} must be ${wrong}, not ${show(value)}`);
      return;
    }
    if (keyword === 'type') this.#checkTypes(value, pointer);
    if (keyword === 'format' && typeof value === 'string' && !formats.has(value)) {
      this.#add(pointer, `unknown format ${value}${didYouMean(value, formats.keys())}`);
    }
    if (keyword === 'pattern' && typeof value === 'string') this.#checkPattern(value, pointer);
    if (type === 'schema') this.node(value, pointer, keyword === 'items' ? 'item' : 'name');
    if (keyword === 'additionalProperties' && value !== false) this.node(value, pointer, 'entry');
    if (type === 'schemas' && isJsonObject(value)) {
      for (const [name, child] of Object.entries(value)) this.node(child, childPointer(pointer, name), 'key');
    }
  }

  #checkTypes(value: JsonValue, pointer: string): void {
    for (const name of typeof value === 'string' ? [value] : (value as readonly string[])) {
      if (!typeNames.includes(name)) this.#add(pointer, `unknown type ${name}${didYouMean(name, typeNames)}`);
    }
  }

  #checkPattern(pattern: string, pointer: string): void {
    const problem = patternProblem(pattern);
    if (problem !== undefined) this.#add(pointer, problem);
  }

  #checkRequired(schema: JsonObject, pointer: string): void {
    const properties = isJsonObject(schema.properties) ? schema.properties : {};
    const required = Array.isArray(schema.required) ? schema.required : [];
    for (const name of required) {
      const property = typeof name === 'string' && Object.hasOwn(properties, name) ? properties[name] : undefined;
      if (property === undefined) {
        const hint = didYouMean(String(name), Object.keys(properties));
        this.#add(
          childPointer(pointer, 'required'),
          `required names ${show(name)}, which properties does not declare${hint}`,
        );
      } else if (isJsonObject(property) && property.default !== undefined) {
        this.#add(
          childPointer(pointer, 'required'),
          `${show(name)} is required and has a default: keep one of the two`,
        );
      }
    }
    if (!this.#rules.defaults) return;
    for (const [name, property] of Object.entries(properties)) {
      if (!isJsonObject(property) || property.default !== undefined || property.const !== undefined) continue;
      // A map of declared keys is filled key by key.
      if (property.type === 'object' && isJsonObject(property.properties)) continue;
      if (required.includes(name)) continue;
      const at = childPointer(childPointer(pointer, 'properties'), name);
      this.#add(at, `${pathOf(at)} has no default: give it one, or list it in "required"`);
    }
  }

  /** Defaults obey the schema they stand in. Run once the schema is known to be sound. */
  checkDefaults(schema: ConfigSchema, pointer: string): void {
    if (schema.default === null && !schemaTypes(schema).includes('null')) {
      this.#add(childPointer(pointer, 'default'), `${pathOf(pointer)}: "default: null" needs "null" among the types`);
    } else if (schema.default !== undefined) {
      checkValue(schema, schema.default, {
        file: this.#file,
        problems: this.#problems,
        base: childPointer(pointer, 'default'),
        subject: `the default of ${pathOf(pointer)}`,
        mode: 'layer',
      });
    }
    for (const [name, child] of Object.entries(schema.properties ?? {})) {
      this.checkDefaults(child, childPointer(childPointer(pointer, 'properties'), name));
    }
    if (schema.additionalProperties)
      this.checkDefaults(schema.additionalProperties, childPointer(pointer, 'additionalProperties'));
    if (schema.items) this.checkDefaults(schema.items, childPointer(pointer, 'items'));
  }
}

/** What the keyword should have been, or undefined when it is right. */
function wrongKeyword(type: KeywordType, value: JsonValue): string | undefined {
  switch (type) {
    case 'string':
      return typeof value === 'string' && value !== '' ? undefined : 'text';
    case 'number':
      return typeof value === 'number' ? undefined : 'a number';
    case 'count':
      return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? undefined : 'a count';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'true or false';
    case 'strings':
      return typeof value === 'string' || isListOfText(value) ? undefined : 'a list of names';
    case 'names':
      return isListOfText(value) ? undefined : 'a list of names';
    case 'types':
      return typeof value === 'string' || (isListOfText(value) && value.length > 0)
        ? undefined
        : 'a type or a list of types';
    case 'list':
      return Array.isArray(value) && value.length > 0 ? undefined : 'a list of values';
    case 'schemas':
      return isJsonObject(value) ? undefined : 'a map of schemas';
    case 'closed':
      return value === false || isJsonObject(value) ? undefined : 'false or a schema';
    case 'schema':
      return isJsonObject(value) ? undefined : 'a schema';
    default:
      return undefined;
  }
}

function isListOfText(value: JsonValue): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** The config path that a schema pointer describes: `/properties/a/additionalProperties/properties/b` is `a.*.b`. */
function pathOf(pointer: string): string {
  const tokens = pointerTokens(pointer);
  const path: string[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] ?? '';
    if (token === 'properties') path.push(tokens[++index] ?? '');
    else if (token === 'additionalProperties') path.push('*');
    else if (token === 'items') path.push('[]');
  }
  return path.length === 0 ? 'the schema' : dottedPath(path);
}
