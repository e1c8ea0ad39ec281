/** Sets: sorted arrays without duplicates. The functions trust their arguments to be sets and walk them once. */

import { JArray, type Lazy, type Runtime, type Value } from '../values.ts';
import { keyFunction, slice, sort } from './arrays.ts';
import type { BuiltinTable } from './contract.ts';
import { indexed } from './types.ts';

/** As {@link keyFunction}, but `keyF` is looked at when the first key is asked for. */
function lazyKeyFunction(rt: Runtime, keyF: Lazy | undefined): (element: Lazy) => Value {
  let keyOf: ((element: Lazy) => Value) | undefined;
  return (element) => {
    keyOf ??= keyFunction(rt, keyF);
    return keyOf(element);
  };
}

/** A set's elements with keys computed on first use: a set operation does not ask for all of them. */
class Keyed {
  readonly elements: readonly Lazy[];
  private readonly source: Value;
  private readonly keys: Value[] = [];
  private readonly keyOf: (element: Lazy) => Value;
  constructor(rt: Runtime, source: Value, keyOf: (element: Lazy) => Value) {
    this.elements = indexed(rt, source);
    this.source = source;
    this.keyOf = keyOf;
  }
  key(index: number): Value {
    let key = this.keys[index];
    if (key === undefined) {
      key = this.keyOf(this.elements[index]!);
      this.keys[index] = key;
    }
    return key;
  }
  /** `list` followed by the elements from `index` on; after a string the definition's `+` gives a string. */
  appendTo(rt: Runtime, list: Lazy[], index: number): Value {
    rt.charge(0, 8 * (list.length + this.elements.length - index));
    if (!(this.source instanceof JArray)) {
      return rt.add(new JArray(list), slice(rt, this.source, index, null, null));
    }
    for (let at = index; at < this.elements.length; at += 1) list.push(this.elements[at]!);
    return new JArray(list);
  }
}

/** What a merge of two sets keeps. */
interface Kept {
  readonly onlyLeft: boolean;
  readonly both: boolean;
  readonly onlyRight: boolean;
}

/** Walks two sets in order and keeps elements of the left where they are in both. */
function merge(rt: Runtime, a: Lazy, b: Lazy, keyF: Lazy | undefined, kept: Kept): Value {
  const keyOf = lazyKeyFunction(rt, keyF);
  const leftSet = rt.force(a);
  const rightSet = rt.force(b);
  const left = new Keyed(rt, leftSet, keyOf);
  if (left.elements.length === 0 && !kept.onlyRight) return new JArray([]);
  const right = new Keyed(rt, rightSet, keyOf);
  const out: Lazy[] = [];
  let i = 0;
  let j = 0;
  while (i < left.elements.length && j < right.elements.length) {
    rt.charge(1, 8);
    const leftKey = left.key(i);
    const rightKey = right.key(j);
    if (rt.equals(leftKey, rightKey)) {
      if (kept.both) out.push(left.elements[i]!);
      i += 1;
      j += 1;
    } else if (rt.compare(leftKey, rightKey) < 0) {
      if (kept.onlyLeft) out.push(left.elements[i]!);
      i += 1;
    } else {
      if (kept.onlyRight) out.push(right.elements[j]!);
      j += 1;
    }
  }
  if (i >= left.elements.length) return kept.onlyRight ? right.appendTo(rt, out, j) : new JArray(out);
  return kept.onlyLeft ? left.appendTo(rt, out, i) : new JArray(out);
}

/** Drops each element whose key equals that of the one kept before it. */
function uniq(rt: Runtime, source: Value, keyF: Lazy | undefined): JArray {
  if (typeof source !== 'string' && !(source instanceof JArray)) {
    return rt.fail(`foldl second parameter should be string or array, got ${rt.type(source)}`);
  }
  const keyed = new Keyed(rt, source, lazyKeyFunction(rt, keyF));
  const out: Lazy[] = [];
  let last = -1;
  for (const [index, element] of keyed.elements.entries()) {
    rt.charge(1, 8);
    if (last === -1 || !rt.equals(keyed.key(last), keyed.key(index))) {
      out.push(element);
      last = index;
    }
  }
  return new JArray(out);
}

const BINARY = ['a', 'b', 'keyF?'];

export const setBuiltins: BuiltinTable = {
  uniq: { parameters: ['arr', 'keyF?'], call: (rt, arr, keyF) => uniq(rt, rt.force(arr), keyF) },
  set: {
    parameters: ['arr', 'keyF?'],
    call: (rt, arr, keyF) => uniq(rt, sort(rt, rt.array(arr), keyF), keyF),
  },
  setMember: {
    parameters: ['x', 'arr', 'keyF?'],
    call(rt, x, arr, keyF) {
      const keyOf = lazyKeyFunction(rt, keyF);
      let key: Value | undefined;
      for (const element of indexed(rt, rt.force(arr))) {
        rt.charge(1, 0);
        key ??= keyOf(x);
        const candidate = keyOf(element);
        if (rt.equals(key, candidate)) return true;
        if (rt.compare(key, candidate) < 0) return false;
      }
      return false;
    },
  },
  setUnion: {
    parameters: BINARY,
    call: (rt, a, b, keyF) => merge(rt, a, b, keyF, { onlyLeft: true, both: true, onlyRight: true }),
  },
  setInter: {
    parameters: BINARY,
    call: (rt, a, b, keyF) => merge(rt, a, b, keyF, { onlyLeft: false, both: true, onlyRight: false }),
  },
  setDiff: {
    parameters: BINARY,
    call: (rt, a, b, keyF) => merge(rt, a, b, keyF, { onlyLeft: true, both: false, onlyRight: false }),
  },
};
