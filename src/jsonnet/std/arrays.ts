/** Arrays: building, mapping, folding, searching, sorting. What a function returns stays as lazy as its definition. */

import { codePointSlice, codePoints } from '../unicode.ts';
import { JArray, type JFunction, type Lazy, type Runtime, type Value } from '../values.ts';
import type { BuiltinTable } from './contract.ts';
import { lengthOf } from './types.ts';

/** An array of `count` elements, paid for before it is made. */
export function makeArray(rt: Runtime, count: number, element: (index: number) => Lazy): JArray {
  if (count <= 0) return new JArray([]);
  rt.charge(count, 8 * count);
  const list: Lazy[] = new Array(count);
  for (let index = 0; index < count; index += 1) list[index] = element(index);
  return new JArray(list);
}

/** The elements of an array, or the characters of a string; undefined for other values. */
function elementsOf(value: Value): readonly Lazy[] | undefined {
  if (value instanceof JArray) return value.elements();
  return typeof value === 'string' ? codePoints(value) : undefined;
}

/** The checks of `map` and `mapWithIndex`, in the order of their definitions. */
function mapArguments(rt: Runtime, name: string, second: string, func: Lazy, arr: Lazy): [JFunction, readonly Lazy[]] {
  const callee = rt.force(func);
  if (rt.type(callee) !== 'function') {
    rt.fail(`std.${name} first param must be function, got ${rt.type(callee)}`);
  }
  const value = rt.force(arr);
  const elements = elementsOf(value);
  if (elements === undefined) return rt.fail(`std.${name} second param must be ${second}, got ${rt.type(value)}`);
  return [rt.function(callee), elements];
}

/** The elements that a fold goes over. */
function foldElements(rt: Runtime, name: string, arr: Lazy): readonly Lazy[] {
  const value = rt.force(arr);
  return elementsOf(value) ?? rt.fail(`${name} second parameter should be string or array, got ${rt.type(value)}`);
}

/** `std.foldl` with a step in TypeScript. */
function sumOfAll(rt: Runtime, elements: readonly Lazy[]): Value {
  // Arrays alone, the usual case, are joined without the copies of a repeated `+`.
  const joined: Lazy[] = [];
  for (const [index, element] of elements.entries()) {
    const value = rt.force(element);
    if (!(value instanceof JArray)) {
      let total: Value = rt.add(new JArray(joined), value);
      for (const rest of elements.slice(index + 1)) total = rt.add(total, rt.force(rest));
      return total;
    }
    rt.charge(value.length + 1, 8 * value.length);
    for (const item of value.elements()) joined.push(item);
  }
  return new JArray(joined);
}

function joinStrings(rt: Runtime, separator: string, elements: readonly Lazy[]): string {
  const parts: string[] = [];
  let size = 0;
  for (const element of elements) {
    const value = rt.force(element);
    if (value === null) continue;
    if (typeof value !== 'string') return rt.fail(`Unexpected type ${rt.type(value)}, expected string`);
    size += value.length + separator.length;
    parts.push(value);
  }
  rt.charge(elements.length, size);
  return parts.join(separator);
}

function joinArrays(rt: Runtime, separator: JArray, elements: readonly Lazy[]): JArray {
  const joined: Lazy[] = [];
  let first = true;
  for (const element of elements) {
    const value = rt.force(element);
    if (value === null) continue;
    const list = rt.array(value).elements();
    rt.charge(1, 8 * (list.length + separator.length));
    if (!first) for (const item of separator.elements()) joined.push(item);
    for (const item of list) joined.push(item);
    first = false;
  }
  return new JArray(joined);
}

/** `std.join(separator, array)`. */
export function join(rt: Runtime, separator: Value, array: JArray): Value {
  if (typeof separator === 'string') return joinStrings(rt, separator, array.elements());
  if (separator instanceof JArray) return joinArrays(rt, separator, array.elements());
  return rt.fail(`join first parameter should be string or array, got ${rt.type(separator)}`);
}

function deepJoin(rt: Runtime, value: Value): string {
  if (typeof value === 'string') return value;
  if (!(value instanceof JArray)) return rt.fail(`Expected string or array, got ${rt.type(value)}`);
  return joinStrings(
    rt,
    '',
    value.elements().map((element) => rt.nested(() => deepJoin(rt, rt.force(element)))),
  );
}

function flattenDeep(rt: Runtime, value: Lazy, into: Lazy[]): void {
  const forced = rt.force(value);
  rt.charge(1, 8);
  if (!(forced instanceof JArray)) {
    into.push(forced);
    return;
  }
  for (const element of forced.elements()) rt.nested(() => flattenDeep(rt, element, into));
}

