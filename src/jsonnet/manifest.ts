/** Values as JSON: as plain JavaScript values, and as text in one line (what `'' + value` gives). */

import type { JsonObject, JsonValue } from './api.ts';
import { formatNumber } from './numbers.ts';
import { JObject } from './objects.ts';
import { charge, enter, fail, forceThunk, run, withFrame } from './run.ts';
import { quote } from './strings.ts';
import { sortNames } from './unicode.ts';
import { JArray, Thunk, type Value } from './values.ts';

/** What one node of output weighs, with the text that is made of it next. */
const NODE_BYTES = 64;

/** The value as plain JSON, object keys in order of code points. Forces and reads all of it. */
export function manifest(value: Value): JsonValue {
  if (typeof value === 'string') {
    run.bytes += value.length;
    return value;
  }
  if (typeof value !== 'object' || value === null) return value as JsonValue;
  if (value instanceof JArray) return value.wholeTree() ?? manifestArray(value);
  if (value instanceof JObject) return value.wholeTree() ?? manifestObject(value);
  return fail("couldn't manifest function as JSON");
}

/** As {@link manifest}, element by element. */
export function manifestArray(array: JArray): JsonValue {
  const elements = array.elements();
  enter();
  charge(elements.length, NODE_BYTES * elements.length);
  const result: JsonValue[] = new Array(elements.length);
  let index = 0;
  try {
    for (; index < elements.length; index += 1) {
      const element = elements[index]!;
      result[index] = manifest(element instanceof Thunk ? forceThunk(element) : element);
    }
  } catch (error) {
    throw withFrame(error, { name: `Array element ${index}` });
  }
  run.depth -= 1;
  return result;
}

/** As {@link manifest}, field by field. */
export function manifestObject(object: JObject): JsonValue {
  checkAssertions(object);
  const slots = object.visibleSlots();
  enter();
  charge(slots.length, NODE_BYTES * slots.length);
  const result: Record<string, JsonValue> = {};
  let index = 0;
  try {
    for (; index < slots.length; index += 1) {
      const slot = slots[index]!;
      setKey(result, slot.name, manifest(object.read(slot)));
    }
  } catch (error) {
    throw withFrame(error, { name: `Field ${quote(slots[index]!.name)}` });
  }
  run.depth -= 1;
  return result;
}

function checkAssertions(object: JObject): void {
  if (!object.shape.hasAssertions) return;
  try {
    object.checkAssertions();
  } catch (error) {
    throw withFrame(error, { name: 'Checking object assertions' });
  }
}

/** Assigns a key that may be `__proto__`, which plain assignment would take for something else. */
export function setKey(target: Record<string, JsonValue>, key: string, value: JsonValue): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    target[key] = value;
  }
}

/** JSON in one line with go-jsonnet's spaces: `{"a": [1, 2], "b": { }}`. A string stands for itself. */
export function toLine(value: Value): string {
  if (typeof value === 'string') return value;
  const text = line(manifest(value));
  charge(0, text.length);
  return text;
}

function line(value: JsonValue): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return value.length === 0 ? '[ ]' : `[${value.map(line).join(', ')}]`;
  const parts: string[] = [];
  // JavaScript lists keys that look like numbers first.
  for (const key of sortNames(Object.keys(value))) parts.push(`${quote(key)}: ${line((value as JsonObject)[key]!)}`);
  return parts.length === 0 ? '{ }' : `{${parts.join(', ')}}`;
}
