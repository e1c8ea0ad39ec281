/** Objects: fields, presence, values, patches. Fields of results are read from the source when first asked for. */

import { withoutField } from '../data-objects.ts';
import type { JObject } from '../objects.ts';
import { sortNames } from '../unicode.ts';
import { JArray, type Lazy, type Runtime, type Value } from '../values.ts';
import { makeArray } from './arrays.ts';
import type { BuiltinTable } from './contract.ts';

function fieldNames(rt: Runtime, o: Lazy, includeHidden: boolean): JArray {
  const names = rt.object(o).names(includeHidden);
  return makeArray(rt, names.length, (index) => names[index]!);
}

function fieldValues(rt: Runtime, o: Lazy, includeHidden: boolean): JArray {
  const object = rt.object(o);
  const names = object.names(includeHidden);
  return makeArray(rt, names.length, (index) => rt.delayField(object, names[index]!));
}

function keysAndValues(rt: Runtime, o: Lazy, includeHidden: boolean): JArray {
  const object = rt.object(o);
  const names = object.names(includeHidden);
  return makeArray(rt, names.length, (index) => {
    const name = names[index]!;
    return rt.objectOf(
      new Map<string, Lazy>([
        ['key', name],
        ['value', rt.delayField(object, name)],
      ]),
    );
  });
}

function has(rt: Runtime, o: Lazy, f: Lazy, includeHidden: boolean): boolean {
  const object = rt.object(o);
  return object.has(rt.string(f), includeHidden);
}

/** RFC 7396 with Jsonnet's laziness: which keys the result has is known at once, their values when asked for. */
function mergePatch(rt: Runtime, target: Value, patch: Value): Value {
  if (rt.type(patch) !== 'object') return patch;
  const patchObject = rt.object(patch);
  const base = rt.type(target) === 'object' ? rt.object(target) : undefined;
  const removed = new Set<string>();
  const patchNames = patchObject.names(false);
  for (const name of patchNames) if (patchObject.get(name) === null) removed.add(name);
  const baseNames = base?.names(false) ?? [];
  const inPatch = new Set(patchNames);
  const inBase = new Set(baseNames);
  const fields = new Map<string, Lazy>();
  rt.charge(baseNames.length + patchNames.length, 8 * (baseNames.length + patchNames.length));
  for (const name of sortNames([...new Set([...baseNames, ...patchNames])])) {
    if (removed.has(name)) continue;
    if (!inPatch.has(name)) fields.set(name, rt.delayField(base!, name));
    else fields.set(name, patchedField(rt, inBase.has(name) ? base : undefined, patchObject, name));
  }
  return rt.objectOf(fields);
}

function patchedField(rt: Runtime, base: JObject | undefined, patch: JObject, name: string): Lazy {
  const value = patch.get(name);
  // Whatever is no object replaces what it patches, which then is never read.
  if (rt.type(value) !== 'object') {
    return base === undefined
      ? value
      : rt.delay(() => {
          // The definition forces both sides.
          base.get(name);
          return value;
        });
  }
  return rt.delay(() => mergePatch(rt, base === undefined ? null : base.get(name), value));
}

/** Whether `std.prune` keeps a value. */
function isContent(rt: Runtime, value: Value): boolean {
  if (value === null) return false;
  if (value instanceof JArray) return value.length > 0;
  return rt.type(value) !== 'object' || rt.object(value).names(false).length > 0;
}

function prune(rt: Runtime, value: Value): Value {
  if (value instanceof JArray) {
    const kept: Value[] = [];
    for (const element of value.elements()) {
      rt.charge(1, 8);
      const pruned = rt.nested(() => prune(rt, rt.force(element)));
      if (isContent(rt, pruned)) kept.push(pruned);
    }
    return new JArray(kept);
  }
  if (rt.type(value) !== 'object') return value;
  const object = rt.object(value);
  const fields = new Map<string, Lazy>();
  for (const name of object.names(false)) {
    rt.charge(1, 8);
    const pruned = rt.nested(() => prune(rt, object.get(name)));
    if (isContent(rt, pruned)) fields.set(name, pruned);
  }
  return rt.objectOf(fields);
}

export const objectBuiltins: BuiltinTable = {
  objectFields: { parameters: ['o'], call: (rt, o) => fieldNames(rt, o, false) },
  objectFieldsAll: { parameters: ['o'], call: (rt, o) => fieldNames(rt, o, true) },
  objectFieldsEx: {
    parameters: ['obj', 'hidden'],
    strict: true,
    call(rt, obj, hidden) {
      rt.object(obj);
      return fieldNames(rt, obj, rt.boolean(hidden));
    },
  },
  objectHas: { parameters: ['o', 'f'], call: (rt, o, f) => has(rt, o, f, false) },
  objectHasAll: { parameters: ['o', 'f'], call: (rt, o, f) => has(rt, o, f, true) },
  objectHasEx: {
    parameters: ['obj', 'fname', 'hidden'],
    strict: true,
    call(rt, obj, fname, hidden) {
      const object = rt.object(obj);
      const name = rt.string(fname);
      return object.has(name, rt.boolean(hidden));
    },
  },
  get: {
    parameters: ['o', 'f', 'default?', 'inc_hidden?'],
    call(rt, o, f, fallback, includeHidden) {
      const object = rt.object(o);
      const name = rt.string(f);
      if (object.has(name, includeHidden === undefined || rt.boolean(includeHidden))) return object.get(name);
      return fallback === undefined ? null : rt.force(fallback);
    },
  },
  objectValues: { parameters: ['o'], call: (rt, o) => fieldValues(rt, o, false) },
  objectValuesAll: { parameters: ['o'], call: (rt, o) => fieldValues(rt, o, true) },
  objectKeysValues: { parameters: ['o'], call: (rt, o) => keysAndValues(rt, o, false) },
  objectKeysValuesAll: { parameters: ['o'], call: (rt, o) => keysAndValues(rt, o, true) },
  objectRemoveKey: {
    parameters: ['obj', 'key'],
    strict: true,
    call(rt, obj, key) {
      const object = rt.object(obj);
      const name = rt.string(key);
      rt.charge(1, 64);
      return withoutField(object, name);
    },
  },
  mapWithKey: {
    parameters: ['func', 'obj'],
    call(rt, func, obj) {
      const callee = rt.force(func);
      if (rt.type(callee) !== 'function') {
        rt.fail(`std.mapWithKey first param must be function, got ${rt.type(callee)}`);
      }
      const value = rt.force(obj);
      if (rt.type(value) !== 'object') {
        rt.fail(`std.mapWithKey second param must be object, got ${rt.type(value)}`);
      }
      const object = rt.object(value);
      const names = object.names(false);
      rt.charge(names.length, 8 * names.length);
      const fields = new Map<string, Lazy>();
      for (const name of names) {
        fields.set(name, rt.delayCall(rt.function(callee), name, rt.delayField(object, name)));
      }
      return rt.objectOf(fields);
    },
  },
  mergePatch: {
    parameters: ['target', 'patch'],
    call(rt, target, patch) {
      const value = rt.force(patch);
      return rt.type(value) === 'object' ? mergePatch(rt, rt.force(target), value) : value;
    },
  },
  prune: { parameters: ['a'], call: (rt, a) => prune(rt, rt.force(a)) },
};
