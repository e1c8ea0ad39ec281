/**
 * Judges what a file says against a schema of our dialect (docs/units.md). One file is judged by itself: a layer holds
 * differences, so nothing is missing from it, and `null` may remove an entry of a name-keyed map.
 */
import type { Place } from '../errors.ts';
import type { ConfigSchema, JsonObject, JsonValue, SchemaType, SourceFile } from '../model.ts';
import { formats } from './formats.ts';
import { longestText, matchesPattern } from './pattern.ts';
import { childPointer, dottedPath, pointerTokens } from './pointer.ts';
import type { Problems } from './problems.ts';
import { didYouMean } from './suggest.ts';
import type { YamlFile } from './yaml.ts';

export interface CheckContext {
  readonly file: YamlFile;
  readonly problems: Problems;
  /** Pointer in the file of the value that the schema's root judges. */
  readonly base: string;
  /** What stands before a path in messages: the unit's name, or nothing. */
  readonly subject: string;
  /** `layer`: a part that is merged; `whole`: complete by itself, so required keys must be there. */
  readonly mode: 'layer' | 'whole';
  /** The file of the schema, for "the schema says" notes; absent for schemas that are part of weir. */
  readonly schemaFile?: SourceFile;
  /**
   * Called for a key that the schema does not know. Gives a sentence to add ("channel beta knows it"), or `accept` when
   * the key is somebody else's business.
   */
  readonly unknownKey?: (path: readonly string[]) => string | 'accept' | undefined;
}

/** Judges `value` at `context.base` and everything below. Problems are added to the context. */
export function checkValue(schema: ConfigSchema, value: JsonValue, context: CheckContext): void {
  checkNode(schema, '', value, context.base, context, false);
}

/** Types of a schema as a list; empty when it names none. */
export function schemaTypes(schema: ConfigSchema): readonly SchemaType[] {
  if (schema.type === undefined) return [];
  return typeof schema.type === 'string' ? [schema.type] : schema.type;
}

/** Whether `value` is of `type`. */
export function isOfType(value: JsonValue, type: SchemaType): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isJsonObject(value);
    case 'integer':
      return typeof value === 'number' && Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkNode(
  schema: ConfigSchema,
  schemaPointer: string,
  value: JsonValue,
  pointer: string,
  context: CheckContext,
  insideList: boolean,
): void {
  if (context.file.refused.has(pointer)) return;
  const report = (message: string): void =>
    context.problems.add(
      `${describePath(pointer, context)} ${message}`,
      placeOf(pointer, context),
      noteOf(schemaPointer, context),
    );

  const types = schemaTypes(schema);
  if (types.length > 0 && !types.some((type) => isOfType(value, type))) {
    report(describeTypeMismatch(schema, value, context.file.plain.get(pointer)));
    return;
  }
  // A plain date is text for Kubernetes and a date for other readers.
  const plain = context.file.plain.get(pointer);
  if (typeof value === 'string' && plain !== undefined && !['date', 'timestamp'].includes(schema.format ?? '')) {
    report(`must be text, and some readers of YAML take ${plain} for a date: quote it ('${plain}')`);
  }
  if (schema.const !== undefined && !sameJson(schema.const, value)) report(`must be ${show(schema.const)}`);
  if (schema.enum && !schema.enum.some((member) => sameJson(member, value))) {
    const members = schema.enum.map(show).join(', ');
    const guess =
      typeof value === 'string'
        ? didYouMean(
            value,
            schema.enum.filter((member) => typeof member === 'string'),
          )
        : '';
    const hint = guess.startsWith('; did') ? guess : '';
    report(`must be one of ${members}, not ${show(value)}${hint}`);
  }
  if (schema.format !== undefined) checkFormat(schema.format, value, report);
  if (typeof value === 'string') checkString(schema, value, report);
  else if (typeof value === 'number') checkNumber(schema, value, report);
  else if (Array.isArray(value)) checkList(schema, schemaPointer, value, pointer, context, report);
  else if (isJsonObject(value)) checkMap(schema, schemaPointer, value, pointer, context, insideList);
}

function checkFormat(name: string, value: JsonValue, report: (message: string) => void): void {
  const format = formats.get(name);
  // Formats judge text and numbers; `null` and maps are a matter of type.
  if (!format || (typeof value !== 'string' && typeof value !== 'number')) return;
  if (!format.accepts(value)) report(`must be ${format.description}, not ${show(value)}`);
}

