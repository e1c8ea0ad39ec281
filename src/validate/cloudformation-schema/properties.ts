/** Judges the properties of a resource by its type's schema, through conditions and mappings. */
import type { JsonObject, JsonValue } from '../../model.ts';
import { show, typeName } from '../kubernetes-schema/formats.ts';
import { canonical, didYouMean } from '../kubernetes-schema/walk.ts';
import { get, pointerOf, type SchemaIssue } from '../rule.ts';
import { evaluate } from './evaluate.ts';
import { type Alternative, alternatives } from './intrinsics.ts';
import { checkFormat, patternOf } from './patterns.ts';
import type { PropertyDefinitions, PropertyNode, PropertySchema, TemplateCode } from './schema.ts';
import { hasType, presenceOf, resolveNode } from './values.ts';

export interface PropertyWalk {
  readonly template: JsonObject;
  readonly definitions: PropertyDefinitions;
  readonly issues: SchemaIssue[];
  /** Paths of properties that only AWS sets, for messages. */
  readonly readOnly: readonly string[];
}

type Path = readonly (string | number)[];

function report(walk: PropertyWalk, code: TemplateCode, path: Path, message: string): void {
  walk.issues.push({ code, pointer: pointerOf(...path), message });
}

/** The property's name in messages: the path below `Properties`. */
function named(path: Path): string {
  const below = path.slice(path.indexOf('Properties') + 1).filter((part) => part !== 'Fn::If');
  return below.length === 0
    ? 'Properties'
    : below
        .map((part) => (typeof part === 'number' ? `[${part}]` : part))
        .join('.')
        .replaceAll('.[', '[');
}

/** Judges a property's value and everything below it. */
export function validateProperty(walk: PropertyWalk, schema: PropertySchema, value: JsonValue, path: Path): void {
  const node = resolveNode(schema, walk.definitions);
  for (const alternative of alternatives(walk.template, value)) {
    const at = [...path, ...alternative.path];
    if (alternative.kind === 'unknown') checkUnknown(walk, node, alternative, at);
    else if (alternative.kind === 'value') validateValue(walk, node, alternative.value, at);
  }
}

function typesOf(node: PropertyNode): readonly string[] | undefined {
  if (node.type === undefined) return undefined;
  return typeof node.type === 'string' ? [node.type] : node.type;
}

/** A function says at least whether it gives a list or a text. */
function checkUnknown(walk: PropertyWalk, node: PropertyNode, alternative: Alternative, path: Path): void {
  const types = typesOf(node);
  if (alternative.kind !== 'unknown' || !types || alternative.type === undefined) return;
  if (alternative.type === 'list' && !types.includes('array')) {
    report(
      walk,
      'property-type',
      path,
      `${named(path)} is a list, but must be ${wanted(types)}. Fn::Select takes one entry.`,
    );
  }
  if (alternative.type === 'string' && types.every((type) => type === 'array' || type === 'object')) {
    report(walk, 'property-type', path, `${named(path)} is one text, but must be ${wanted(types)}.`);
  }
}

const words: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'a map',
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
};

function wanted(types: readonly string[]): string {
  return types.map((type) => words[type] ?? type).join(' or ');
}

function validateValue(walk: PropertyWalk, node: PropertyNode, value: JsonValue, path: Path): void {
  const types = typesOf(node);
  if (value === null) {
    report(
      walk,
      'property-type',
      path,
      `${named(path)} is null: CloudFormation refuses null values. Drop it, or use AWS::NoValue.`,
    );
    return;
  }
  if (types && !types.some((type) => hasType(type, value))) {
    report(
      walk,
      'property-type',
      path,
      `${named(path)} is ${typeName(value)} (${show(value)}), but must be ${wanted(types)}.`,
    );
    return;
  }
  if (Array.isArray(value)) checkList(walk, node, value, path);
  else if (typeof value === 'object') checkObject(walk, node, value as JsonObject, path);
  else checkScalar(walk, node, value, path);
  checkJunctors(walk, node, value, path);
}

