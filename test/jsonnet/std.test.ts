/** The standard library by itself: its members, its laziness, what it reads of arguments, what it may cost. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ArgumentRead, JsonObject, JsonValue } from '../../src/jsonnet/api.ts';
import { errorOf, evaluate, resultOf } from './evaluation.ts';

/** What go-jsonnet 0.22.0 gives for std.objectFieldsAll(std), without its two internal names that begin with $. */
const MEMBERS =
  '__array_greater __array_greater_or_equal __array_less __array_less_or_equal __compare __compare_array abs acos all ' +
  'any asciiLower asciiUpper asin assertEqual atan atan2 avg base64 base64Decode base64DecodeBytes ceil char clamp ' +
  'codepoint contains cos count decodeUTF8 deepJoin deg2rad encodeUTF8 endsWith equals equalsIgnoreCase ' +
  'escapeStringBash escapeStringDollars escapeStringJson escapeStringPython escapeStringXML exp exponent extVar filter ' +
  'filterMap find findSubstr flatMap flattenArrays flattenDeepArray floor foldl foldr format get hypot id isArray ' +
  'isBoolean isDecimal isEmpty isEven isFunction isInteger isNull isNumber isObject isOdd isString join length lines ' +
  'log log10 log2 lstripChars makeArray manifestIni manifestJson manifestJsonEx manifestJsonMinified manifestPython ' +
  'manifestPythonVars manifestToml manifestTomlEx manifestXmlJsonml manifestYamlDoc manifestYamlStream mantissa map ' +
  'mapWithIndex mapWithKey max maxArray md5 member mergePatch min minArray mod modulo native objectFields ' +
  'objectFieldsAll objectFieldsEx objectHas objectHasAll objectHasEx objectKeysValues objectKeysValuesAll ' +
  'objectRemoveKey objectValues objectValuesAll parseHex parseInt parseJson parseOctal parseYaml pi pow ' +
  'primitiveEquals prune rad2deg range remove removeAt repeat resolvePath reverse round rstripChars set setDiff ' +
  'setInter setMember setUnion sha1 sha256 sha3 sha512 sign sin slice sort split splitLimit splitLimitR sqrt ' +
  'startsWith strReplace stringChars stripChars substr sum tan thisFile toString trace trim type uniq xnor xor';

test('members are those of go-jsonnet', () => {
  expect(resultOf('std.objectFieldsAll(std)')).toEqual(MEMBERS.split(' '));
});

describe('laziness: an error that nobody asks for', () => {
  test.each<[string, JsonValue]>([
    ['std.length([error "x"])', 1],
    ['std.map(function(x) error "x", [1, 2])[2:]', []],
    ['std.length(std.map(function(x) error "x", [1, 2]))', 2],
    ['std.length(std.mapWithIndex(function(i, x) error "x", [1]))', 1],
    ['std.objectFields(std.mapWithKey(function(k, v) error "x", { a: error "y" }))', ['a']],
    ['std.length(std.makeArray(3, function(i) error "x"))', 3],
    ['std.filter(function(i) true, [error "x", 2])[1]', 2],
    ['std.reverse([error "x", 2])[0]', 2],
    ['std.flattenArrays([[error "x"], [2]])[1]', 2],
    ['std.flatMap(function(x) [error "x", x], [2])[1]', 2],
    ['std.join([error "x"], [[1], [2]])[2]', 2],
    ['std.get({ a: 1 }, "a", error "x")', 1],
    ['std.objectHas({ a: error "x" }, "a")', true],
    ['std.length(std.objectValues({ a: error "x" }))', 1],
    ['std.objectKeysValues({ a: error "x" })[0].key', 'a'],
    ['std.mergePatch({ a: error "x" }, { b: 1 }).b', 1],
    ['std.objectFields(std.mergePatch({ a: error "x" }, { b: { c: 1 } }))', ['a', 'b']],
    ['std.objectRemoveKey({ a: error "x", b: 2 }, "a")', { b: 2 }],
    ['std.all([false, error "x"])', false],
    ['std.any([true, error "x"])', true],
    ['std.member([1, error "x"], 1)', true],
    ['std.setMember(1, [1, error "x"])', true],
    ['std.setInter([], [error "x"])', []],
    ['std.count([], error "x")', 0],
    ['std.repeat([error "x"], 2)[2:]', []],
    ['"%%" % [] + std.format("%(a)s", { a: 1, b: error "x" })', '%1'],
    ['std.minArray([], onEmpty=7)', 7],
    ['std.slice([error "x", 1], 1, null, null)', [1]],
    ['std.uniq([1])', [1]],
    ['std.uniq([1], function(x) error "x")', [1]],
    ['std.clamp(1, 2, error "x")', 2],
  ])('%s', (expression, expected) => {
    expect(resultOf(expression)).toEqual(expected);
  });
});

