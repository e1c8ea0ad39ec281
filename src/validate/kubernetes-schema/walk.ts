/** Judges a value by a schema node: an interpreter over the pinned data, which needs no compiling and loads in time. */
import type { JsonObject, JsonValue } from '../../model.ts';
import { nearest, pointerOf, type SchemaIssue } from '../rule.ts';
import { fitsInteger, formatFault, isQuantity, show, typeName } from './formats.ts';
import { type Definitions, objectMeta, type SchemaCode, type SchemaNode } from './schema.ts';

/** One walk over one object. */
export interface Walk {
  /** Definitions that `$ref` names. */
  readonly definitions: Definitions;
  /** True inside a custom resource: structural-schema semantics, where fields without a schema are pruned. */
  readonly structural: boolean;
  readonly issues: SchemaIssue[];
  readonly path: (string | number)[];
  /** Called for every node of a custom resource that has CEL rules. */
  readonly onRules?: (node: SchemaNode, value: JsonValue) => void;
}

function report(walk: Walk, code: SchemaCode, message: string, ...at: readonly (string | number)[]): void {
  walk.issues.push({ code, message, pointer: pointerOf(...walk.path, ...at) });
}

/** The name of a field in messages: `spec.template.spec`, or `the object` at the root. */
function here(walk: Walk): string {
  let text = '';
  for (const part of walk.path) text += typeof part === 'number' ? `[${part}]` : `${text === '' ? '' : '.'}${part}`;
  return text === '' ? 'the object' : text;
}

/** Follows references to the definition that says something. */
export function resolve(node: SchemaNode, definitions: Definitions): SchemaNode {
  let current = node;
  for (let hops = 0; current.$ref !== undefined && hops < 10; hops++) {
    const target = definitions[current.$ref];
    if (target === undefined) return {};
    current = target;
  }
  return current;
}

/** Judges `value` by `raw`; what is wrong goes to `walk.issues`. */
export function validateNode(walk: Walk, raw: SchemaNode, value: JsonValue): void {
  const node = raw.$ref === undefined ? raw : resolve(raw, walk.definitions);
  if (node.oneOfTypes) {
    const alternative = node.oneOfTypes.find((entry) => hasJsonType(resolve(entry, walk.definitions), value));
    if (alternative) validateNode(walk, alternative, value);
    else report(walk, 'type', `${here(walk)} is ${typeName(value)}, which this field does not take.`);
    return;
  }
  if (value === null && node.nullable) return;
  if (!checkType(walk, node, value)) return;
  if (node.enum && !node.enum.some((entry) => equal(entry, value))) reportEnum(walk, node.enum, value);
  if (typeof value === 'string') checkString(walk, node, value);
  else if (typeof value === 'number') checkNumber(walk, node, value);
  else if (Array.isArray(value)) checkList(walk, node, value);
  else if (typeof value === 'object' && value !== null) checkObject(walk, node, value as JsonObject);
  if (node.allOf || node.anyOf || node.oneOf || node.not) checkLogic(walk, node, value);
  if (node['x-kubernetes-validations']) walk.onRules?.(node, value);
}

function hasJsonType(node: SchemaNode, value: JsonValue): boolean {
  switch (node.type) {
    case undefined:
      return true;
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return typeof value === 'number' && Number.isInteger(value);
    default:
      // The remaining names are JSON Schema's and JavaScript's alike.
      return typeof value === node.type;
  }
}

/** False when the type is wrong and nothing more can be said about the value. */
function checkType(walk: Walk, node: SchemaNode, value: JsonValue): boolean {
  if (node['x-kubernetes-int-or-string']) {
    if (typeof value === 'string' || (typeof value === 'number' && Number.isInteger(value))) return true;
    report(walk, 'type', `${here(walk)} is ${typeName(value)} (${show(value)}), but takes a whole number or a string.`);
    return false;
  }
  if (node.format === 'quantity') {
    if (isQuantity(value)) return true;
    const code = typeof value === 'string' ? 'value' : 'type';
    report(walk, code, `${here(walk)} is ${show(value)}, which is no quantity such as 100m, 2 or 1Gi.`);
    return false;
  }
  if (hasJsonType(node, value)) return true;
  const wanted: Readonly<Record<string, string>> = {
    object: 'a map',
    array: 'a list',
    string: 'a string',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
  };
  const hint = typeHint(node.type, value);
  report(
    walk,
    'type',
    `${here(walk)} is ${typeName(value)} (${show(value)}), but must be ${wanted[node.type ?? ''] ?? node.type}.${hint}`,
  );
  return false;
}

