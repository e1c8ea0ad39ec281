/** Paths of changes, for people and for rules. */
import type { FieldStep, JsonObject, JsonValue } from '../model.ts';

/** `spec.template.spec.containers[name=web].image`; inside a document `data.config.yaml » server.port`. */
export function pathText(path: readonly FieldStep[]): string {
  let text = '';
  for (const step of path) {
    if (step.kind === 'key') text += text === '' || text.endsWith('» ') ? step.key : `.${step.key}`;
    else if (step.kind === 'item') text += `[${step.by === '' ? '' : `${step.by}=`}${step.value}]`;
    else if (step.kind === 'index') text += `[${step.index}]`;
    else text += ' » ';
  }
  return text.endsWith(' » ') ? text.slice(0, -3) : text;
}

/**
 * The path as rules match it: keys joined by `/`, list items as `*`, a document as `»`. Example:
 * `spec/template/spec/containers/*\/image`.
 */
export function patternOf(path: readonly FieldStep[]): string {
  return path.map((step) => (step.kind === 'key' ? step.key : step.kind === 'document' ? '»' : '*')).join('/');
}

/** Whether a path lies at or below a pattern such as `spec/selector` or `spec/template/spec/containers/*` + `/image`. */
export function isWithin(pattern: string, prefix: string): boolean {
  return pattern === prefix || pattern.startsWith(`${prefix}/`);
}

/** One step of a JSON pointer. */
export function pointerStep(key: string | number): string {
  return `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

export function asObject(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

export function asList(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

export function asString(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Own property down a path; undefined where there is none. */
export function get(value: JsonValue | undefined, ...path: readonly (string | number)[]): JsonValue | undefined {
  let current: JsonValue | undefined = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    if (Array.isArray(current)) current = typeof key === 'number' ? current[key] : undefined;
    else current = Object.hasOwn(current, key) ? (current as JsonObject)[key] : undefined;
  }
  return current;
}

/** Deep equality of JSON values; key order does not count, list order does. Shared values are equal at once. */
export function equal(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (
    typeof a !== 'object' ||
    typeof b !== 'object' ||
    a === null ||
    b === null ||
    a === undefined ||
    b === undefined
  ) {
    return false;
  }
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => equal(item, b[index]));
  }
  if (Array.isArray(b)) return false;
  const left = a as JsonObject;
  const right = b as JsonObject;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && equal(left[key], right[key]))
  );
}
