/** Whether a value matches a schema, in three values: what deployment decides is unknown, never a fault. */
import type { JsonObject, JsonValue } from '../../model.ts';
import { alternatives } from './intrinsics.ts';
import { checkFormat, patternOf } from './patterns.ts';
import type { PropertyDefinitions, PropertyNode, PropertySchema } from './schema.ts';
import { hasType, presenceOf, resolveNode } from './values.ts';

export type Verdict = 'passes' | 'fails' | 'unknown';

/** Judges without reporting; used for conditions between properties. */
export function evaluate(
  template: JsonObject,
  definitions: PropertyDefinitions,
  schema: PropertySchema,
  value: JsonValue,
): Verdict {
  if (typeof schema === 'boolean') return schema ? 'passes' : 'fails';
  const node = resolveNode(schema, definitions);
  const verdicts = alternatives(template, value).map((alternative): Verdict => {
    if (alternative.kind !== 'value') return 'unknown';
    return evaluateValue(template, definitions, node, alternative.value);
  });
  const first = verdicts[0] ?? 'unknown';
  return verdicts.every((verdict) => verdict === first) ? first : 'unknown';
}

function both(a: Verdict, b: Verdict): Verdict {
  if (a === 'fails' || b === 'fails') return 'fails';
  return a === 'unknown' || b === 'unknown' ? 'unknown' : 'passes';
}

function opposite(verdict: Verdict): Verdict {
  return verdict === 'unknown' ? 'unknown' : verdict === 'passes' ? 'fails' : 'passes';
}

function holds(condition: boolean): Verdict {
  return condition ? 'passes' : 'fails';
}

function evaluateValue(
  template: JsonObject,
  definitions: PropertyDefinitions,
  node: PropertyNode,
  value: JsonValue,
): Verdict {
  const judge = (schema: PropertySchema, child: JsonValue) => evaluate(template, definitions, schema, child);
  const verdicts: Verdict[] = [];
  if (node.type !== undefined) {
    const types = typeof node.type === 'string' ? [node.type] : node.type;
    verdicts.push(holds(types.some((type) => hasType(type, value))));
  }
  if (node.enum) verdicts.push(holds(node.enum.some((entry) => String(entry) === String(value))));
  if (node.const !== undefined) verdicts.push(holds(String(node.const) === String(value)));
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    verdicts.push(evaluateScalar(node, value));
  } else if (Array.isArray(value)) {
    verdicts.push(evaluateList(template, node, value));
    if (node.items !== undefined) verdicts.push(...value.map((entry: JsonValue) => judge(node.items!, entry)));
  } else if (value !== null) {
    verdicts.push(evaluateObject(template, definitions, node, value as JsonObject));
  }
  for (const schema of node.allOf ?? []) verdicts.push(judge(schema, value));
  if (node.anyOf) {
    const all = node.anyOf.map((schema) => judge(schema, value));
    verdicts.push(all.includes('passes') ? 'passes' : all.includes('unknown') ? 'unknown' : 'fails');
  }
  if (node.oneOf) {
    const all = node.oneOf.map((schema) => judge(schema, value));
    const sure = all.filter((verdict) => verdict === 'passes').length;
    verdicts.push(sure > 1 ? 'fails' : all.includes('unknown') ? 'unknown' : holds(sure === 1));
  }
  if (node.not !== undefined) verdicts.push(opposite(judge(node.not, value)));
  if (node.if !== undefined) {
    const test = judge(node.if, value);
    const branch = test === 'passes' ? node.then : test === 'fails' ? node.else : undefined;
    if (branch !== undefined) verdicts.push(judge(branch, value));
    else if (test === 'unknown') verdicts.push('unknown');
  }
  return verdicts.reduce(both, 'passes');
}

