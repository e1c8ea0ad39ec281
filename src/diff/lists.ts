/** Which item of an old list is which item of a new one. */
import type { FieldStep, JsonValue } from '../model.ts';
import { asObject, equal } from './path.ts';

export interface ItemPair {
  readonly before?: number;
  readonly after?: number;
  readonly step: FieldStep;
}

export interface ListMatch {
  /** Items of the new list in their order, with the removed ones after them. */
  readonly pairs: readonly ItemPair[];
  /** Pairs whose place among the kept ones changed. */
  readonly moved: ReadonlySet<ItemPair>;
}

/** Keys that identify an item, by the list's own key (Kubernetes list-map keys, CloudFormation property reference). */
const knownKeys: Readonly<Record<string, readonly (readonly string[])[]>> = {
  ports: [['name'], ['containerPort', 'protocol'], ['port', 'protocol'], ['containerPort'], ['port']],
  volumeMounts: [['mountPath']],
  volumeDevices: [['devicePath']],
  hostAliases: [['ip']],
  conditions: [['type']],
  topologySpreadConstraints: [['topologyKey', 'whenUnsatisfiable'], ['topologyKey']],
  subjects: [
    ['kind', 'namespace', 'name'],
    ['kind', 'name'],
  ],
  tolerations: [['key', 'operator', 'value', 'effect'], ['key', 'effect'], ['key']],
  matchExpressions: [['key']],
  items: [['path'], ['key'], ['kind', 'name']],
  write_files: [['path']],
  Tags: [['Key']],
  BlockDeviceMappings: [['DeviceName']],
  Statement: [['Sid']],
  SecurityGroupIngress: [['IpProtocol', 'FromPort', 'ToPort', 'CidrIp'], ['Description']],
  TargetGroupAttributes: [['Key']],
  LoadBalancerAttributes: [['Key']],
  Overrides: [['InstanceType']],
};
/** Tried for any other list, in this order. */
const commonKeys: readonly (readonly string[])[] = [
  ['name'],
  ['Name'],
  ['id'],
  ['Id'],
  ['key'],
  ['Key'],
  ['path'],
  ['PolicyName'],
  ['RuleName'],
  ['Sid'],
  ['job_name'],
  ['alert'],
  ['record'],
  ['type'],
];
/** Above this product of lengths, alignment is by position: it would be quadratic. */
const alignmentLimit = 250_000;

/** Matches the items of two lists. `key` is the key at which the list stands, '' at the root of a document. */
export function matchLists(key: string, before: readonly JsonValue[], after: readonly JsonValue[]): ListMatch {
  const keys = [...(Object.hasOwn(knownKeys, key) ? knownKeys[key]! : []), ...commonKeys].find(
    (candidate) => identifies(candidate, before) && identifies(candidate, after),
  );
  if (keys && before.length + after.length > 0) return matchBy((item) => keyText(item, keys), keys, before, after);
  if ([...before, ...after].every((item) => typeof item === 'string')) {
    const flags = matchFlags(before as readonly string[], after as readonly string[]);
    if (flags) return flags;
  }
  return align(before, after);
}

/** Whether every item is an object with scalars at all of `keys` (absent ones count as empty where there are several), each combination once. */
function identifies(keys: readonly string[], list: readonly JsonValue[]): boolean {
  const seen = new Set<string>();
  for (const item of list) {
    const object = asObject(item);
    if (!object) return false;
    const present = keys.filter((key) => Object.hasOwn(object, key));
    if (present.length === 0 || (keys.length === 1 && present.length < 1)) return false;
    if (present.some((key) => typeof object[key] === 'object' && object[key] !== null)) return false;
    const text = keyText(item, keys);
    if (seen.has(text)) return false;
    seen.add(text);
  }
  return true;
}

function keyText(item: JsonValue, keys: readonly string[]): string {
  const object = asObject(item);
  return keys
    .map((key) => (object && Object.hasOwn(object, key) ? String(object[key]) : ''))
    .filter((text) => text !== '')
    .join(' ');
}

function matchBy(
  textOf: (item: JsonValue) => string,
  keys: readonly string[],
  before: readonly JsonValue[],
  after: readonly JsonValue[],
): ListMatch {
  const old = new Map(before.map((item, index) => [textOf(item), index]));
  const pairs: ItemPair[] = [];
  const used = new Set<number>();
  after.forEach((item, index) => {
    const text = textOf(item);
    const at = old.get(text);
    if (at !== undefined) used.add(at);
    pairs.push({
      before: at,
      after: index,
      step: { kind: 'item', by: keys.length === 1 ? keys[0]! : '', value: text },
    });
  });
  before.forEach((item, index) => {
    if (used.has(index)) return;
    pairs.push({
      before: index,
      step: { kind: 'item', by: keys.length === 1 ? keys[0]! : '', value: textOf(item) },
    });
  });
  return { pairs, moved: movedPairs(pairs) };
}