const config: JsonObject = {
  name: 'web',
  tags: { team: 'infra', tier: 'back' },
  list: [3, 1, 2],
  deep: { a: { b: 1 }, c: [{ d: 2 }] },
};

function show(read: ArgumentRead): string {
  const path = read.path.slice(1).join('.');
  return read.kind === 'has' ? `has ${path}?${read.key}` : `${read.kind} ${path}`;
}

describe('reads of arguments are no more than needed', () => {
  test.each<[string, string[]]>([
    ['std.length(config.list)', ['type list', 'length list']],
    ['std.objectHas(config, "name")', ['has ?name']],
    ['std.objectHas(config, "other")', ['has ?other']],
    ['std.get(config, "other", 1)', ['has ?other']],
    ['std.get(config, "name")', ['has ?name', 'scalar name']],
    ['std.objectFields(config.tags)', ['type tags', 'keys tags']],
    ['std.length(std.objectValues(config.tags))', ['type tags', 'keys tags']],
    ['std.objectKeysValues(config.tags)[0].key', ['type tags', 'keys tags']],
    ['std.reverse(config.list)[0]', ['type list', 'length list', 'scalar list.2']],
    ['std.map(function(x) x, config.list)[0]', ['type list', 'length list', 'scalar list.0']],
    ['std.type(config.deep)', ['type deep']],
    ['std.isArray(config.deep.c)', ['type deep', 'type deep.c']],
    ['std.mergePatch(config.tags, { team: "x" }).tier', ['type tags', 'keys tags', 'scalar tags.tier']],
    ['std.manifestJsonMinified(config.deep)', ['tree deep']],
    ['std.manifestYamlDoc(config.deep)', ['tree deep']],
    ['std.md5(std.toString(config.deep))', ['tree deep']],
    ['std.member(config.list, 3)', ['type list', 'length list', 'scalar list.0']],
    ['std.objectRemoveKey(config, "name").list[0]', ['keys ', 'type list', 'scalar list.0']],
    ['"%(team)s" % config.tags', ['type tags', 'has tags?team', 'scalar tags.team']],
  ])('%s', (expression, expected) => {
    const reads = evaluate(`function(config) ${expression}`, { config }).reads.map(show);
    // The argument itself was looked into, of course.
    expect(reads.filter((read) => read !== 'type ').sort()).toEqual([...expected].sort());
  });

  test('what a call did not read does not change its result', () => {
    const calls = Object.entries({
      get: 'std.get(config, "a", 0)',
      fields: 'std.objectFields(config)',
      values: 'std.objectValues(std.get(config, "a", { x: 1 }))',
      merge: 'std.mergePatch(config, { a: null }).b',
      first:
        'if std.objectHas(config, "a") && std.isArray(config.a) && std.length(config.a) > 0 then config.a[0] else 0',
      text: 'std.manifestJsonMinified(std.get(config, "b", 0))',
    });
    const json = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.jsonValue({ maxDepth: 2 }));
    fc.assert(
      fc.property(fc.constantFrom(...calls), json, json, ([, call], one, other) => {
        const program = `function(config) ${call}`;
        const outcome = (value: JsonValue) => {
          try {
            return evaluate(program, { config: value });
          } catch (error) {
            return { value: `error: ${(error as Error).message}`, reads: undefined };
          }
        };
        const first = outcome(one as JsonValue);
        if (first.reads?.every((read) => sameRead(read, one as JsonValue, other as JsonValue))) {
          expect(outcome(other as JsonValue).value).toEqual(first.value);
        }
      }),
      { numRuns: 200 },
    );
  });
});