function evaluateScalar(node: PropertyNode, value: string | number | boolean): Verdict {
  const text = String(value);
  if (node.enumCaseInsensitive?.every((entry) => entry.toLowerCase() !== text.toLowerCase())) return 'fails';
  if (node.pattern !== undefined && patternOf(node.pattern)?.test(text) === false) return 'fails';
  if (node.format !== undefined && checkFormat(node.format, text) !== undefined) return 'fails';
  if (typeof value === 'string') {
    if (node.minLength !== undefined && text.length < node.minLength) return 'fails';
    if (node.maxLength !== undefined && text.length > node.maxLength) return 'fails';
  }
  if (!hasType('number', value)) return 'passes';
  const number = Number(value);
  return holds(
    !(node.minimum !== undefined && number < node.minimum) &&
      !(node.maximum !== undefined && number > node.maximum) &&
      !(node.exclusiveMinimum !== undefined && number <= node.exclusiveMinimum) &&
      !(node.exclusiveMaximum !== undefined && number >= node.exclusiveMaximum) &&
      !(node.multipleOf !== undefined && number % node.multipleOf !== 0),
  );
}

function evaluateList(template: JsonObject, node: PropertyNode, value: readonly JsonValue[]): Verdict {
  const certain = value.filter((entry) => alternatives(template, entry).every(({ kind }) => kind === 'value')).length;
  if (node.minItems !== undefined && value.length < node.minItems) return 'fails';
  if (node.minItems !== undefined && certain < node.minItems && value.length > certain) return 'unknown';
  if (node.maxItems !== undefined && certain > node.maxItems) return 'fails';
  return node.maxItems !== undefined && value.length > node.maxItems ? 'unknown' : 'passes';
}

function evaluateObject(
  template: JsonObject,
  definitions: PropertyDefinitions,
  node: PropertyNode,
  value: JsonObject,
): Verdict {
  const presence = (name: string) => presenceOf(template, value, name);
  const certainty = (name: string): Verdict =>
    (({ yes: 'passes', no: 'fails', maybe: 'unknown' }) as const)[presence(name)];
  const verdicts: Verdict[] = (node.required ?? []).map(certainty);
  for (const [name, schema] of Object.entries(node.properties ?? {})) {
    const state = presence(name);
    if (state === 'no') continue;
    const verdict = evaluate(template, definitions, schema, value[name]!);
    verdicts.push(state === 'maybe' && verdict === 'fails' ? 'unknown' : verdict);
  }
  const patterns = Object.entries(node.patternProperties ?? {});
  for (const name of Object.keys(value)) {
    if (node.properties && Object.hasOwn(node.properties, name)) continue;
    const matching = patterns.filter(([pattern]) => patternOf(pattern)?.test(name) ?? true);
    for (const [, schema] of matching) verdicts.push(evaluate(template, definitions, schema, value[name]!));
    if (matching.length === 0 && node.additionalProperties === false) verdicts.push('fails');
    else if (matching.length === 0 && typeof node.additionalProperties === 'object') {
      verdicts.push(evaluate(template, definitions, node.additionalProperties, value[name]!));
    }
    if (node.propertyNames !== undefined) verdicts.push(evaluate(template, definitions, node.propertyNames, name));
  }
  if (node.requiredXor) {
    const states = node.requiredXor.map(presence);
    const sure = states.filter((state) => state === 'yes').length;
    verdicts.push(sure > 1 ? 'fails' : states.includes('maybe') ? 'unknown' : holds(sure === 1));
  }
  for (const [name, excluded] of Object.entries(node.dependentExcluded ?? {})) {
    if (presence(name) === 'yes' && excluded.some((other) => presence(other) === 'yes')) verdicts.push('fails');
  }
  for (const [name, needed] of Object.entries(node.dependentRequired ?? {})) {
    if (presence(name) === 'yes') verdicts.push(...needed.map(certainty));
  }
  const count = Object.keys(value).length;
  if (node.minProperties !== undefined && count < node.minProperties) verdicts.push('fails');
  if (node.maxProperties !== undefined && count > node.maxProperties) verdicts.push('fails');
  return verdicts.reduce(both, 'passes');
}