function checkString(schema: ConfigSchema, value: string, report: (message: string) => void): void {
  const length = [...value].length;
  if (schema.minLength !== undefined && length < schema.minLength) {
    report(
      schema.minLength === 1 ? 'must not be empty' : `must have at least ${schema.minLength} characters, not ${length}`,
    );
  }
  if (schema.maxLength !== undefined && length > schema.maxLength) {
    report(`must have at most ${schema.maxLength} characters, not ${length}`);
  }
  if (schema.pattern !== undefined && !matchesPattern(schema.pattern, value)) {
    const why = value.length > longestText ? `is longer than ${longestText} characters` : 'does not';
    report(`must match ${schema.pattern}, and ${show(value)} ${why}`);
  }
}

function checkNumber(schema: ConfigSchema, value: number, report: (message: string) => void): void {
  const unit = schema['x-unit'] ? ` ${schema['x-unit']}` : '';
  if (schema.minimum !== undefined && value < schema.minimum)
    report(`must be at least ${schema.minimum}${unit}, not ${value}`);
  if (schema.maximum !== undefined && value > schema.maximum)
    report(`must be at most ${schema.maximum}${unit}, not ${value}`);
  if (schema.exclusiveMinimum !== undefined && value <= schema.exclusiveMinimum) {
    report(`must be more than ${schema.exclusiveMinimum}${unit}, not ${value}`);
  }
  if (schema.exclusiveMaximum !== undefined && value >= schema.exclusiveMaximum) {
    report(`must be less than ${schema.exclusiveMaximum}${unit}, not ${value}`);
  }
  if (schema.multipleOf !== undefined && !isMultiple(value, schema.multipleOf)) {
    report(`must be a multiple of ${schema.multipleOf}${unit}, not ${value}`);
  }
}

/** 0.3 is a multiple of 0.1, whatever binary fractions say. */
function isMultiple(value: number, step: number): boolean {
  const quotient = value / step;
  return Math.abs(quotient - Math.round(quotient)) < 1e-9 * Math.max(1, Math.abs(quotient));
}

function checkList(
  schema: ConfigSchema,
  schemaPointer: string,
  value: readonly JsonValue[],
  pointer: string,
  context: CheckContext,
  report: (message: string) => void,
): void {
  if (schema.minItems !== undefined && value.length < schema.minItems) {
    report(`must have at least ${schema.minItems} ${schema.minItems === 1 ? 'item' : 'items'}, not ${value.length}`);
  }
  if (schema.maxItems !== undefined && value.length > schema.maxItems) {
    report(`must have at most ${schema.maxItems} items, not ${value.length}`);
  }
  if (schema.uniqueItems) {
    const seen = new Map<string, number>();
    for (const [index, item] of value.entries()) {
      const key = canonicalText(item);
      const first = seen.get(key);
      if (first !== undefined) report(`has ${show(item)} twice: items ${first} and ${index} are equal`);
      else seen.set(key, index);
    }
  }
  if (!schema.items) return;
  for (const [index, item] of value.entries()) {
    checkNode(schema.items, `${schemaPointer}/items`, item, childPointer(pointer, index), context, true);
  }
}

function checkMap(
  schema: ConfigSchema,
  schemaPointer: string,
  value: JsonObject,
  pointer: string,
  context: CheckContext,
  insideList: boolean,
): void {
  const properties = schema.properties ?? {};
  const entries = schema.additionalProperties;
  for (const [key, child] of Object.entries(value)) {
    const at = childPointer(pointer, key);
    const declared = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (declared) {
      const schemaAt = `${schemaPointer}/properties${childPointer('', key)}`;
      checkNode(declared, schemaAt, child, at, context, insideList);
    } else if (entries) {
      checkEntryName(schema, key, at, context);
      // An entry that is null is removed; where nothing is merged there is nothing to remove.
      const removal = child === null && context.mode === 'layer' && !insideList;
      if (!removal) checkNode(entries, `${schemaPointer}/additionalProperties`, child, at, context, insideList);
    } else if (entries === false) {
      reportUnknownKey(key, at, Object.keys(properties), context);
    }
  }
  // Lists are never merged, so what stands in one is complete.
  if (context.mode === 'whole' || insideList) {
    for (const key of schema.required ?? []) {
      if (Object.hasOwn(value, key)) continue;
      context.problems.add(
        `${describePath(childPointer(pointer, key), context)} must be set${describeMeaning(properties[key])}`,
        placeOf(pointer, context),
      );
    }
    if (schema.minProperties !== undefined && Object.keys(value).length < schema.minProperties) {
      const path = describePath(pointer, context);
      context.problems.add(`${path} must have at least ${schema.minProperties} entries`, placeOf(pointer, context));
    }
  }
}

