/**
 * What Jsonnet values are in this engine.
 *
 * null, booleans, numbers and strings are JavaScript's own. Arrays, objects and functions are the classes below.
 * Wherever the language is lazy (array elements, fields, variables, arguments) a {@link Lazy} stands: either a value
 * already, or a {@link Thunk}. Nothing outside this file asks which: it calls `rt.force(lazy)`.
 */

import type { ArgumentPath, JsonValue } from './api.ts';
import type { JObject } from './objects.ts';
import { forceThunk, run, THUNK_BYTES } from './run.ts';

export type Value = null | boolean | number | string | JArray | JObject | JFunction;
export type Lazy = Value | Thunk;

/** One activation: slot 0 is the enclosing frame, the others hold variables. `compile/` assigns the slots. */
export type Frame = unknown[];

/** A compiled expression. */
export type Code = (frame: Frame) => Value;

/**
 * A delayed value. An error during `code` leaves the thunk as it was, so that the next force tries again: this is
 * what makes values that many evaluations share safe against errors and limits.
 */
export class Thunk {
  /** What computes the value; undefined once it is there. */
  code: ((env: never) => Value) | undefined;
  /** The argument of `code`. */
  env: unknown;
  value: Value = null;
  /** Made while a shared library was evaluated: forced within the library's own budget. */
  readonly library: boolean;
  constructor(code: (env: never) => Value, env: unknown, library: boolean) {
    this.code = code;
    this.env = env;
    this.library = library;
    run.bytes += THUNK_BYTES;
  }
  force(): Value {
    return forceThunk(this);
  }
}

/** An array of lazy elements. Its elements are never changed after construction. */
export class JArray {
  protected list: Lazy[];
  constructor(list: Lazy[]) {
    this.list = list;
  }
  get length(): number {
    return this.list.length;
  }
  /** The elements, unforced. Not to be changed by the caller. */
  elements(): readonly Lazy[] {
    return this.list;
  }
  /** Everything below as JSON where it is at hand: an argument as it came (recorded as read), a constant. */
  wholeTree(): JsonValue | undefined {
    return undefined;
  }
  /** The path of the argument that the array is; undefined otherwise. */
  argumentPath(): ArgumentPath | undefined {
    return undefined;
  }
  /** The element at `index`, unforced; undefined outside of the array. */
  at(index: number): Lazy | undefined {
    return this.list[index];
  }
}

/** One parameter of a function as callers see it. */
export interface ParameterInfo {
  readonly name: string;
  readonly optional: boolean;
}

/** A function value: a closure of the program, a built-in of `std`, or a native function. */
export abstract class JFunction {
  abstract readonly parameters: readonly ParameterInfo[];
  /** go-jsonnet's words for error frames: "function <f>", "builtin function <length>". */
  abstract readonly label: string;
  /** Calls with one argument per parameter, in order; undefined asks for the parameter's default. */
  abstract apply(args: readonly (Lazy | undefined)[]): Value;
  /** Calls with positional arguments, fewer than the parameters where the rest have defaults. */
  abstract call(args: readonly Lazy[]): Value;
}

/** What `std.type` says. */
export type TypeName = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object' | 'function';

/**
 * What built-in functions are given to work with. All failures are thrown: `fail` and the typed accessors throw
 * {@link JsonnetError} with go-jsonnet's words; the place is added by the engine.
 */
export interface Runtime {
  /** The value behind a lazy; evaluates it at most once. */
  force(lazy: Lazy): Value;

  /** Forces and checks the type; the error is "Unexpected type number, expected string". */
  string(lazy: Lazy): string;
  number(lazy: Lazy): number;
  /** A number that is a whole number (within 32 bits, as go-jsonnet's `getInt`). */
  integer(lazy: Lazy): number;
  boolean(lazy: Lazy): boolean;
  array(lazy: Lazy): JArray;
  object(lazy: Lazy): JObject;
  function(lazy: Lazy): JFunction;
  type(value: Value): TypeName;

  /** Calls a function value now, with positional arguments. */
  call(callee: JFunction, ...args: Lazy[]): Value;
  /** The same call, made when the result is first forced: the elements of `std.map`. */
  delayCall(callee: JFunction, ...args: Lazy[]): Lazy;
  /** Any other delayed computation. */
  delay(compute: () => Value): Lazy;
  /** The field of an object, read when first forced. */
  delayField(object: JObject, name: string): Lazy;

  /**
   * Pays for work inside a built-in: `steps` for loop turns, `bytes` for what is made (a string's length, eight per
   * array element or object field). Throws the limit's error. Charge before making something large.
   */
  charge(steps: number, bytes: number): void;
  /** Does one level of a recursion over nested values: it counts as a nested evaluation. */
  nested<T>(action: () => T): T;
  /** Ends the evaluation with a runtime error. */
  fail(message: string): never;

  /** Jsonnet's `==`; fails on functions. */
  equals(left: Value, right: Value): boolean;
  /** Jsonnet's order: negative, zero, positive. Numbers, strings and arrays only; fails on others. */
  compare(left: Value, right: Value): number;
  /** Jsonnet's `+` of two values. */
  add(left: Value, right: Value): Value;
  /** What `'' + value` gives: a string itself, anything else as JSON in one line. */
  toString(value: Value): string;
  /** The value as plain JSON; object keys in sorted order. Fails on functions. Counts as reading the whole of it. */
  manifest(value: Value): JsonValue;
  /** A Jsonnet value of plain JSON. */
  fromJson(value: JsonValue): Value;
  /** go-jsonnet's spelling of a number in output. */
  formatNumber(value: number): string;
  /** Fails with "Overflow" on infinities and "Not a number" on NaN; gives the number back otherwise. */
  checkNumber(value: number): number;

  /** An object of visible fields. The map is the object's from then on; its order does not matter. */
  objectOf(fields: Map<string, Lazy>): JObject;

  /** An external variable; fails when it is not defined. */
  external(name: string): Value;
  /** A native function or undefined. */
  native(name: string): JFunction | undefined;
  /** Gives `TRACE: file:line text` to the host, with the place of the current call. */
  trace(text: string): void;
}

export function typeOf(value: Value): TypeName {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      if (value === null) return 'null';
      if (value instanceof JArray) return 'array';
      return value instanceof JFunction ? 'function' : 'object';
  }
}
