/** Small helpers for JSON values whose keys come from people: `__proto__` is an ordinary key. */
import type { JsonObject, JsonValue } from '../model.ts';

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An empty map that any key can be written to. */
export function emptyMap(): Record<string, JsonValue> {
  return Object.create(null);
}

/** The value of an own key. */
export function ownValue<T>(object: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** A JSON pointer extended by one key (RFC 6901). */
export function childPointer(parent: string, key: string): string {
  const token = key.includes('~') || key.includes('/') ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key;
  return `${parent}/${token}`;
}

/** Tokens of a pointer, unescaped. */
export function pointerTokens(pointer: string): readonly string[] {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}
