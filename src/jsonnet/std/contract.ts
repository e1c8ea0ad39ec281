/**
 * How a built-in function of `std` is declared. `std/index.ts` exports the whole library as
 * `export const builtins: BuiltinTable` and the constants (`pi`, ...) as `export const constants`.
 * `std.thisFile` is the engine's: it differs by file.
 *
 * ```ts
 * substr: {
 *   parameters: ['str', 'from', 'len'],
 *   strict: true,
 *   call(rt, str, from, len) { ... rt.string(str) ... return '...'; },
 * }
 * ```
 *
 * Rules:
 * - Arguments arrive lazily: use `rt.force` or a typed accessor (`rt.string(x)`), once each, in go-jsonnet's order.
 * - A parameter whose name ends in `?` is optional; where the caller leaves it out, the argument is `undefined`.
 *   (The `?` is no part of its name.)
 * - `strict: true` says that the function forces every argument before it does anything else. The engine then passes
 *   values instead of thunks, which is faster; the accessors work on both.
 * - Results must be lazy where go-jsonnet's are: `rt.delayCall(f, x)` for the elements of `std.map`.
 * - Charge before making: `rt.charge(steps, bytes)`.
 * - Objects: `rt.object(x)`, then `object.names(false)` (visible names, sorted by code point), `object.has(name, hidden)`,
 *   `object.get(name)` (the value; fails where absent), `rt.delayField(object, name)`; make one by `rt.objectOf(map)`.
 *   `withoutField(object, name)` in `data-objects.ts` is `std.objectRemoveKey`.
 *   Arrays: `array.length`, `array.elements()`; make one by `new JArray(list)`.
 *   These record what is read of the arguments of the evaluation; never look inside of the classes.
 * - Strings are counted and cut by code point: `unicode.ts`.
 */

import type { Lazy, Runtime, Value } from '../values.ts';

export interface Builtin {
  /** Names in order; a trailing `?` marks an optional parameter. */
  readonly parameters: readonly string[];
  readonly strict?: boolean;
  /** One argument per parameter. */
  readonly call: (rt: Runtime, ...args: Lazy[]) => Value;
}

export type BuiltinTable = Readonly<Record<string, Builtin>>;