/** `: The region of the cluster.`, where the schema has a description. */
export function describeMeaning(schema: ConfigSchema | undefined): string {
  return schema?.description ? `: ${schema.description}` : '';
}

function checkEntryName(schema: ConfigSchema, key: string, pointer: string, context: CheckContext): void {
  const names = schema.propertyNames;
  if (!names) return;
  const report = (message: string): void =>
    context.problems.add(`the name ${JSON.stringify(key)} ${message}`, keyPlaceOf(pointer, context));
  checkFormat(names.format ?? '', key, report);
  checkString(names, key, report);
  if (names.enum && !names.enum.includes(key)) {
    report(`must be one of ${names.enum.map(show).join(', ')}${didYouMean(key, names.enum.map(String))}`);
  }
}

function reportUnknownKey(key: string, pointer: string, known: readonly string[], context: CheckContext): void {
  const path = pointerTokens(pointer.slice(context.base.length));
  const further = context.unknownKey?.(path);
  if (further === 'accept') return;
  const hint = further ? `; ${further}` : didYouMean(key, known);
  const end = /[.?]$/.test(hint) ? '' : '.';
  context.problems.add(`unknown key ${describePath(pointer, context)}${hint}${end}`, keyPlaceOf(pointer, context));
}

function describeTypeMismatch(schema: ConfigSchema, value: JsonValue, plain: string | undefined): string {
  const types = schemaTypes(schema);
  const wanted = types.map(describeType).join(' or ');
  const more = schema.format ? ` (${formats.get(schema.format)?.description ?? schema.format})` : '';
  if (value === null) {
    const fallback = schema.default === undefined ? '' : ` to get the default ${show(schema.default)}`;
    return `must be ${wanted}, not null: give a value, or remove the line${fallback}`;
  }
  if (types.includes('string') && plain !== undefined && typeof value !== 'object') {
    const read = typeof value === 'boolean' ? `the boolean ${value}` : `the number ${value}`;
    return `must be ${wanted}${more}, and YAML reads ${plain} as ${read}: quote it ('${plain}')`;
  }
  if (typeof value === 'string' && types.includes('boolean') && /^(true|false)$/i.test(value)) {
    return `must be ${wanted}, not text: write ${value.toLowerCase()} without quotes`;
  }
  if (
    typeof value === 'string' &&
    types.some((type) => type === 'integer' || type === 'number') &&
    /^-?[0-9]+(\.[0-9]+)?$/.test(value)
  ) {
    return `must be ${wanted}, not text: write ${value} without quotes`;
  }
  if (isJsonObject(value) && types.includes('array')) {
    return `must be ${wanted}, not a map: begin each item with "- "`;
  }
  return `must be ${wanted}${more}, not ${describeValue(value)}`;
}

function describeType(type: SchemaType): string {
  switch (type) {
    case 'object':
      return 'a map';
    case 'array':
      return 'a list';
    case 'string':
      return 'text';
    case 'integer':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    default:
      return 'null';
  }
}

function describeValue(value: JsonValue): string {
  if (Array.isArray(value)) return 'a list';
  if (isJsonObject(value)) return 'a map';
  if (typeof value === 'string') return `the text ${show(value)}`;
  return show(value);
}

function describePath(pointer: string, context: CheckContext): string {
  const tokens = pointerTokens(pointer.slice(context.base.length));
  const below = dottedPath(tokens);
  const dot = context.subject === '' || below === '' || below.startsWith('[') ? '' : '.';
  const path = context.subject + dot + below;
  return path === '' ? 'this file' : path;
}

function placeOf(pointer: string, context: CheckContext): Place | undefined {
  return context.file.places.get(pointer) ?? keyPlaceOf(pointer, context);
}

function keyPlaceOf(pointer: string, context: CheckContext): Place | undefined {
  return context.file.keyPlaces.get(pointer) ?? context.file.places.get(pointer);
}

function noteOf(schemaPointer: string, context: CheckContext): readonly string[] | undefined {
  const place = context.schemaFile?.keyPlaces.get(schemaPointer) ?? context.schemaFile?.places.get(schemaPointer);
  return place && place.file !== context.file.file ? [`the schema is at ${place.file}:${place.line}`] : undefined;
}

/** A value in a message: JSON, shortened. */
export function show(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function sameJson(a: JsonValue, b: JsonValue): boolean {
  return a === b || canonicalText(a) === canonicalText(b);
}

/** JSON with sorted keys: equal text means equal values. */
function canonicalText(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalText(value[key] ?? null)}`).join(',')}}`;
}