function typeHint(type: string | undefined, value: JsonValue): string {
  if (type === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return ' Quote it.';
  if (typeof value !== 'string') return '';
  if (type === 'boolean' && (value === 'true' || value === 'false')) return ' Drop the quotes.';
  return (type === 'integer' || type === 'number') && /^-?\d+$/.test(value) ? ' Drop the quotes.' : '';
}

function reportEnum(walk: Walk, values: readonly JsonValue[], value: JsonValue): void {
  const names = values.filter((entry): entry is string => typeof entry === 'string');
  const guess = typeof value === 'string' ? didYouMean(value, names) : undefined;
  const list = values.map((entry) => (typeof entry === 'string' ? entry : JSON.stringify(entry)));
  report(
    walk,
    'enum',
    `${here(walk)} is ${show(value)}, but must be one of ${list.join(', ')}.${guess ? ` Did you mean ${guess}?` : ''}`,
  );
}

/** The candidate that differs in case alone, else the nearest by edits. */
export function didYouMean(name: string, candidates: readonly string[]): string | undefined {
  const lower = name.toLowerCase();
  return candidates.find((candidate) => candidate.toLowerCase() === lower) ?? nearest(name, candidates);
}

const patterns = new Map<string, RegExp | undefined>();

/** A pattern of a CRD (RE2); undefined when JavaScript cannot read it. */
function patternOf(source: string): RegExp | undefined {
  if (!patterns.has(source)) {
    let compiled: RegExp | undefined;
    try {
      // RE2 knows classes and anchors under names that JavaScript does not.
      const translated = source
        .replaceAll('\\A', '^')
        .replaceAll('\\z', '$')
        .replaceAll('[[:alnum:]]', '[0-9A-Za-z]')
        .replaceAll('[[:alpha:]]', '[A-Za-z]')
        .replaceAll('[[:digit:]]', '[0-9]')
        .replaceAll('(?P<', '(?<');
      compiled = new RegExp(translated, 'u');
    } catch {
      try {
        compiled = new RegExp(source);
      } catch {
        compiled = undefined;
      }
    }
    patterns.set(source, compiled);
  }
  return patterns.get(source);
}

function checkString(walk: Walk, node: SchemaNode, value: string): void {
  if (node.format !== undefined) {
    const wanted = formatFault(node.format, value);
    if (wanted) report(walk, 'value', `${here(walk)} is ${show(value)}, but must be ${wanted}.`);
  }
  const { pattern, minLength, maxLength } = node;
  if (pattern !== undefined && patternOf(pattern)?.test(value) === false) {
    report(walk, 'value', `${here(walk)} is ${show(value)}, which does not match ${pattern}.`);
  }
  if (minLength === undefined && maxLength === undefined) return;
  const length = [...value].length;
  if (minLength !== undefined && length < minLength) {
    const wanted = minLength === 1 ? 'must not be empty' : `has ${length} characters and needs ${minLength}`;
    report(walk, 'value', `${here(walk)} ${wanted}.`);
  }
  if (maxLength !== undefined && length > maxLength) {
    report(walk, 'value', `${here(walk)} has ${length} characters; ${maxLength} are allowed.`);
  }
}

function checkNumber(walk: Walk, node: SchemaNode, value: number): void {
  if (node.type === 'integer' && !fitsInteger(node.format, value)) {
    report(walk, 'value', `${here(walk)} is ${value}, which does not fit ${node.format ?? 'int64'}.`);
  }
  const { minimum, maximum, multipleOf } = node;
  if (minimum !== undefined && (node.exclusiveMinimum ? value <= minimum : value < minimum)) {
    report(walk, 'value', `${here(walk)} is ${value}; ${node.exclusiveMinimum ? 'more than' : 'at least'} ${minimum}.`);
  }
  if (maximum !== undefined && (node.exclusiveMaximum ? value >= maximum : value > maximum)) {
    report(walk, 'value', `${here(walk)} is ${value}; ${node.exclusiveMaximum ? 'less than' : 'at most'} ${maximum}.`);
  }
  if (multipleOf !== undefined && Math.abs(value / multipleOf - Math.round(value / multipleOf)) > 1e-9) {
    report(walk, 'value', `${here(walk)} is ${value}, which is no multiple of ${multipleOf}.`);
  }
}

function checkList(walk: Walk, node: SchemaNode, value: readonly JsonValue[]): void {
  if (node.minItems !== undefined && value.length < node.minItems) {
    report(walk, 'value', `${here(walk)} has ${value.length} entries and needs ${node.minItems}.`);
  }
  if (node.maxItems !== undefined && value.length > node.maxItems) {
    report(walk, 'value', `${here(walk)} has ${value.length} entries; ${node.maxItems} are allowed.`);
  }
  const items = node.items === undefined ? undefined : resolve(node.items, walk.definitions);
  if (items) {
    for (let index = 0; index < value.length; index++) {
      walk.path.push(index);
      validateNode(walk, items, value[index]!);
      walk.path.pop();
    }
  }
  const type = node['x-kubernetes-list-type'];
  if (type === 'set' || node.uniqueItems) checkSet(walk, value);
  else if (type === 'map') checkListMap(walk, node, items, value);
}

function checkSet(walk: Walk, value: readonly JsonValue[]): void {
  const seen = new Set<string>();
  for (let index = 0; index < value.length; index++) {
    const key = canonical(value[index]!);
    if (seen.has(key)) report(walk, 'duplicate', `${here(walk)} has ${show(value[index]!)} twice.`, index);
    seen.add(key);
  }
}

/** Entries of a list-map are told apart by their keys, a key's default counting where it is absent. */
function checkListMap(walk: Walk, node: SchemaNode, items: SchemaNode | undefined, value: readonly JsonValue[]): void {
  const keys = node['x-kubernetes-list-map-keys'] ?? [];
  const seen = new Set<string>();
  for (let index = 0; index < value.length; index++) {
    const entry = value[index];
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) continue;
    const parts = keys.map((key) => {
      const own = Object.hasOwn(entry, key) ? (entry as JsonObject)[key] : undefined;
      const property = items?.properties?.[key];
      return own ?? (property ? resolve(property, walk.definitions).default : undefined);
    });
    if (parts.some((part) => part === undefined)) continue;
    const id = canonical(parts as JsonValue[]);
    if (seen.has(id)) {
      const named = keys.map((key, at) => `${key} ${show(parts[at]!)}`).join(', ');
      report(walk, 'duplicate', `${here(walk)} has two entries with ${named}.`, index);
    }
    seen.add(id);
  }
}