/** Command-line arguments: `--flag=a` and `--flag=b` are one argument that changed, when the flag stands once in each list. */
function matchFlags(before: readonly string[], after: readonly string[]): ListMatch | undefined {
  const flagOf = (item: string) => /^(--?[A-Za-z][\w.-]*)=/.exec(item)?.[1];
  if (![...before, ...after].some((item) => flagOf(item) !== undefined)) return undefined;
  const label = (list: readonly string[]) => {
    const counts = new Map<string, number>();
    for (const item of list) {
      const flag = flagOf(item);
      if (flag !== undefined) counts.set(flag, (counts.get(flag) ?? 0) + 1);
    }
    return counts;
  };
  const [left, right] = [label(before), label(after)];
  const textOf = (item: string) => {
    const flag = flagOf(item);
    return flag !== undefined && (left.get(flag) ?? 0) <= 1 && (right.get(flag) ?? 0) <= 1 ? flag : item;
  };
  const texts = [before.map(textOf), after.map(textOf)] as const;
  if (texts.some((list) => new Set(list).size !== list.length)) return undefined;
  const match = matchBy((item) => textOf(item as string), [''], before, after);
  return match;
}

/** Longest common subsequence of equal items; between two kept ones, what is left over is paired by likeness. */
function align(before: readonly JsonValue[], after: readonly JsonValue[]): ListMatch {
  const pairs: ItemPair[] = [];
  const step = (before_: number | undefined, after_: number | undefined): FieldStep => ({
    kind: 'index',
    index: after_ ?? before_ ?? 0,
  });
  const push = (before_: number | undefined, after_: number | undefined) =>
    pairs.push({ before: before_, after: after_, step: step(before_, after_) });
  let [start, endBefore, endAfter] = [0, before.length, after.length];
  while (start < endBefore && start < endAfter && equal(before[start], after[start])) start++;
  while (endBefore > start && endAfter > start && equal(before[endBefore - 1], after[endAfter - 1])) {
    endBefore--;
    endAfter--;
  }
  for (let index = 0; index < start; index++) push(index, index);
  const anchors = commonSubsequence(before, after, start, endBefore, endAfter);
  let [i, j] = [start, start];
  for (const [a, b] of [...anchors, [endBefore, endAfter] as const]) {
    pairGap(before, after, [i, a], [j, b], push);
    if (a < endBefore || b < endAfter) push(a, b);
    [i, j] = [a + 1, b + 1];
  }
  for (let index = endBefore; index < before.length; index++) push(index, index - endBefore + endAfter);
  return { pairs, moved: new Set() };
}

function commonSubsequence(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  start: number,
  endBefore: number,
  endAfter: number,
): readonly (readonly [number, number])[] {
  const [rows, columns] = [endBefore - start, endAfter - start];
  if (rows === 0 || columns === 0 || rows * columns > alignmentLimit) return [];
  const table = Array.from({ length: rows + 1 }, () => new Uint32Array(columns + 1));
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      table[i]![j] = equal(before[start + i], after[start + j])
        ? table[i + 1]![j + 1]! + 1
        : Math.max(table[i + 1]![j]!, table[i]![j + 1]!);
    }
  }
  const result: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < rows && j < columns; ) {
    if (equal(before[start + i], after[start + j])) result.push([start + i++, start + j++]);
    else if (table[i + 1]![j]! >= table[i]![j + 1]!) i++;
    else j++;
  }
  return result;
}

/** Between two anchors: objects and lists that are at least half alike are one item that changed; the rest comes and goes. */
function pairGap(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  [fromBefore, toBefore]: readonly [number, number],
  [fromAfter, toAfter]: readonly [number, number],
  push: (before: number | undefined, after: number | undefined) => void,
): void {
  let next = fromBefore;
  for (let j = fromAfter; j < toAfter; j++) {
    let partner: number | undefined;
    for (let i = next; i < toBefore; i++) {
      if (alike(before[i]!, after[j]!)) {
        partner = i;
        break;
      }
    }
    if (partner === undefined) push(undefined, j);
    else {
      for (let i = next; i < partner; i++) push(i, undefined);
      push(partner, j);
      next = partner + 1;
    }
  }
  for (let i = next; i < toBefore; i++) push(i, undefined);
}

/** Objects with at least half of their keys in common and equal, lists of any kind; scalars are never alike. */
function alike(before: JsonValue, after: JsonValue): boolean {
  if (Array.isArray(before)) return Array.isArray(after);
  const [left, right] = [asObject(before), asObject(after)];
  if (!left || !right) return false;
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  if (keys.size === 1) return Object.keys(left)[0] === Object.keys(right)[0];
  let same = 0;
  for (const key of keys) {
    if (Object.hasOwn(left, key) && Object.hasOwn(right, key) && equal(left[key], right[key])) same++;
  }
  return same * 2 >= keys.size;
}

/** Kept pairs that are not on the longest chain of unchanged order. */
function movedPairs(pairs: readonly ItemPair[]): ReadonlySet<ItemPair> {
  const kept = pairs.filter((pair) => pair.before !== undefined && pair.after !== undefined);
  const tails: number[] = [];
  const previous = new Array<number>(kept.length).fill(-1);
  kept.forEach((pair, index) => {
    let [low, high] = [0, tails.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (kept[tails[middle]!]!.before! < pair.before!) low = middle + 1;
      else high = middle;
    }
    if (low > 0) previous[index] = tails[low - 1]!;
    tails[low] = index;
  });
  const stable = new Set<number>();
  for (let at = tails.at(-1) ?? -1; at >= 0; at = previous[at]!) stable.add(at);
  return new Set(kept.filter((_, index) => !stable.has(index)));
}
