/** What built-in functions work with: `Runtime` of `values.ts`, for the evaluation that runs now. */

import type { JsonValue } from './api.ts';
import { objectOf } from './data-objects.ts';
import { manifest, toLine } from './manifest.ts';
import { formatNumber, formatShortest } from './numbers.ts';
import { JObject } from './objects.ts';
import { add, checkNumber, compare, equals, force, typeError } from './operators.ts';
import { ARRAY_BYTES, charge, DYNAMIC_FIELD_BYTES, enter, fail, leave, OBJECT_BYTES, run } from './run.ts';
import type { Builtin } from './std/contract.ts';
import { JArray, JFunction, type Lazy, type Runtime, Thunk, typeOf, type Value } from './values.ts';

/** What an evaluation is given by its host. */
export interface Host {
  external(name: string): Value | undefined;
  native(name: string): JFunction | undefined;
  trace(line: string): void;
}

const NO_HOST: Host = { external: () => undefined, native: () => undefined, trace: () => {} };
let host: Host = NO_HOST;

/** Sets the host of the evaluation that begins, and gives back the one before. */
export function exchangeHost(next: Host): Host {
  const before = host;
  host = next;
  return before;
}

interface EngineRuntime extends Runtime {
  /** `left % right` with a string on the left. */
  format(left: string, right: Value): Value;
}

let formatBuiltin: Builtin | undefined;
export function setFormat(builtin: Builtin | undefined): void {
  formatBuiltin = builtin;
}

export const runtime: EngineRuntime = {
  force,
  string(lazy) {
    const value = force(lazy);
    return typeof value === 'string' ? value : typeError(value, 'string');
  },
  number(lazy) {
    const value = force(lazy);
    return typeof value === 'number' ? value : typeError(value, 'number');
  },
  integer(lazy) {
    const value = force(lazy);
    if (typeof value !== 'number') return typeError(value, 'number');
    return (value | 0) === value ? value : fail(`Expected an integer, but got ${formatShortest(value)}`);
  },
  boolean(lazy) {
    const value = force(lazy);
    return typeof value === 'boolean' ? value : typeError(value, 'boolean');
  },
  array(lazy) {
    const value = force(lazy);
    return value instanceof JArray ? value : typeError(value, 'array');
  },
  object(lazy) {
    const value = force(lazy);
    return value instanceof JObject ? value : typeError(value, 'object');
  },
  function(lazy) {
    const value = force(lazy);
    return value instanceof JFunction ? value : typeError(value, 'function');
  },
  type: typeOf,

  call: (callee, ...args) => callee.call(args),
  delayCall: (callee, ...args) => {
    if (run.trace !== undefined) return delayTracedCall(() => callee.call(args));
    return new Thunk(callDelayed, { callee, args }, run.library);
  },
  delay: (compute) => new Thunk(compute, undefined, run.library),
  delayField: (object, name) => new Thunk(readField, { object, name }, run.library),

  charge,
  nested(action) {
    enter();
    const result = action();
    leave();
    return result;
  },
  fail,
  equals,
  compare,
  add,
  toString: toLine,
  manifest,
  fromJson,
  formatNumber,
  checkNumber,
  objectOf,

  external(name) {
    const value = host.external(name);
    return value === undefined ? fail(`Undefined external variable: ${name}`) : value;
  },
  native: (name) => host.native(name),
  trace(text) {
    const span = run.site?.span;
    host.trace(span ? `TRACE: ${span.file}:${span.line} ${text}` : `TRACE: ${text}`);
  },
  format(left, right) {
    return formatBuiltin ? formatBuiltin.call(runtime, left, right) : fail('std.format is missing');
  },
};

/** A call that a built-in makes later: made, as far as the trace goes, where the built-in was called. */
function delayTracedCall(call: () => Value): Thunk {
  const { site } = run;
  const outer = run.trace?.calls;
  const calls = site ? { site, outer } : outer;
  return new Thunk(
    () => {
      if (run.trace) run.trace.calls = calls;
      return call();
    },
    undefined,
    run.library,
  );
}

function callDelayed(env: { callee: JFunction; args: Lazy[] }): Value {
  return env.callee.call(env.args);
}

function readField(env: { object: JObject; name: string }): Value {
  return env.object.get(env.name);
}

/** Plain JSON as a value; containers are turned into values when they are first looked at. */
export function fromJson(json: JsonValue): Value {
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) {
    charge(1, ARRAY_BYTES + 8 * json.length);
    return new JArray(json.map(fromJson));
  }
  const entries = new Map<string, Lazy>();
  for (const [key, child] of Object.entries(json)) entries.set(key, fromJson(child));
  charge(1, OBJECT_BYTES + DYNAMIC_FIELD_BYTES * entries.size);
  return objectOf(entries);
}