/** Whether a recorded read has the same answer in two arguments. */
function sameRead(read: ArgumentRead, one: JsonValue, other: JsonValue): boolean {
  const at = (value: JsonValue): JsonValue | undefined =>
    read.path
      .slice(1)
      .reduce<JsonValue | undefined>(
        (node, key) =>
          typeof node === 'object' && node !== null && Object.hasOwn(node, key) ? (node as JsonObject)[key] : undefined,
        value,
      );
  const answer = (value: JsonValue): unknown => {
    const node = at(value);
    const keys = typeof node === 'object' && node !== null ? Object.keys(node).sort() : [];
    const type = node === undefined ? 'absent' : node === null ? 'null' : Array.isArray(node) ? 'array' : typeof node;
    if (read.kind === 'type') return type;
    if (read.kind === 'has') return [type, keys.includes(read.key)];
    if (read.kind === 'keys') return [type, keys];
    if (read.kind === 'length') return [type, type === 'string' ? (node as string).length : keys.length];
    return [type, node];
  };
  return JSON.stringify(sorted(answer(one))) === JSON.stringify(sorted(answer(other)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, child]) => [key, sorted(child)]);
}

describe('what is made is paid for before it is made', () => {
  const limits = { steps: 2_000_000, bytes: 20_000_000, depth: 500 };
  test.each([
    'std.makeArray(2000000000, function(i) i)',
    'std.range(1, 2000000000)',
    'std.repeat("abc", 2000000000)',
    'std.repeat([1, 2], 1000000000)',
    '"%2000000000d" % 1',
    '"%-2000000000s" % "x"',
    '"%.300000000d" % 1',
    '"%02000000000d" % 1',
    'std.join(std.repeat("x", 1000000), std.makeArray(1000, function(i) "y"))',
    'std.strReplace(std.repeat("x", 1000000), "x", std.repeat("y", 1000))',
    'std.foldl(function(a, i) a + a, std.range(1, 60), "ab")',
    'std.foldl(function(a, i) a + a, std.range(1, 60), [1, 2])',
    'std.foldl(function(a, i) std.flatMap(function(x) [x, x], a), std.range(1, 60), [1])',
    'std.flattenArrays(std.makeArray(100000, function(i) std.range(1, 1000)))',
    'std.manifestJsonEx(std.range(1, 100000), std.repeat(" ", 10000))',
    'std.parseYaml("a: &a [x, x, x, x, x, x, x, x]\\n" + std.join("\\n", ["%s: &%s [%s]" % [std.char(98 + i), std.char(98 + i), std.join(", ", std.makeArray(9, function(_) "*" + std.char(97 + i)))] for i in std.range(0, 9)]))',
    'std.parseJson(std.repeat("[", 100000))',
    'std.parseYaml(std.repeat("[", 100000))',
    'std.manifestJson(std.foldl(function(a, i) [a], std.range(1, 100000), 1))',
    'std.manifestYamlDoc(std.foldl(function(a, i) { a: a }, std.range(1, 100000), 1))',
    'std.manifestToml({ a: std.foldl(function(a, i) { a: a }, std.range(1, 100000), 1) })',
    'std.manifestPython(std.foldl(function(a, i) [a], std.range(1, 100000), 1))',
    'std.manifestXmlJsonml(std.foldl(function(a, i) ["a", a], std.range(1, 100000), "x"))',
    'std.prune(std.foldl(function(a, i) [a], std.range(1, 100000), 1))',
    'std.flattenDeepArray(std.foldl(function(a, i) [a], std.range(1, 100000), 1))',
    'std.deepJoin(std.foldl(function(a, i) [a], std.range(1, 100000), "x"))',
    'local x = { a: x }; std.manifestJson(x)',
    'local x = [x]; std.prune(x)',
    'local x = { a: x }; std.mergePatch(x, x)',
    'local f(x) = std.map(f, [x]); f(1)',
    'std.__compare_array(std.range(1, 3000000), std.range(1, 3000000))',
    'std.equalsIgnoreCase(std.repeat("ab(", 20000000), "x")',
  ])('%s', (expression) => {
    const { kind, message } = errorOf(expression, {}, { limits });
    expect(['limit', 'runtime']).toContain(kind);
    expect(message).not.toMatch(/call stack|heap|Invalid (string|array) length/);
  });
});

