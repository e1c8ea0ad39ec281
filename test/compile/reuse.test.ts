/** A result is reused only where every recorded read has an equal answer. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EntryArguments } from '../../src/compile/arguments.ts';
import { answerOf, ReuseTrie } from '../../src/compile/reuse.ts';
import type { ArgumentRead } from '../../src/jsonnet/api.ts';
import type { JsonValue } from '../../src/model.ts';

const key = fc.constantFrom('a', 'b', '__proto__', 'constructor', 'toString');
const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<JsonValue>(null, true, false, 0, 1, '', 'x', '1', 'null'),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.array(fc.tuple(key, tie('tree')), { maxLength: 3 }).map((entries): JsonValue => {
      const object = Object.create(null) as Record<string, JsonValue>;
      for (const [name, value] of entries) object[name] = value;
      return object;
    }),
  ),
}));
const args: fc.Arbitrary<EntryArguments> = fc.record({ config: tree, cluster: tree });
const path = fc
  .tuple(fc.constantFrom('config', 'cluster'), fc.array(fc.oneof(key, fc.nat(2)), { maxLength: 3 }))
  .map(([first, rest]): (string | number)[] => [first, ...rest]);
const read: fc.Arbitrary<ArgumentRead> = fc.oneof(
  fc.record({ kind: fc.constantFrom('type', 'keys', 'length', 'scalar', 'tree'), path }),
  fc.record({ kind: fc.constant('has' as const), path, key }),
);

describe('the trie of reads', () => {
  test('finds a result that was added, and only one whose reads all agree', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(args, fc.array(read, { maxLength: 5 })), { maxLength: 6 }),
        args,
        (added, asked) => {
          const trie = new ReuseTrie<number>();
          for (const [index, [given, reads]] of added.entries()) {
            trie.add(given, reads, index);
            expect(trie.find(given)).toBeDefined();
          }
          const agrees = ([given, reads]: readonly [EntryArguments, readonly ArgumentRead[]]) =>
            reads.every((each) => answerOf(each, given) === answerOf(each, asked));
          const found = trie.find(asked);
          expect(found !== undefined).toBe(added.some(agrees));
          if (found !== undefined) expect(agrees(added[found.value]!)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('an answer tells apart what a program can tell apart', () => {
    const answers = (kind: 'type' | 'keys' | 'length' | 'scalar' | 'tree', values: readonly JsonValue[]) =>
      new Set(values.map((value) => answerOf({ kind, path: ['config'] }, { config: value }))).size;
    expect(answers('type', [null, 'x', 1, true, [], {}])).toBe(6);
    expect(answers('scalar', [null, 'null', 1, '1', true, 'true', 0, -0, ''])).toBe(9);
    expect(answers('length', ['', [], {}, 'x', ['x'], { x: 1 }])).toBe(6);
    expect(answers('keys', [{}, { a: 1 }, { b: 1 }, { a: 1, b: 1 }])).toBe(4);
    expect(
      answers('keys', [
        { a: 1, b: 2 },
        { b: 3, a: 4 },
      ]),
    ).toBe(1);
    expect(
      answers('tree', [
        { a: 1, b: [1] },
        { b: [1], a: 1 },
      ]),
    ).toBe(1);
    expect(answers('tree', [[], {}, [[]], [{}], ['1'], [1], { a: [1] }, { a: 1 }])).toBe(8);
    expect(answers('length', ['𝄞', 'x'])).toBe(1);
  });

  test('what is long is told apart too', () => {
    const answer = (value: JsonValue) => answerOf({ kind: 'tree', path: ['config'] }, { config: value });
    expect(answer(['x'.repeat(500)])).not.toBe(answer([`${'x'.repeat(499)}y`]));
    expect(answer(['x'.repeat(500)]).length).toBeLessThan(100);
  });
});
