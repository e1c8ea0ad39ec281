import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareValues } from '../../src/diff/compare.ts';
import { pathText } from '../../src/diff/path.ts';
import type { FieldChange, JsonValue } from '../../src/model.ts';

/** `kind path: before -> after`, one line a change. */
function lines(before: JsonValue, after: JsonValue): readonly string[] {
  return compareValues(before, after).map((change) => {
    const values = [change.before, change.after].map((value) => (value === undefined ? '' : JSON.stringify(value)));
    return `${change.kind} ${pathText(change.path)}: ${values.join(' -> ')}`;
  });
}

describe('compareValues', () => {
  const cases: readonly (readonly [name: string, before: JsonValue, after: JsonValue, expected: readonly string[]])[] =
    [
      ['nothing', { a: 1 }, { a: 1 }, []],
      ['key order is no change', { a: 1, b: 2 }, { b: 2, a: 1 }, []],
      ['1.3 is not 1.30', { version: '1.3' }, { version: '1.30' }, ['changed version: "1.3" -> "1.30"']],
      ['a number is not its text', { port: 80 }, { port: '80' }, ['changed port: 80 -> "80"']],
      [
        'list items by name, and their order',
        { containers: [{ name: 'a', image: 'x:1' }, { name: 'b' }] },
        { containers: [{ name: 'b' }, { name: 'a', image: 'x:2' }] },
        ['moved containers[name=b]:  -> ', 'changed containers[name=a].image: "x:1" -> "x:2"'],
      ],
      [
        'a flag that changed is one change',
        { args: ['--policy=sync', '--source=a', '--source=b'] },
        { args: ['--policy=upsert-only', '--source=a', '--source=b', '--source=c'] },
        [
          'changed args[--policy]: "--policy=sync" -> "--policy=upsert-only"',
          'added args[--source=c]:  -> "--source=c"',
        ],
      ],
      [
        'sets: order means nothing',
        { rules: [{ verbs: ['get', 'list'] }] },
        { rules: [{ verbs: ['list', 'get'] }] },
        ['reordered rules[0].verbs: ["get","list"] -> ["list","get"]'],
      ],
      [
        'quantities that mean the same',
        { resources: { requests: { memory: '1Gi', cpu: '1' } } },
        { resources: { requests: { memory: '1024Mi', cpu: '1000m' } } },
        ['rewritten resources.requests.cpu: "1" -> "1000m"', 'rewritten resources.requests.memory: "1Gi" -> "1024Mi"'],
      ],
      [
        'a quantity elsewhere is text',
        { data: { size: '1Gi' } },
        { data: { size: '1024Mi' } },
        ['changed data.size: "1Gi" -> "1024Mi"'],
      ],
      [
        'JSON inside text',
        { data: { 'a.json': '{"x": 1, "y": [1, 2]}' } },
        { data: { 'a.json': '{"y": [1, 3],\n"x": 1}' } },
        ['removed data.a.json » y[1]: 2 -> ', 'added data.a.json » y[1]:  -> 3'].reverse(),
      ],
      [
        'JSON that is only formatted anew',
        { a: '{"x": 1}' },
        { a: '{ "x": 1 }' },
        ['rewritten a: "{\\"x\\": 1}" -> "{ \\"x\\": 1 }"'],
      ],
      [
        'YAML inside text',
        { data: { 'c.yaml': 'a: 1\nb:\n  c: 2\n' } },
        { data: { 'c.yaml': 'a: 1\nb:\n  c: 3\n' } },
        ['changed data.c.yaml » b.c: 2 -> 3'],
      ],
      [
        'a policy action alone or in a list is the same',
        { PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] } },
        { PolicyDocument: { Statement: [{ Effect: 'Allow', Action: ['s3:GetObject'], Resource: '*' }] } },
        ['rewritten PolicyDocument.Statement[0].Action: "s3:GetObject" -> ["s3:GetObject"]'],
      ],
      [
        'prototype keys are keys',
        JSON.parse('{"__proto__": {"a": 1}}'),
        JSON.parse('{"__proto__": {"a": 2}}'),
        ['changed __proto__.a: 1 -> 2'],
      ],
    ];
  test.each(cases)('%s', (_, before, after, expected) => {
    expect(lines(before, after)).toEqual(expected);
  });
});

