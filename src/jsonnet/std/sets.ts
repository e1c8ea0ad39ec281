/** Sets: sorted arrays without duplicates. The functions trust their arguments to be sets and walk them once. */

import { JArray, type Lazy, type Runtime, type Value } from '../values.ts';
import { keyFunction, sort } from './arrays.ts';
import type { BuiltinTable } from './contract.ts';

/** Elements with keys computed on first use: a set operation does not ask for all of them. */
class Keyed {
  readonly elements: readonly Lazy[];
  private readonly keys: Value[] = [];
  private readonly keyOf: (element: Lazy) => Value;
  constructor(elements: readonly Lazy[], keyOf: (element: Lazy) => Value) {
    this.elements = elements;
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
}

/** What a merge of two sets keeps. */
interface Kept {
  readonly onlyLeft: boolean;
  readonly both: boolean;
  readonly onlyRight: boolean;
}

/** Walks two sets in order and keeps elements of the left where they are in both. */
function merge(rt: Runtime, a: Lazy, b: Lazy, keyF: Lazy | undefined, kept: Kept): JArray {
  const keyOf = keyFunction(rt, keyF);
  const left = new Keyed(rt.array(a).elements(), keyOf);
  const right = new Keyed(rt.array(b).elements(), keyOf);
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
  if (kept.onlyLeft) for (; i < left.elements.length; i += 1) out.push(left.elements[i]!);
  if (kept.onlyRight) for (; j < right.elements.length; j += 1) out.push(right.elements[j]!);
  rt.charge(0, 8 * out.length);
  return new JArray(out);
}

/** Drops each element whose key equals that of the one kept before it. */
function uniq(rt: Runtime, elements: readonly Lazy[], keyF: Lazy | undefined): JArray {
  const keyed = new Keyed(elements, keyFunction(rt, keyF));
  const out: Lazy[] = [];
  let last = -1;
  for (const [index, element] of elements.entries()) {
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
  uniq: { parameters: ['arr', 'keyF?'], call: (rt, arr, keyF) => uniq(rt, rt.array(arr).elements(), keyF) },
  set: {
    parameters: ['arr', 'keyF?'],
    call: (rt, arr, keyF) => uniq(rt, sort(rt, rt.array(arr), keyF).elements(), keyF),
  },
  setMember: {
    parameters: ['x', 'arr', 'keyF?'],
    call(rt, x, arr, keyF) {
      const keyOf = keyFunction(rt, keyF);
      let key: Value | undefined;
      for (const element of rt.array(arr).elements()) {
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
