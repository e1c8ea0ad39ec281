/** Intrinsic functions in long form, and what can be known of their values without deploying anything. */
import type { JsonObject, JsonValue } from '../../model.ts';
import { asObject, asString, get } from '../rule.ts';

export interface Intrinsic {
  readonly name: string;
  readonly argument: JsonValue;
}

/** All functions of the language; a map with one of these as its only key is a call. */
export const functionNames: ReadonlySet<string> = new Set([
  'Ref',
  'Fn::And',
  'Fn::Base64',
  'Fn::Cidr',
  'Fn::Equals',
  'Fn::FindInMap',
  'Fn::ForEach',
  'Fn::GetAtt',
  'Fn::GetAZs',
  'Fn::GetStackOutput',
  'Fn::If',
  'Fn::ImportValue',
  'Fn::Join',
  'Fn::Length',
  'Fn::Not',
  'Fn::Or',
  'Fn::Select',
  'Fn::Split',
  'Fn::Sub',
  'Fn::ToJsonString',
  'Fn::Transform',
]);

/** Pseudo parameters; `AWS::NotificationARNs` is a list. */
export const pseudoParameters: ReadonlySet<string> = new Set([
  'AWS::AccountId',
  'AWS::NotificationARNs',
  'AWS::NoValue',
  'AWS::Partition',
  'AWS::Region',
  'AWS::StackId',
  'AWS::StackName',
  'AWS::URLSuffix',
]);

/** The call that a value is; undefined for data. */
export function intrinsicOf(value: JsonValue | undefined): Intrinsic | undefined {
  const object = asObject(value);
  if (!object) return undefined;
  const keys = Object.keys(object);
  const name = keys[0];
  if (keys.length !== 1 || name === undefined) return undefined;
  return functionNames.has(name) || name.startsWith('Fn::') ? { name, argument: object[name]! } : undefined;
}

/** One value that an expression may have. `path` leads from the expression to where it stands. */
export type Alternative =
  | { readonly kind: 'value'; readonly value: JsonValue; readonly path: readonly (string | number)[] }
  /** Known when the stack is deployed. `type` where the function says it. */
  | { readonly kind: 'unknown'; readonly type?: 'string' | 'list'; readonly path: readonly (string | number)[] }
  /** `AWS::NoValue`: as if the property were not there. */
  | { readonly kind: 'absent'; readonly path: readonly (string | number)[] };

const stringFunctions = new Set(['Fn::Base64', 'Fn::Join', 'Fn::Sub', 'Fn::ToJsonString']);
const listFunctions = new Set(['Fn::Cidr', 'Fn::GetAZs', 'Fn::Split']);

/** Every value that `value` may have in this template, as far as the template says it. */
export function alternatives(template: JsonObject, value: JsonValue): readonly Alternative[] {
  return collect(template, value, [], 0);
}

function collect(
  template: JsonObject,
  value: JsonValue,
  path: readonly (string | number)[],
  depth: number,
): readonly Alternative[] {
  const call = intrinsicOf(value);
  if (!call) return [{ kind: 'value', value, path }];
  const { name, argument } = call;
  if (depth > 12) return [{ kind: 'unknown', path }];
  if (name === 'Fn::If' && Array.isArray(argument) && argument.length === 3) {
    return [1, 2].flatMap((index) =>
      collect(template, argument[index] as JsonValue, [...path, 'Fn::If', index], depth + 1),
    );
  }
  if (name === 'Ref' && argument === 'AWS::NoValue') return [{ kind: 'absent', path }];
  if (name === 'Ref') return [{ kind: 'unknown', type: typeOfRef(template, argument), path }];
  if (name === 'Fn::FindInMap') {
    const found = findInMap(template, argument);
    return found ? found.map((entry) => ({ kind: 'value', value: entry, path })) : [{ kind: 'unknown', path }];
  }
  const text = name === 'Fn::Sub' || name === 'Fn::Join' ? literalText(template, value) : undefined;
  if (text !== undefined) return [{ kind: 'value', value: text, path }];
  const type = stringFunctions.has(name) ? 'string' : listFunctions.has(name) ? 'list' : undefined;
  return [{ kind: 'unknown', type, path }];
}

function typeOfRef(template: JsonObject, name: JsonValue): 'string' | 'list' | undefined {
  if (typeof name !== 'string') return undefined;
  const parameter = get(template, 'Parameters', name);
  if (parameter !== undefined) {
    const type = asString(get(parameter, 'Type')) ?? '';
    if (type === 'CommaDelimitedList' || type.startsWith('List<') || /ListOf|<List</.test(type)) return 'list';
    return 'string';
  }
  if (name === 'AWS::NotificationARNs') return 'list';
  return pseudoParameters.has(name) || get(template, 'Resources', name) !== undefined ? 'string' : undefined;
}

/** All values that a look-up in a mapping may give; undefined when a key is only known at deployment and no map fits. */
export function findInMap(template: JsonObject, argument: JsonValue): readonly JsonValue[] | undefined {
  if (!Array.isArray(argument) || argument.length < 3) return undefined;
  const [name, first, second] = argument as readonly JsonValue[];
  const mapping = typeof name === 'string' ? asObject(get(template, 'Mappings', name)) : undefined;
  if (!mapping) return undefined;
  const rows = typeof first === 'string' ? [get(mapping, first)] : Object.values(mapping);
  const values = rows.flatMap((row) => {
    const object = asObject(row);
    if (!object) return [];
    return typeof second === 'string' ? (get(object, second) ?? []) : Object.values(object);
  });
  return values.length > 0 ? (values as readonly JsonValue[]) : undefined;
}

/** The text of a string, of a Join of texts, or of a Sub without variables; undefined when deployment decides it. */
export function literalText(template: JsonObject, value: JsonValue): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const call = intrinsicOf(value);
  if (call?.name === 'Fn::Sub' && typeof call.argument === 'string') {
    return subVariables(call.argument).length === 0 ? call.argument.replaceAll('${!', '${') : undefined;
  }
  if (call?.name === 'Fn::Join' && Array.isArray(call.argument)) {
    const [separator, parts] = call.argument as readonly JsonValue[];
    if (typeof separator !== 'string' || !Array.isArray(parts)) return undefined;
    const texts = parts.map((part: JsonValue) => literalText(template, part));
    return texts.every((text) => text !== undefined) ? texts.join(separator) : undefined;
  }
  return undefined;
}

/** Names in `${...}` of a Sub text; `${!literal}` is no variable. */
export function subVariables(text: string): readonly string[] {
  return [...text.matchAll(/\$\{([^!}][^}]*)\}/g)].map((match) => (match[1] ?? '').trim());
}