const key = fc.constantFrom('a', 'b', 'name', 'verbs', 'ports', 'x');
/** Sets are compared without regard to place, so there is no place to apply a change at: that property leaves them out. */
const jsonOf = (keys: fc.Arbitrary<string>) =>
  fc.letrec<{ node: JsonValue; leaf: JsonValue }>((tie) => ({
    leaf: fc.oneof(
      fc.constantFrom(null, true, false, 0, 1, 2, 'a', 'b', '--x=1', '--x=2'),
      fc.integer({ min: 0, max: 3 }),
    ),
    node: fc.oneof(
      { maxDepth: 4 },
      tie('leaf'),
      fc.array(tie('node'), { maxLength: 4 }),
      fc.dictionary(keys, tie('node'), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).node;
const value = jsonOf(key);
const listValue = jsonOf(fc.constantFrom('a', 'b', 'name', 'ports', 'x'));

describe('properties', () => {
  test('a thing and itself do not differ', () => {
    fc.assert(fc.property(value, (a) => compareValues(a, structuredClone(a)).length === 0));
  });

  test('no difference means equal', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        if (compareValues(a, b).length === 0) expect(normal(a)).toEqual(normal(b));
      }),
      { numRuns: 500 },
    );
  });

  test('diff(a, b) and diff(b, a) mirror', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        const forward = compareValues(a, b).map(mirrored).sort();
        const backward = compareValues(b, a).map(plainLine).sort();
        // Alignment and movement may pick another of several equally good matches: what is compared is the balance.
        expect(balance(forward)).toEqual(balance(backward));
      }),
      { numRuns: 300 },
    );
  });

  test('the changes applied to the old value give the new one', () => {
    fc.assert(
      fc.property(listValue, listValue, (a, b) => {
        expect(normal(apply(a, b, compareValues(a, b)))).toEqual(normal(b));
      }),
      { numRuns: 500 },
    );
  });
});

function normal(value_: JsonValue): unknown {
  return JSON.parse(
    JSON.stringify(value_, (_, v) =>
      v && typeof v === 'object' && !Array.isArray(v)
        ? Object.fromEntries(
            Object.keys(v)
              .sort()
              .map((k) => [k, v[k]]),
          )
        : v,
    ),
  );
}

function plainLine(change: FieldChange): string {
  return `${change.kind}`;
}
function mirrored(change: FieldChange): string {
  return change.kind === 'added' ? 'removed' : change.kind === 'removed' ? 'added' : change.kind;
}
function balance(kinds: readonly string[]): number {
  return kinds.filter((kind) => kind === 'added').length - kinds.filter((kind) => kind === 'removed').length;
}

/**
 * Applies changes. The new value is used for one thing: how long its lists are and which of their places hold kept items
 * follows from the pointers of the changes alone, so a change that is missing or wrong shows.
 */
function apply(before: JsonValue, after: JsonValue, changes: readonly FieldChange[]): JsonValue {
  const root = changes.find((change) => change.path.length === 0);
  if (root) return root.after!;
  return rebuild(before, after, '', '', changes);
}

function rebuild(
  before: JsonValue,
  after: JsonValue,
  beforePointer: string,
  afterPointer: string,
  changes: readonly FieldChange[],
): JsonValue {
  const exact = changes.find(
    (change) =>
      change.beforePointer === beforePointer && change.afterPointer === afterPointer && change.after !== undefined,
  );
  if (exact) return exact.after!;
  if (Array.isArray(before)) {
    const removed = new Set(changes.flatMap((c) => (c.kind === 'removed' && c.beforePointer ? [c.beforePointer] : [])));
    const added = new Map(
      changes.flatMap((c) => (c.kind === 'added' && c.afterPointer ? [[c.afterPointer, c.after!] as const] : [])),
    );
    const moved = new Map(
      changes.flatMap((c) =>
        c.kind === 'moved' && c.afterPointer && c.beforePointer ? [[c.afterPointer, c.beforePointer] as const] : [],
      ),
    );
    const movedFrom = new Set(moved.values());
    const stay = before
      .map((_, i) => i)
      .filter((i) => !removed.has(`${beforePointer}/${i}`) && !movedFrom.has(`${beforePointer}/${i}`));
    const result: JsonValue[] = [];
    const total =
      stay.length +
      [...added.keys(), ...moved.keys()].filter(
        (pointer) => pointer.startsWith(`${afterPointer}/`) && !pointer.slice(afterPointer.length + 1).includes('/'),
      ).length;
    for (let i = 0; i < total; i++) {
      const at = `${afterPointer}/${i}`;
      if (added.has(at)) result.push(added.get(at)!);
      else {
        const from = moved.has(at) ? Number(moved.get(at)!.slice(beforePointer.length + 1)) : stay.shift()!;
        result.push(rebuild(before[from]!, (after as JsonValue[])[i]!, `${beforePointer}/${from}`, at, changes));
      }
    }
    return result;
  }
  if (typeof before === 'object' && before !== null) {
    const result: Record<string, JsonValue> = {};
    const step = (k: string) => `/${k.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    for (const [k, v] of Object.entries(before)) {
      if (changes.some((c) => c.kind === 'removed' && c.beforePointer === beforePointer + step(k))) continue;
      result[k] = rebuild(
        v,
        (after as Record<string, JsonValue>)[k]!,
        beforePointer + step(k),
        afterPointer + step(k),
        changes,
      );
    }
    for (const c of changes) {
      const parent = c.afterPointer?.slice(0, c.afterPointer.lastIndexOf('/'));
      const last = c.path.at(-1);
      if (c.kind === 'added' && parent === afterPointer && last?.kind === 'key') result[last.key] = c.after!;
    }
    return result;
  }
  return before;
}