function checkScalar(walk: PropertyWalk, node: PropertyNode, value: string | number | boolean, path: Path): void {
  const fault = (message: string) => report(walk, 'property-value', path, `${named(path)} ${message}`);
  const text = String(value);
  const allowed = node.enum ?? node.enumCaseInsensitive;
  if (allowed) {
    const names = allowed.map(String);
    const found = node.enum ? names.includes(text) : names.some((name) => name.toLowerCase() === text.toLowerCase());
    if (!found) {
      const guess = didYouMean(text, names);
      const list = names.length > 30 ? `${names.slice(0, 30).join(', ')}, ...` : names.join(', ');
      fault(`is ${show(value)}, but must be one of ${list}.${guess ? ` Did you mean ${guess}?` : ''}`);
      return;
    }
  }
  if (node.const !== undefined && String(node.const) !== text)
    fault(`is ${show(value)}, but must be ${show(node.const)}.`);
  if (node.pattern !== undefined && patternOf(node.pattern)?.test(text) === false) {
    fault(`is ${show(value)}, which does not match ${node.pattern}.`);
  }
  const format = node.format === undefined ? undefined : checkFormat(node.format, text);
  if (format) fault(`is ${show(value)}, which is not ${format}.`);
  if (typeof value === 'string') {
    const length = [...value].length;
    if (node.maxLength !== undefined && length > node.maxLength) {
      fault(`has ${length} characters; ${node.maxLength} are allowed.`);
    }
    if (node.minLength !== undefined && length < node.minLength)
      fault(`has ${length} characters and needs ${node.minLength}.`);
  }
  const bounded = [node.minimum, node.maximum, node.exclusiveMinimum, node.exclusiveMaximum, node.multipleOf];
  if (bounded.every((bound) => bound === undefined) || !hasType('number', value)) return;
  const number = Number(value);
  if (node.minimum !== undefined && number < node.minimum) fault(`is ${number}; at least ${node.minimum}.`);
  if (node.maximum !== undefined && number > node.maximum) fault(`is ${number}; at most ${node.maximum}.`);
  if (node.exclusiveMinimum !== undefined && number <= node.exclusiveMinimum)
    fault(`is ${number}; more than ${node.exclusiveMinimum}.`);
  if (node.exclusiveMaximum !== undefined && number >= node.exclusiveMaximum)
    fault(`is ${number}; less than ${node.exclusiveMaximum}.`);
  if (node.multipleOf !== undefined && number % node.multipleOf !== 0)
    fault(`is ${number}, which is no multiple of ${node.multipleOf}.`);
}

function checkList(walk: PropertyWalk, node: PropertyNode, value: readonly JsonValue[], path: Path): void {
  const fault = (code: TemplateCode, message: string) => report(walk, code, path, `${named(path)} ${message}`);
  // An entry that a condition decides may be there or not; a function may stand for several entries.
  const certain = value.filter((entry) => alternatives(walk.template, entry).every(({ kind }) => kind === 'value'));
  if (node.maxItems !== undefined && certain.length > node.maxItems) {
    fault('property-value', `has ${certain.length} entries; ${node.maxItems} are allowed.`);
  }
  if (node.minItems !== undefined && value.length < node.minItems) {
    fault('property-value', `has ${value.length} entries and needs ${node.minItems}.`);
  }
  if (node.uniqueItems) {
    const seen = new Set<string>();
    value.forEach((entry, index) => {
      const key = canonical(entry);
      if (seen.has(key)) report(walk, 'property-value', [...path, index], `${named(path)} has ${show(entry)} twice.`);
      seen.add(key);
    });
  }
  if (path.at(-1) === 'Tags') checkTags(walk, value, path);
  if (node.items === undefined) return;
  for (let index = 0; index < value.length; index++) {
    validateProperty(walk, node.items, value[index]!, [...path, index]);
  }
}

/** A tag's key stands once on a resource; an Auto Scaling group's tags have the same shape. */
function checkTags(walk: PropertyWalk, value: readonly JsonValue[], path: Path): void {
  const seen = new Set<string>();
  value.forEach((entry, index) => {
    const key = get(entry, 'Key');
    if (key === undefined) return;
    const text = canonical(key);
    if (key === '') report(walk, 'property-value', [...path, index], `${named(path)} has an empty key.`);
    if (seen.has(text))
      report(walk, 'property-value', [...path, index], `${named(path)} has the key ${show(key)} twice.`);
    seen.add(text);
  });
}