/** The array without the element at `index`. */
function without(rt: Runtime, array: JArray, index: number): JArray {
  if (index < 0 || index >= array.length) {
    rt.fail(`Index ${index} out of bounds, not within [0, ${array.length})`);
  }
  rt.charge(array.length, 8 * array.length);
  return new JArray(array.elements().filter((_, position) => position !== index));
}

function indexOf(rt: Runtime, array: JArray, element: Value): number {
  return array.elements().findIndex((candidate) => {
    rt.charge(1, 0);
    return rt.equals(rt.force(candidate), element);
  });
}

/** `std.all` and `std.any`: stops at the first element that equals `stop`. */
function quantifier(rt: Runtime, name: string, arr: Lazy, stop: boolean): boolean {
  const value = rt.force(arr);
  if (!(value instanceof JArray)) return rt.fail(`${name}() parameter should be an array, got ${rt.type(value)}`);
  for (const lazy of value.elements()) {
    rt.charge(1, 0);
    const element = rt.force(lazy);
    if (typeof element !== 'boolean') {
      return rt.fail(`element "${rt.toString(element)}" of type ${rt.type(element)} is not a boolean`);
    }
    if (element === stop) return stop;
  }
  return !stop;
}

/** `std.minArray` (sign 1) and `std.maxArray` (sign -1): the first of equals wins. */
function extreme(rt: Runtime, sign: 1 | -1, arr: Lazy, keyF: Lazy | undefined, onEmpty: Lazy | undefined): Value {
  const elements = rt.array(arr).elements();
  const keyOf = keyFunction(rt, keyF);
  const [first] = elements;
  if (first === undefined) {
    return onEmpty === undefined ? rt.fail('Expected at least one element in array. Got none') : rt.force(onEmpty);
  }
  let best = rt.force(first);
  let bestKey = keyOf(first);
  for (const lazy of elements.slice(1)) {
    rt.charge(1, 0);
    const value = rt.force(lazy);
    const key = keyOf(lazy);
    if (rt.compare(bestKey, key) * sign > 0) {
      best = value;
      bestKey = key;
    }
  }
  return best;
}

/** The optional `keyF` of sorts and sets; identity where it is left out. */
export function keyFunction(rt: Runtime, keyF: Lazy | undefined): (element: Lazy) => Value {
  if (keyF === undefined) return (element) => rt.force(element);
  const callee = rt.function(keyF);
  return (element) => rt.call(callee, element);
}

/** `std.sort`: stable, keys computed once each. */
export function sort(rt: Runtime, array: JArray, keyF: Lazy | undefined): JArray {
  const keyOf = keyFunction(rt, keyF);
  const elements = array.elements();
  rt.charge(elements.length, 16 * elements.length);
  const entries = elements.map((element) => ({ element, key: keyOf(element) }));
  entries.sort((a, b) => {
    rt.charge(1, 0);
    return rt.compare(a.key, b.key);
  });
  return new JArray(entries.map((entry) => entry.element));
}

/** `std.slice` and `value[index:end:step]`. */
export function slice(rt: Runtime, indexable: Value, index: Value, end: Value, step: Value): Value {
  const length = lengthOf(rt, indexable);
  const from = index === null ? 0 : rt.number(index);
  const start = from < 0 ? Math.max(0, length + from) : from;
  const to = end === null ? length : rt.number(end);
  const stop = Math.min(to < 0 ? length + to : to, length);
  const stride = step === null ? 1 : rt.number(step);
  if (stride < 0) {
    const spell = (value: number) => rt.formatNumber(value);
    const until = to < 0 ? length + to : to;
    rt.fail(`got [${spell(start)}:${spell(until)}:${spell(stride)}] but negative steps are not supported`);
  }
  if (stride === 0) rt.fail(`got ${rt.formatNumber(stride)} but step must be greater than 0`);
  if (typeof indexable !== 'string' && !(indexable instanceof JArray)) {
    return rt.fail(`std.slice accepts a string or an array, but got: ${rt.type(indexable)}`);
  }
  if (stop <= start) return typeof indexable === 'string' ? '' : new JArray([]);
  const count = Math.ceil((stop - start) / stride);
  rt.charge(count, 8 * count);
  if (stride === 1 && Number.isInteger(start)) {
    const last = Math.ceil(stop);
    if (typeof indexable === 'string') return codePointSlice(indexable, start, last);
    return new JArray(indexable.elements().slice(start, last));
  }
  // An index with a fraction stands for the element before it.
  const elements = typeof indexable === 'string' ? codePoints(indexable) : indexable.elements();
  const picked: Lazy[] = [];
  for (let at = start; at < stop; at += stride) picked.push(elements[Math.trunc(at)]!);
  return typeof indexable === 'string' ? picked.join('') : new JArray(picked);
}