function checkObject(walk: Walk, node: SchemaNode, value: JsonObject): void {
  const { properties, additionalProperties } = node;
  for (const name of node.required ?? []) {
    if (Object.hasOwn(value, name) && (value[name] !== null || walk.structural)) continue;
    if (walk.structural && defaultOf(walk, properties?.[name]) !== undefined) continue;
    report(walk, 'required', `${here(walk)} has no ${name}, which is required.`);
  }
  const names = Object.keys(value);
  if (node.minProperties !== undefined && names.length < node.minProperties) {
    report(walk, 'value', `${here(walk)} has ${names.length} entries and needs ${node.minProperties}.`);
  }
  if (node.maxProperties !== undefined && names.length > node.maxProperties) {
    report(walk, 'value', `${here(walk)} has ${names.length} entries; ${node.maxProperties} are allowed.`);
  }
  const embedded = node['x-kubernetes-embedded-resource'] === true;
  for (const name of names) {
    const child = value[name]!;
    const known = properties && Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (known !== undefined) {
      // Clients send null for "not set"; the server drops it.
      if (child === null && !walk.structural) continue;
      if (child === null && defaultOf(walk, known) !== undefined) continue;
      descend(walk, name, known, child);
    } else if (embedded && (name === 'apiVersion' || name === 'kind' || name === 'metadata')) {
      descend(walk, name, name === 'metadata' ? { $ref: objectMeta } : { type: 'string' }, child);
    } else if (typeof additionalProperties === 'object') {
      descend(walk, name, additionalProperties, child);
    } else if (!isOpen(walk, node)) {
      reportUnknown(walk, name, properties);
    }
  }
}