function checkObject(walk: PropertyWalk, node: PropertyNode, value: JsonObject, path: Path): void {
  const properties = node.properties ?? {};
  const patterns = Object.entries(node.patternProperties ?? {});
  for (const name of Object.keys(value)) {
    const at = [...path, name];
    const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const matching =
      own === undefined ? patterns.find(([pattern]) => patternOf(pattern)?.test(name) ?? true)?.[1] : undefined;
    const schema = own ?? matching;
    if (schema !== undefined && schema !== false) validateProperty(walk, schema, value[name]!, at);
    else if (typeof node.additionalProperties === 'object')
      validateProperty(walk, node.additionalProperties, value[name]!, at);
    else if (node.additionalProperties === false) reportUnknown(walk, name, Object.keys(properties), at);
  }
  for (const name of node.required ?? []) {
    const presence = presenceOf(walk.template, value, name);
    if (presence === 'yes') continue;
    // Conditions may imply each other: beside another one, nobody knows here whether both hold.
    if (presence === 'maybe' && (path.includes('Fn::If') || isConditional(walk.template, path))) continue;
    const when = presence === 'maybe' ? ' under one of its conditions' : '';
    report(walk, 'property-required', path, `${named(path)} has no ${name}${when}, which is required.`);
  }
  const combination = (message: string) => report(walk, 'property-combination', path, `${named(path)} ${message}`);
  if (node.requiredXor) {
    const states = node.requiredXor.map((name) => presenceOf(walk.template, value, name));
    const sure = states.filter((state) => state === 'yes').length;
    if (sure > 1) combination(`has more than one of ${node.requiredXor.join(', ')}: give exactly one.`);
    else if (sure === 0 && !states.includes('maybe'))
      combination(`has none of ${node.requiredXor.join(', ')}: give exactly one.`);
  }
  if (node.requiredOr?.every((name) => presenceOf(walk.template, value, name) === 'no')) {
    combination(`has none of ${node.requiredOr.join(', ')}: give at least one.`);
  }
  for (const [name, needed] of Object.entries(node.dependentRequired ?? {})) {
    if (presenceOf(walk.template, value, name) !== 'yes') continue;
    const missing = needed.filter((other) => presenceOf(walk.template, value, other) === 'no');
    if (missing.length > 0) combination(`has ${name}, which needs ${missing.join(', ')}.`);
  }
  for (const [name, excluded] of Object.entries(node.dependentExcluded ?? {})) {
    if (presenceOf(walk.template, value, name) !== 'yes') continue;
    const present = excluded.filter((other) => presenceOf(walk.template, value, other) === 'yes');
    if (present.length > 0) combination(`has ${name}, which excludes ${present.join(', ')}.`);
  }
  const count = Object.keys(value).length;
  if (node.minProperties !== undefined && count < node.minProperties)
    combination(`has ${count} properties and needs ${node.minProperties}.`);
  if (node.maxProperties !== undefined && count > node.maxProperties)
    combination(`has ${count} properties; ${node.maxProperties} are allowed.`);
}

/** Whether the resource of this path is made under a condition. */
function isConditional(template: JsonObject, path: Path): boolean {
  return get(template, 'Resources', String(path[1]), 'Condition') !== undefined;
}

function reportUnknown(walk: PropertyWalk, name: string, known: readonly string[], path: Path): void {
  const parent = named(path.slice(0, -1));
  const full = path
    .slice(path.indexOf('Properties') + 1)
    .map((part) => (typeof part === 'number' ? '*' : part))
    .join('/');
  if (walk.readOnly.includes(full)) {
    report(walk, 'property', path, `${parent} has ${name}, which only AWS sets. Read it with Fn::GetAtt.`);
    return;
  }
  const guess = didYouMean(name, known);
  const list = known.length > 0 && known.length <= 15 ? ` It has ${known.join(', ')}.` : '';
  report(walk, 'property', path, `${parent} has no property ${name}.${guess ? ` Did you mean ${guess}?` : list}`);
}

function checkJunctors(walk: PropertyWalk, node: PropertyNode, value: JsonValue, path: Path): void {
  for (const schema of node.allOf ?? []) validateProperty(walk, schema, value, path);
  const judge = (schema: PropertySchema) => evaluate(walk.template, walk.definitions, schema, value);
  const fault = (message: string) => report(walk, 'property-combination', path, `${named(path)} ${message}`);
  if (node.anyOf?.every((schema) => judge(schema) === 'fails')) {
    fault(described(node.anyOf, 'at least one of'));
  }
  if (node.oneOf) {
    const verdicts = node.oneOf.map(judge);
    if (verdicts.every((verdict) => verdict === 'fails')) fault(described(node.oneOf, 'exactly one of'));
    else if (verdicts.filter((verdict) => verdict === 'passes').length > 1) fault(described(node.oneOf, 'only one of'));
  }
  if (node.not !== undefined && judge(node.not) === 'passes')
    fault('has a combination of properties that is not allowed.');
  if (node.if !== undefined) {
    const branch = { passes: node.then, fails: node.else, unknown: undefined }[judge(node.if)];
    if (branch !== undefined && judge(branch) === 'fails') fault('has properties that do not suit each other.');
  }
}

function described(schemas: readonly PropertySchema[], word: string): string {
  const lists = schemas.map((schema) => (typeof schema === 'object' ? schema.required?.join(' with ') : undefined));
  return lists.every((list) => list !== undefined)
    ? `needs ${word} ${lists.join(', ')}.`
    : `matches none of the ${schemas.length} forms that its schema gives, or several.`;
}
