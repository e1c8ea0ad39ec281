/** Small helpers over JSON values. Keys are the user's: `__proto__` and `constructor` are ordinary ones. */
import type { JsonObject, JsonValue } from '../model.ts';

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of an own key; undefined when there is none. */
export function own(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** An object without a prototype, for keys that users choose. */
export function objectOf(entries: Iterable<readonly [string, JsonValue]>): JsonObject {
  const object = Object.create(null) as Record<string, JsonValue>;
  for (const [key, value] of entries) object[key] = value;
  return object;
}

/** The value at a path; undefined when something on the way is missing. */
export function valueAt(root: JsonValue | undefined, path: readonly (string | number)[]): JsonValue | undefined {
  let value = root;
  for (const step of path) {
    if (Array.isArray(value)) value = typeof step === 'number' ? (value as readonly JsonValue[])[step] : undefined;
    else if (isObject(value)) value = own(value, String(step));
    else return undefined;
  }
  return value;
}

/** A JSON pointer (RFC 6901) of a path. */
export function pointerOf(path: readonly (string | number)[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The path of a JSON pointer in a value: steps into lists are numbers. Undefined for a pointer that is none. */
export function pathOf(pointer: string, root: JsonValue): (string | number)[] | undefined {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) return undefined;
  const path: (string | number)[] = [];
  let value: JsonValue | undefined = root;
  for (const token of pointer.slice(1).split('/')) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    const step: string | number = Array.isArray(value) && /^(?:0|[1-9][0-9]*)$/.test(key) ? Number(key) : key;
    path.push(step);
    value = valueAt(value, [step]);
  }
  return path;
}

/** A path as Jsonnet writes it: `cluster.facts["hosted-zone"].name`. */
export function dotted(path: readonly (string | number)[]): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(step)) return `[${JSON.stringify(step)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join('');
}

/** Order by code units: the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `a string`, `a list`, ... for messages. */
export function describeType(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