function defaultOf(walk: Walk, node: SchemaNode | undefined): JsonValue | undefined {
  return node === undefined ? undefined : resolve(node, walk.definitions).default;
}

/** Whether unknown fields stay. A built-in type without fields is a marker whose fields nobody published. */
function isOpen(walk: Walk, node: SchemaNode): boolean {
  if (node['x-kubernetes-preserve-unknown-fields'] || node.additionalProperties === true) return true;
  if (walk.structural) return node.type === undefined && node.properties === undefined;
  return node.properties === undefined;
}

function descend(walk: Walk, name: string, node: SchemaNode, value: JsonValue): void {
  // Metadata is Kubernetes' own also in a custom resource: null is "not set" there.
  const inner = walk.structural && node.$ref === objectMeta ? { ...walk, structural: false } : walk;
  walk.path.push(name);
  validateNode(inner, node, value);
  walk.path.pop();
}

function reportUnknown(walk: Walk, name: string, properties: SchemaNode['properties']): void {
  const known = Object.keys(properties ?? {});
  const guess = didYouMean(name, known);
  const remedy = guess
    ? `Did you mean ${guess}?`
    : known.length > 0 && known.length <= 12
      ? `It has ${known.join(', ')}.`
      : 'The API server drops it or refuses the object.';
  report(walk, 'unknown-field', `${here(walk)} has no field ${name}. ${remedy}`, name);
}

/** Logical junctors of CRDs only judge values: they add no fields (structural schemas). */
function checkLogic(walk: Walk, node: SchemaNode, value: JsonValue): void {
  const passes = (schema: SchemaNode) => quietly(walk, schema, value).length === 0;
  for (const schema of node.allOf ?? []) walk.issues.push(...quietly(walk, schema, value));
  if (node.anyOf && !node.anyOf.some(passes)) {
    report(walk, 'value', `${here(walk)} ${alternatives(node.anyOf, 'at least one of')}`);
  }
  if (node.oneOf) {
    const count = node.oneOf.filter(passes).length;
    if (count === 0) report(walk, 'value', `${here(walk)} ${alternatives(node.oneOf, 'exactly one of')}`);
    if (count > 1) report(walk, 'value', `${here(walk)} ${alternatives(node.oneOf, 'only one of')}`);
  }
  if (node.not && passes(node.not)) {
    const { required } = node.not;
    report(walk, 'value', `${here(walk)} ${required ? `must not have ${required.join(' with ')}` : 'is not allowed'}.`);
  }
}

function alternatives(schemas: readonly SchemaNode[], word: string): string {
  const lists = schemas.map((schema) => schema.required?.join(' with '));
  return lists.every((list) => list !== undefined)
    ? `needs ${word} ${lists.join(', ')}.`
    : `must match ${word} ${schemas.length} alternatives of its schema.`;
}

/** Issues of a junctor's branch: fields that it does not mention are none of its business. */
function quietly(walk: Walk, schema: SchemaNode, value: JsonValue): readonly SchemaIssue[] {
  const issues: SchemaIssue[] = [];
  validateNode({ ...walk, issues, onRules: undefined }, schema, value);
  return issues.filter((issue) => issue.code !== 'unknown-field');
}

/** JSON with sorted keys: equal values have equal texts. */
export function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map((entry: JsonValue) => canonical(entry)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const object = value as JsonObject;
  const parts = Object.keys(object)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(object[key]!)}`);
  return `{${parts.join(',')}}`;
}

function equal(a: JsonValue, b: JsonValue): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && canonical(a) === canonical(b));
}