export const arrayBuiltins: BuiltinTable = {
  makeArray: {
    parameters: ['sz', 'func'],
    strict: true,
    call(rt, sz, func) {
      const count = rt.integer(sz);
      const callee = rt.function(func);
      return makeArray(rt, count, (index) => rt.delayCall(callee, index));
    },
  },
  range: {
    parameters: ['from', 'to'],
    strict: true,
    call(rt, from, to) {
      const first = rt.integer(from);
      return makeArray(rt, rt.integer(to) - first + 1, (index) => first + index);
    },
  },
  repeat: {
    parameters: ['what', 'count'],
    call(rt, what, count) {
      const value = rt.force(what);
      if (typeof value !== 'string' && !(value instanceof JArray)) {
        return rt.fail('std.repeat first argument must be an array or a string');
      }
      const times = Math.max(0, rt.integer(count));
      if (typeof value === 'string') {
        rt.charge(times, times * value.length);
        return value.repeat(times);
      }
      const elements = value.elements();
      rt.charge(times, 8 * times * elements.length);
      const list: Lazy[] = [];
      for (let turn = 0; turn < times; turn += 1) for (const element of elements) list.push(element);
      return new JArray(list);
    },
  },
  slice: {
    parameters: ['indexable', 'index', 'end', 'step'],
    call: (rt, indexable, index, end, step) =>
      slice(rt, rt.force(indexable), rt.force(index), rt.force(end), rt.force(step)),
  },
  map: {
    parameters: ['func', 'arr'],
    call(rt, func, arr) {
      const [callee, elements] = mapArguments(rt, 'map', 'array / string', func, arr);
      return makeArray(rt, elements.length, (index) => rt.delayCall(callee, elements[index]!));
    },
  },
  mapWithIndex: {
    parameters: ['func', 'arr'],
    call(rt, func, arr) {
      const [callee, elements] = mapArguments(rt, 'mapWithIndex', 'array', func, arr);
      return makeArray(rt, elements.length, (index) => rt.delayCall(callee, index, elements[index]!));
    },
  },
  filter: {
    parameters: ['func', 'arr'],
    strict: true,
    call(rt, func, arr) {
      const array = rt.array(arr);
      return filter(rt, rt.function(func), array);
    },
  },
  filterMap: {
    parameters: ['filter_func', 'map_func', 'arr'],
    call(rt, filterFunction, mapFunction, arr) {
      const keep = rt.force(filterFunction);
      if (rt.type(keep) !== 'function') {
        rt.fail(`std.filterMap first param must be function, got ${rt.type(keep)}`);
      }
      const map = rt.force(mapFunction);
      if (rt.type(map) !== 'function') {
        rt.fail(`std.filterMap second param must be function, got ${rt.type(map)}`);
      }
      const array = rt.force(arr);
      if (!(array instanceof JArray)) {
        return rt.fail(`std.filterMap third param must be array, got ${rt.type(array)}`);
      }
      const callee = rt.function(map);
      const kept = filter(rt, rt.function(keep), array).elements();
      return makeArray(rt, kept.length, (index) => rt.delayCall(callee, kept[index]!));
    },
  },
  flatMap: {
    parameters: ['func', 'arr'],
    strict: true,
    call(rt, func, arr) {
      const callee = rt.function(func);
      const value = rt.force(arr);
      if (typeof value === 'string') {
        let out = '';
        for (const char of codePoints(value)) {
          const part = rt.string(rt.call(callee, char));
          rt.charge(1, part.length);
          out += part;
        }
        return out;
      }
      if (!(value instanceof JArray)) {
        return rt.fail(`std.flatMap second param must be array / string, got ${rt.type(value)}`);
      }
      const list: Lazy[] = [];
      for (const element of value.elements()) {
        const part = rt.array(rt.call(callee, element));
        rt.charge(1, 8 * part.length);
        for (const item of part.elements()) list.push(item);
      }
      return new JArray(list);
    },
  },
  foldl: {
    parameters: ['func', 'arr', 'init'],
    strict: true,
    call(rt, func, arr, init) {
      const callee = rt.function(func);
      let total = rt.force(init);
      for (const element of foldElements(rt, 'foldl', arr)) {
        rt.charge(1, 0);
        total = rt.call(callee, total, element);
      }
      return total;
    },
  },
  foldr: {
    parameters: ['func', 'arr', 'init'],
    strict: true,
    call(rt, func, arr, init) {
      const callee = rt.function(func);
      const elements = foldElements(rt, 'foldr', arr);
      let total = rt.force(init);
      for (let index = elements.length - 1; index >= 0; index -= 1) {
        rt.charge(1, 0);
        total = rt.call(callee, elements[index]!, total);
      }
      return total;
    },
  },
  join: {
    parameters: ['sep', 'arr'],
    strict: true,
    call(rt, sep, arr) {
      const array = rt.array(arr);
      return join(rt, rt.force(sep), array);
    },
  },
  deepJoin: { parameters: ['arr'], call: (rt, arr) => deepJoin(rt, rt.force(arr)) },
  lines: {
    parameters: ['arr'],
    call: (rt, arr) => join(rt, '\n', rt.array(rt.add(rt.force(arr), new JArray([''])))),
  },
  flattenArrays: { parameters: ['arrs'], call: (rt, arrs) => sumOfAll(rt, foldElements(rt, 'foldl', arrs)) },
  flattenDeepArray: {
    parameters: ['value'],
    call(rt, value) {
      const list: Lazy[] = [];
      flattenDeep(rt, value, list);
      return new JArray(list);
    },
  },
  reverse: {
    parameters: ['arr'],
    strict: true,
    call(rt, arr) {
      const elements = rt.array(arr).elements();
      rt.charge(elements.length, 8 * elements.length);
      return new JArray([...elements].reverse());
    },
  },
  sort: {
    parameters: ['arr', 'keyF?'],
    strict: true,
    call: (rt, arr, keyF) => sort(rt, rt.array(arr), keyF),
  },
  member: {
    parameters: ['arr', 'x'],
    strict: true,
    call(rt, arr, x) {
      const value = rt.force(arr);
      if (typeof value === 'string') return value.includes(rt.string(x));
      if (!(value instanceof JArray)) return rt.fail('std.member first argument must be an array or a string');
      return indexOf(rt, value, rt.force(x)) !== -1;
    },
  },
  contains: {
    parameters: ['arr', 'elem'],
    strict: true,
    call: (rt, arr, elem) => indexOf(rt, rt.array(arr), rt.force(elem)) !== -1,
  },
  count: {
    parameters: ['arr', 'x'],
    call(rt, arr, x) {
      let count = 0;
      for (const element of rt.array(arr).elements()) {
        rt.charge(1, 0);
        if (rt.equals(rt.force(element), rt.force(x))) count += 1;
      }
      return count;
    },
  },
  find: {
    parameters: ['value', 'arr'],
    call(rt, value, arr) {
      const array = rt.force(arr);
      if (!(array instanceof JArray)) return rt.fail(`find second parameter should be an array, got ${rt.type(array)}`);
      const found: number[] = [];
      for (const [index, element] of array.elements().entries()) {
        rt.charge(1, 8);
        if (rt.equals(rt.force(element), rt.force(value))) found.push(index);
      }
      return new JArray(found);
    },
  },
  remove: {
    parameters: ['arr', 'elem'],
    strict: true,
    call(rt, arr, elem) {
      const array = rt.array(arr);
      const index = indexOf(rt, array, rt.force(elem));
      return index === -1 ? array : without(rt, array, index);
    },
  },
  removeAt: {
    parameters: ['arr', 'i'],
    strict: true,
    call(rt, arr, i) {
      const array = rt.array(arr);
      return without(rt, array, rt.integer(i));
    },
  },
  all: { parameters: ['arr'], call: (rt, arr) => quantifier(rt, 'all', arr, false) },
  any: { parameters: ['arr'], call: (rt, arr) => quantifier(rt, 'any', arr, true) },
  sum: { parameters: ['arr'], strict: true, call: (rt, arr) => total(rt, rt.array(arr)) },
  avg: {
    parameters: ['arr'],
    strict: true,
    call(rt, arr) {
      const array = rt.array(arr);
      if (array.length === 0) rt.fail('Cannot calculate average of an empty array.');
      return total(rt, array) / array.length;
    },
  },
  minArray: {
    parameters: ['arr', 'keyF?', 'onEmpty?'],
    strict: true,
    call: (rt, arr, keyF, onEmpty) => extreme(rt, 1, arr, keyF, onEmpty),
  },
  maxArray: {
    parameters: ['arr', 'keyF?', 'onEmpty?'],
    strict: true,
    call: (rt, arr, keyF, onEmpty) => extreme(rt, -1, arr, keyF, onEmpty),
  },
};

function filter(rt: Runtime, callee: JFunction, array: JArray): JArray {
  const kept: Lazy[] = [];
  for (const element of array.elements()) {
    rt.charge(1, 8);
    if (rt.boolean(rt.call(callee, element))) kept.push(element);
  }
  return new JArray(kept);
}

/** The sum of numbers. go-jsonnet lets an overflow pass here; it is an error as soon as the sum is used or printed. */
function total(rt: Runtime, array: JArray): number {
  let sum = 0;
  for (const element of array.elements()) {
    rt.charge(1, 0);
    sum += rt.number(element);
  }
  return rt.checkNumber(sum);
}