describe('long texts take time in proportion: none of these comes near the limit of a test', () => {
  test.each<[string, JsonValue]>([
    ['std.length(std.trim("x" + std.repeat(" ", 500000) + "x"))', 500002],
    ['std.length(std.stripChars("x" + std.repeat(" ", 300000) + "x", " "))', 300002],
    ['std.equalsIgnoreCase(std.repeat("aé", 300000), std.repeat("AÉ", 300000))', true],
    ['std.length(std.decodeUTF8(std.makeArray(200000, function(i) 255)))', 200000],
    ['std.length(std.split(std.repeat("a,", 300000), ","))', 300001],
    ['std.length(std.splitLimitR(std.repeat("a,", 100000), ",", 90000))', 90001],
    ['std.length(std.findSubstr("a", std.repeat("a😀", 50000)))', 50000],
    ['std.length(std.parseYaml(std.repeat("- a\\n", 50000)))', 50000],
    ['std.length(std.parseJson("[" + std.repeat("1,", 300000) + "1]"))', 300001],
    ['std.length(std.set(std.makeArray(50000, function(i) "k" + i % 1000)))', 1000],
    ['std.length(std.manifestYamlDoc({ [std.repeat("1_", 50000) + "x"]: 1 }, false, false))', 100004],
    ['std.parseInt(std.repeat("0", 100000) + "1")', 1],
  ])('%s', (expression, expected) => {
    expect(resultOf(expression)).toEqual(expected);
  });
});

describe('errors in the words of go-jsonnet', () => {
  test.each([
    ['std.substr(1, 2, 3)', 'substr first parameter should be a string, got number'],
    ['std.parseInt("x")', 'x is not a base 10 integer'],
    ['std.char(-1)', 'Codepoints must be >= 0, got -1'],
    ['std.codepoint("ab")', 'codepoint takes a string of length 1, got length 2'],
    ['std.join(1, [])', 'join first parameter should be string or array, got number'],
    ['std.join(",", ["a", 1])', 'Unexpected type number, expected string'],
    ['std.foldl(function(a, b) a, 1, 0)', 'foldl second parameter should be string or array, got number'],
    ['std.sort([1, "a"])', 'Unexpected type number, expected string'],
    ['std.map(1, [])', 'std.map first param must be function, got number'],
    ['std.extVar("x")', 'Undefined external variable: x'],
    ['std.pow(10, 400)', 'Overflow'],
    ['std.sqrt(-1)', 'Not a number'],
    ['std.mod(1, 0)', 'Division by zero.'],
    ['"%d" % "x"', 'Format required number at 0, got string'],
    ['"%(x)s" % { y: 1 }', 'No such field: x'],
    ['std.manifestJsonEx({ a: [function() 1] }, "")', 'tried to manifest function at [a 0]'],
    ['std.parseJson("[1,]")', "failed to parse JSON: invalid character ']' looking for beginning of value"],
    ['std.base64Decode("a===")', 'failed to decode: illegal base64 data at input byte 1'],
    ['std.assertEqual("a", 1)', 'Assertion failed. "a" != 1'],
    ['std.all([1])', 'element "1" of type number is not a boolean'],
    ['std.native("x")(1)', 'Unexpected type null, expected function'],
  ])('%s', (expression, message) => {
    expect(errorOf(expression).message).toBe(message);
  });
});
