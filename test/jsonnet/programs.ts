/**
 * Random Jsonnet programs for the comparison with go-jsonnet. The generator is typed, so that most programs evaluate;
 * a small share of wrong types, missing fields and explicit errors keeps the error paths honest.
 *
 * Types: n number, i small natural number, s string, b boolean, z null, N numbers, S strings, B booleans, A array of
 * anything, W array of arrays, O object, V anything, X value without functions; `f` and types: a function of the first
 * ones that gives the last.
 */
import fc from 'fast-check';

/** Draws: the randomness of one program. */
interface Draw {
  (below: number): number;
  readonly chance: (percent: number) => boolean;
  readonly pick: <T>(list: readonly T[]) => T;
}

interface Scope {
  readonly variables: readonly { readonly name: string; readonly type: string }[];
  /** Inside of an object: `self`, `$` and (where there is something below) `super` may be used. */
  readonly inObject: boolean;
}

/** What a member of `std` takes and gives. Every member is here: the test compares with the library's own table. */
type Signature = readonly [args: readonly string[], result: string];
export const SIGNATURES: Readonly<Record<string, Signature>> & { readonly toString: Signature } = {
  type: [['V'], 's'],
  isString: [['V'], 'b'],
  isNumber: [['V'], 'b'],
  isBoolean: [['V'], 'b'],
  isObject: [['V'], 'b'],
  isArray: [['V'], 'b'],
  isFunction: [['V'], 'b'],
  isNull: [['V'], 'b'],
  length: [['L'], 'n'],
  toString: [['X'], 's'],
  id: [['n'], 'n'],
  equals: [['X', 'X'], 'b'],
  primitiveEquals: [['P', 'P'], 'b'],
  xor: [['b', 'b'], 'b'],
  xnor: [['b', 'b'], 'b'],
  assertEqual: [['='], 'b'],
  extVar: [['E'], 's'],
  native: [['s'], 'z'],
  trace: [['s', 'n'], 'n'],
  __compare: [['n', 'n'], 'n'],
  __compare_array: [['N', 'N'], 'n'],
  __array_less: [['N', 'N'], 'b'],
  __array_greater: [['N', 'N'], 'b'],
  __array_less_or_equal: [['S', 'S'], 'b'],
  __array_greater_or_equal: [['N', 'N'], 'b'],
  ceil: [['n'], 'n'],
  floor: [['n'], 'n'],
  sqrt: [['i'], 'n'],
  sin: [['n'], '~'],
  cos: [['n'], '~'],
  tan: [['i'], '~'],
  asin: [['u'], '~'],
  acos: [['u'], '~'],
  atan: [['n'], '~'],
  atan2: [['n', 'n'], '~'],
  log: [['p'], '~'],
  log2: [['p'], '~'],
  log10: [['p'], '~'],
  exp: [['u'], '~'],
  hypot: [['n', 'n'], '~'],
  round: [['n'], 'n'],
  mantissa: [['n'], 'n'],
  exponent: [['n'], 'n'],
  pow: [['p', 'i'], 'n'],
  modulo: [['n', 'p'], 'n'],
  mod: [['n', 'p'], 'n'],
  isEven: [['n'], 'b'],
  isOdd: [['n'], 'b'],
  isInteger: [['n'], 'b'],
  isDecimal: [['n'], 'b'],
  deg2rad: [['n'], 'n'],
  rad2deg: [['n'], 'n'],
  abs: [['n'], 'n'],
  sign: [['n'], 'n'],
  max: [['n', 'n'], 'n'],
  min: [['n', 'n'], 'n'],
  clamp: [['n', 'n', 'n'], 'n'],
  substr: [['s', 'i', 'i'], 's'],
  startsWith: [['s', 's'], 'b'],
  endsWith: [['s', 's'], 'b'],
  lstripChars: [['s', 's'], 's'],
  rstripChars: [['s', 'S'], 's'],
  stripChars: [['s', 's'], 's'],
  trim: [['s'], 's'],
  stringChars: [['s'], 'S'],
  split: [['s', 't'], 'S'],
  splitLimit: [['s', 't', 'm'], 'S'],
  splitLimitR: [['s', 't', 'm'], 'S'],
  strReplace: [['s', 't', 's'], 's'],
  isEmpty: [['s'], 'b'],
  asciiUpper: [['s'], 's'],
  asciiLower: [['s'], 's'],
  equalsIgnoreCase: [['s', 's'], 'b'],
  findSubstr: [['s', 's'], 'N'],
  char: [['c'], 's'],
  codepoint: [['t'], 'n'],
  parseInt: [['d'], 'n'],
  parseOctal: [['o'], 'n'],
  parseHex: [['x'], 'n'],
  format: [['%'], 's'],
  resolvePath: [['s', 's'], 's'],
  makeArray: [['i', 'fnn'], 'N'],
  range: [['i', 'i'], 'N'],
  repeat: [['s', 'i'], 's'],
  slice: [['N', 'i', 'i', 'q'], 'N'],
  map: [['fnn', 'N'], 'N'],
  mapWithIndex: [['fnns', 'N'], 'S'],
  filter: [['fnb', 'N'], 'N'],
  filterMap: [['fnb', 'fns', 'N'], 'S'],
  flatMap: [['fnN', 'N'], 'N'],
  foldl: [['fnnn', 'N', 'n'], 'n'],
  foldr: [['fnnn', 'N', 'n'], 'n'],
  join: [['s', 'S'], 's'],
  deepJoin: [['S'], 's'],
  lines: [['S'], 's'],
  flattenArrays: [['W'], 'N'],
  flattenDeepArray: [['W'], 'N'],
  reverse: [['A'], 'A'],
  sort: [['N', 'fnn?'], 'N'],
  member: [['N', 'n'], 'b'],
  contains: [['A', 'X'], 'b'],
  count: [['N', 'n'], 'n'],
  find: [['n', 'N'], 'N'],
  remove: [['N', 'n'], 'N'],
  removeAt: [['!'], 'N'],
  all: [['B'], 'b'],
  any: [['B'], 'b'],
  sum: [['N'], 'n'],
  avg: [['M'], 'n'],
  minArray: [['M', 'fnn?'], 'n'],
  maxArray: [['M', 'fnn?'], 'n'],
  uniq: [['N', 'fnn?'], 'N'],
  set: [['S'], 'S'],
  setMember: [['n', 'T', 'fnn?'], 'b'],
  setUnion: [['T', 'T', 'fnn?'], 'N'],
  setInter: [['T', 'T'], 'N'],
  setDiff: [['T', 'T'], 'N'],
  objectFields: [['O'], 'S'],
  objectFieldsAll: [['O'], 'S'],
  objectFieldsEx: [['O', 'b'], 'S'],
  objectHas: [['O', 'k'], 'b'],
  objectHasAll: [['O', 'k'], 'b'],
  objectHasEx: [['O', 'k', 'b'], 'b'],
  get: [['O', 'k', 'V'], 'V'],
  objectValues: [['O'], 'A'],
  objectValuesAll: [['O'], 'A'],
  objectKeysValues: [['O'], 'A'],
  objectKeysValuesAll: [['O'], 'A'],
  objectRemoveKey: [['O', 'k'], 'O'],
  mapWithKey: [['fsVs', 'O'], 'O'],
  mergePatch: [['O', 'O'], 'O'],
  prune: [['X'], 'X'],
  md5: [['s'], 's'],
  sha1: [['s'], 's'],
  sha256: [['s'], 's'],
  sha512: [['s'], 's'],
  sha3: [['s'], 's'],
  base64: [['a'], 's'],
  base64Decode: [['6'], 's'],
  base64DecodeBytes: [['6'], 'N'],
  encodeUTF8: [['s'], 'N'],
  decodeUTF8: [['Y'], 's'],
  escapeStringJson: [['X'], 's'],
  escapeStringPython: [['s'], 's'],
  escapeStringBash: [['X'], 's'],
  escapeStringDollars: [['s'], 's'],
  escapeStringXML: [['s'], 's'],
  parseJson: [['J'], 'X'],
  parseYaml: [['y'], 'X'],
  manifestJson: [['X'], 's'],
  manifestJsonMinified: [['X'], 's'],
  manifestJsonEx: [['X', 's'], 's'],
  manifestYamlDoc: [['X', 'b', 'b'], 's'],
  manifestYamlStream: [['A', 'b', 'b', 'b'], 's'],
  manifestToml: [['Z'], 's'],
  manifestTomlEx: [['Z', 's'], 's'],
  manifestPython: [['X'], 's'],
  manifestPythonVars: [['O'], 's'],
  manifestIni: [['I'], 's'],
  manifestXmlJsonml: [['H'], 's'],
};

const WORDS = [
  '',
  'a',
  'b',
  'ab',
  'aba',
  'Hello',
  'x y',
  ' pad ',
  'é',
  '日本',
  '😀z',
  'a\nb',
  'tail\n',
  '"q"',
  "it's",
  '$1',
  '<&>',
];
const NAMES = ['a', 'b', 'c', 'd-e', 'true', '1', 'null', 'k.x', '__proto__'];
const NUMBERS = [
  '0',
  '1',
  '2',
  '3',
  '7',
  '10',
  '-1',
  '-2',
  '0.5',
  '-0.25',
  '1.5',
  '1e3',
  '123456',
  '1e15',
  '0.1',
  '1e-7',
  '1e21',
];
const YAML = [
  'a: 1\nb: [x, y]\n',
  '- 1\n- two\n- {three: 3}\n',
  '--- 1\n--- 2\n',
  'text: |\n  one\n  two\nfolded: >\n  one\n  two\n',
  'a: &x {b: yes}\nc: *x\n',
  '0777',
  '"quoted \\u00e9"',
  '',
  '# comment\n',
  'k: 2001-01-01\nn: ~\nf: 1.50\n',
  '1: one\ntrue: two\n',
];
const FORMATS: readonly (readonly [format: string, types: string])[] = [
  ['%s', 'X'],
  ['%5s|%-5s', 'ss'],
  ['%d', 'n'],
  ['%05d|%+d|% d', 'iii'],
  ['%x %X %#x', 'iii'],
  ['%o %#o', 'ii'],
  ['%f', 'u'],
  ['%.2f', 'n'],
  ['%08.3f', 'u'],
  ['%e', 'u'],
  ['%.3e|%E', 'uu'],
  ['%g', 'n'],
  ['%.3g|%#g', 'uu'],
  ['%c%%', 't'],
  ['%*d|%.*f', 'iiiu'],
  ['%3d', 'n'],
];

/** What the programs may import. */
export const LIBRARY_FILES: Readonly<Record<string, string>> = {
  'lib.libsonnet': '{ number: 7, text: "lib", f(x):: [x, self.number], assert self.number == 7 }',
  'text.txt': 'line é\n',
};

/** A program as text. One number chooses it: biased draws would make most programs fail. */
export function programArbitrary(): fc.Arbitrary<string> {
  return fc.noBias(fc.integer({ min: 0, max: 2 ** 32 - 1 })).map((seed) => new Generator(drawFrom(seed)).program());
}

/** A stream of numbers from a seed (mulberry32). */
function drawFrom(seed: number): Draw {
  let state = seed;
  const draw = (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
  return Object.assign(draw, {
    chance: (percent: number) => draw(100) < percent,
    pick: <T>(list: readonly T[]): T => list[draw(list.length)]!,
  });
}

class Generator {
  private readonly draw: Draw;
  private next = 0;
  /** What is left to spend: programs stay small. */
  private budget = 60;
  constructor(draw: Draw) {
    this.draw = draw;
  }

  program(): string {
    const scope: Scope = { variables: [], inObject: false };
    // Each program is mostly about a few library functions, so that all of them are met often.
    const names = Object.keys(SIGNATURES);
    const featured = [0, 1, 2].map(() => this.call(this.draw.pick(names), 2, scope));
    return `[${this.expression('X', 4, scope)}, ${this.mixins(2, scope)}, ${featured.join(', ')}]`;
  }

  private fresh(): string {
    this.next += 1;
    return `v${this.next}`;
  }

  /** An expression of a type. */
  expression(type: string, depth: number, scope: Scope): string {
    const { draw } = this;
    this.budget -= 1;
    if (draw(600) === 0) return "error 'boom'";
    if (draw(600) === 0) return this.leaf(draw.pick(['n', 's', 'z', 'A']), scope);
    if (depth <= 0 || this.budget <= 0) return this.leaf(type, scope);
    switch (draw(10)) {
      case 0:
      case 1:
        return this.leaf(type, scope);
      case 2:
        return this.local(type, depth, scope);
      case 3:
        return `(if ${this.expression('b', depth - 1, scope)} then ${this.expression(type, depth - 1, scope)} else ${this.expression(type, depth - 1, scope)})`;
      case 4:
        return this.library(type, depth, scope) ?? this.composite(type, depth, scope);
      case 5:
        return this.viaFunction(type, depth, scope);
      case 6:
        return this.viaObject(type, depth, scope);
      default:
        return this.composite(type, depth, scope);
    }
  }

  private local(type: string, depth: number, scope: Scope): string {
    const { draw } = this;
    const bound = draw.pick(['n', 's', 'b', 'N', 'O', 'X']);
    const name = this.fresh();
    const value = this.expression(bound, depth - 1, scope);
    const inner: Scope = { ...scope, variables: [...scope.variables, { name, type: bound }] };
    const body = this.expression(type, depth - 1, inner);
    if (draw.chance(15)) return `(local ${name} = ${value}; assert std.type(${name}) != 'function' : 'no'; ${body})`;
    if (draw.chance(20)) {
      const function_ = this.fresh();
      return `(local ${name} = ${value}, ${function_}(x, y=${name}) = y; ${body})`;
    }
    return `(local ${name} = ${value}; ${body})`;
  }

  private viaFunction(type: string, depth: number, scope: Scope): string {
    const { draw } = this;
    const parameter = this.fresh();
    const other = this.fresh();
    const bound = draw.pick(['n', 's', 'N']);
    const argument = this.expression(bound, depth - 1, scope);
    const inner: Scope = {
      variables: [...scope.variables, { name: parameter, type: bound }, { name: other, type: bound }],
      inObject: scope.inObject,
    };
    const body = this.expression(type, depth - 1, inner);
    const callee = `(function(${parameter}, ${other}=${parameter}) ${body})`;
    // go-jsonnet crashes on tailstrict where a default refers to a parameter.
    if (draw.chance(30)) return `${callee}(${argument}, ${other}=${argument})${draw.pick(['', ' tailstrict'])}`;
    return callee + draw.pick([`(${argument})`, `(${parameter}=${argument})`]);
  }

  private viaObject(type: string, depth: number, scope: Scope): string {
    const { draw } = this;
    const inner = { ...scope, inObject: true };
    const value = this.expression(type, depth - 1, inner);
    switch (draw(6)) {
      case 0:
        return `{ f: ${value}, g:: 1 }.f`;
      case 1:
        return `{ local l = ${value}, f: l }['f']`;
      case 2:
        return `{ f(x):: x, g: self.f(${value}) }.g`;
      case 3:
        return `({ f: ${value} } + { g: super.f }).g`;
      case 4:
        // `$` is the outermost object: only where this one is.
        return scope.inObject ? `{ f: ${value}, h: { g: 1 } }.f` : `{ f: ${value}, h: { g: $.f } }.h.g`;
      default:
        return `({ f: ${this.expression(type, depth - 1, inner)} } { f: ${value} }).f`;
    }
  }

  /** A call of a library function with this result, where there is one. */
  private library(type: string, depth: number, scope: Scope): string | undefined {
    const fitting = Object.entries(SIGNATURES).filter(
      ([, [, result]]) => result === type || (type === 'X' && result !== '~'),
    );
    return fitting.length === 0 ? undefined : this.call(this.draw.pick(fitting)[0], depth, scope);
  }

  private call(name: string, depth: number, scope: Scope): string {
    const { draw } = this;
    const [types, result] = SIGNATURES[name]!;
    const args: string[] = [];
    for (const type of types) {
      if (type.endsWith('?')) {
        if (draw.chance(50)) break;
        args.push(`keyF=${this.argument(type.slice(0, -1), depth - 1, scope)}`);
      } else {
        args.push(
          draw(60) === 0
            ? this.leaf(draw.pick(['n', 's', 'z', 'O', 'A', 'b']), scope)
            : this.argument(type, depth - 1, scope),
        );
      }
    }
    const call = `std.${name}(${args.join(', ')})`;
    // The last bit of these differs between platforms.
    return result === '~' ? `std.round(${call} * 1e6)` : call;
  }

  /** An argument: the ordinary types, and those that only make sense for certain functions. */
  private argument(type: string, depth: number, scope: Scope): string {
    const { draw } = this;
    const text = (value: string) => JSON.stringify(value);
    switch (type) {
      case 'L':
        return this.expression(draw.pick(['s', 'A', 'O', 'fnn']), depth, scope);
      case 'P':
        return this.leaf(draw.pick(['n', 's', 'b', 'z']), scope);
      case 'E':
        return "'var'";
      case '=': {
        const value = this.leaf('X', scope);
        return `${value}, ${draw.chance(90) ? value : this.leaf('n', scope)}`;
      }
      case 'u':
        return draw.pick(['0', '0.5', '-0.5', '1', '-1', '0.001', '0.99']);
      case 'p':
        return draw.pick(['1', '2', '3', '10', '0.5', '1000', '7']);
      case 'q':
        return draw.pick(['1', '2', '3', 'null']);
      case 'm':
        return draw.pick(['-1', '0', '1', '2', '3']);
      case 't':
        return text(draw.pick(['a', 'b', ' ', 'é', '😀', '\n']));
      case 'c':
        return draw.pick(['65', '97', '233', '128512', '55296', '0', '1114111']);
      case 'd':
        return text(draw.pick(['0', '12', '-7', '007', '+5', '9007199254740993', '12x', '']));
      case 'o':
        return text(draw.pick(['0', '17', '777', '8']));
      case 'x':
        return text(draw.pick(['0', 'ff', 'FF', '1a2B', 'g']));
      case 'k':
        return text(draw.pick(NAMES));
      case 'M':
        return `[${this.leaf('n', scope)}, ${this.expression('n', depth, scope)}]`;
      case 'T':
        return draw.pick(['[]', '[1]', '[1, 2, 3]', '[0, 2, 7, 10]', `std.set(${this.expression('N', depth, scope)})`]);
      case 'W':
        return `[${this.expression('N', depth, scope)}, ${this.leaf('N', scope)}]`;
      case 'B':
        return `[${this.expression('b', depth, scope)}, ${this.leaf('b', scope)}]`;
      case 'a':
        return draw.pick([text('abc'), text('hello world'), text('é'), '[0, 255, 16]', text('日'), '[]']);
      case '6':
        return text(draw.pick(['aGk=', '', 'aGVsbG8=', '/+8=', 'w6k=', '4pyT', 'a', 'a===']));
      case 'Y':
        return draw.pick(['[104, 105]', '[195, 169]', '[240, 159, 152, 128]', '[255, 65]', '[226, 130]', '[]']);
      case 'J':
        return draw.chance(85)
          ? text(
              draw.pick([
                '1',
                '"a"',
                '[1, {"a": null}]',
                '{"a": 1, "a": 2}',
                'true',
                ' [ ] ',
                '1e3',
                '"\\u00e9"',
                '{"__proto__": 1}',
              ]),
            )
          : text(draw.pick(['', '{', '[1,]', 'nul']));
      case 'y':
        return text(draw.pick(YAML));
      case 'Z':
        return draw.pick([
          '{ a: 1, b: "x", c: [1, 2], d: { e: true, f: { } } }',
          '{ t: [{ a: 1 }, { b: [] }], "q r": 1.5 }',
          `{ x: ${this.leaf('n', scope)}, y: ${this.leaf('s', scope)} }`,
          '{ }',
          '{ a: null }',
        ]);
      case 'I':
        return `{ main: { a: 1, b: ["x", 2] }, sections: { s: { k: ${this.expression('n', depth, scope)} }, e: { } } }`;
      case 'H':
        return draw.pick(['["a"]', '["a", { b: 1, c: "x" }, "t", ["br"]]', '["a", "x", ["b", { }]]']);
      case '!': {
        const index = draw(5);
        return `[1, 2, 3], ${index}`;
      }
      case '%': {
        const [format, types] = draw.pick(FORMATS);
        if (draw.chance(10))
          return `'%(a)s %(b)05.1f', { a: ${this.leaf('X', scope)}, b: ${draw.pick(['1.25', '0', '2'])} }`;
        return `${text(format)}, [${[...types].map((one) => this.argument(one, depth - 1, scope)).join(', ')}]`;
      }
      default:
        return this.expression(type, depth, scope);
    }
  }

  /** A literal or a variable. */
  private leaf(type: string, scope: Scope): string {
    const { draw } = this;
    const known = scope.variables.filter((variable) => variable.type === type);
    if (known.length > 0 && draw.chance(60)) return draw.pick(known).name;
    switch (type) {
      case 'n':
        return draw.chance(3) ? draw.pick(['-0', '1e308', '5e-324', '9007199254740991']) : draw.pick(NUMBERS);
      case 'i':
        return String(draw(6));
      case 's':
        return this.stringLiteral(draw.pick(WORDS));
      case 'b':
        return draw.pick(['true', 'false']);
      case 'z':
        return 'null';
      case 'N':
        return draw.pick(['[]', '[1]', '[3, 1, 2]', '[1, 1, 2]', '[0.5, -1]', 'std.range(1, 4)']);
      case 'S':
        return draw.pick(['[]', "['a']", "['b', 'a', 'é']", "['x', '', 'x']"]);
      case 'A':
        return draw.pick(['[]', '[1, "a", null]', '[[1], { a: 1 }]', '[true]']);
      case 'O':
        return draw.pick([
          '{ }',
          '{ a: 1 }',
          '{ a: 1, b:: 2, c::: 3 }',
          '{ a: { b: null }, "d-e": [] }',
          '{ a+: { x: 1 } }',
          '{ __proto__: 1 }',
          '{ b: self.c, c: "x" }',
        ]);
      case 'V':
      case 'X':
        return this.leaf(draw.pick(['n', 's', 'b', 'z', 'N', 'S', 'A', 'O']), scope);
      default:
        if (type.startsWith('f')) return this.functionLiteral(type, 1, scope);
        return this.argument(type, 0, scope);
    }
  }

  private stringLiteral(value: string): string {
    const { draw } = this;
    if (value.endsWith('\n') && draw.chance(50)) return `|||\n  ${value.slice(0, -1).replaceAll('\n', '\n  ')}\n|||`;
    if (!/[\n]/.test(value)) {
      const style = draw(3);
      if (style === 0 && !value.includes("'")) return `'${value}'`;
      if (style === 1) return `@'${value.replaceAll("'", "''")}'`;
    }
    return JSON.stringify(value);
  }

  private functionLiteral(type: string, depth: number, scope: Scope): string {
    const kinds = [...type.slice(1)];
    const result = kinds.pop()!;
    const names = kinds.map(() => this.fresh());
    const variables = [...scope.variables, ...kinds.map((kind, index) => ({ name: names[index]!, type: kind }))];
    const body = this.expression(result, Math.min(depth, 2), { ...scope, variables });
    return `function(${names.join(', ')}) ${body}`;
  }

  /** An operator, a literal of parts, a comprehension. */
  private composite(type: string, depth: number, scope: Scope): string {
    const { draw } = this;
    const sub = (kind: string, inner = scope) => this.expression(kind, depth - 1, inner);
    switch (type) {
      case 'n':
      case 'i':
        if (type === 'i') return `std.length(${sub(draw.pick(['s', 'N']))})`;
        return draw.pick([
          () => `(${sub('n')} ${draw.pick(['+', '-', '*'])} ${sub('n')})`,
          () => `(${sub('n')} ${draw.pick(['/', '%'])} ${draw.pick(['2', '3', '0.5'])})`,
          () => `(${draw(9)} ${draw.pick(['&', '|', '^', '<<', '>>'])} ${draw(9)})`,
          () => `${draw.pick(['-', '+', '~'])}${this.leaf('i', scope)}`,
          () => `[${sub('n')}, 2][${draw(2)}]`,
          () => `(import 'lib.libsonnet').number`,
        ])();
      case 's':
        return draw.pick([
          () => `(${sub('s')} + ${sub(draw.pick(['s', 'X']))})`,
          () => `(${draw.pick(["import 'lib.libsonnet').text", "importstr 'text.txt')"])}`,
          () => `('%s-%d' % [${sub('s')}, ${sub('i')}])`,
          () => `${JSON.stringify('héllo😀')}[${draw(7)}]`,
          () => `(${sub('s')})[${draw.pick(['0:2', '1:', ':3', '::2', ':', '-2:', ':-1'])}]`,
        ])();
      case 'b':
        return draw.pick([
          () => `(${sub('n')} ${draw.pick(['<', '<=', '>', '>=', '==', '!='])} ${sub('n')})`,
          () => `(${sub('s')} ${draw.pick(['<', '<=', '>', '>=', '==', '!='])} ${sub('s')})`,
          () => `(${sub('N')} ${draw.pick(['<', '<=', '>', '>='])} ${sub('N')})`,
          () => `(${sub('b')} ${draw.pick(['&&', '||'])} ${sub('b')})`,
          () => `!${this.leaf('b', scope)}`,
          () => `(${sub('X')} == ${sub('X')})`,
          () => `(${JSON.stringify(draw.pick(NAMES))} in ${sub('O')})`,
          () => `{ x: 'y' in super, y: 1 }.x`,
        ])();
      case 'z':
        return draw.pick(['null', `(if ${sub('b')} then null)`]);
      case 'N':
      case 'S': {
        const element = type === 'N' ? 'n' : 's';
        return draw.pick([
          () => (type === 'N' ? `(importbin 'text.txt')` : `['lib']`),
          () => `[${sub(element)}, ${sub(element)}]`,
          () => `(${sub(type)} + ${sub(type)})`,
          () => `(${sub(type)})[${draw.pick(['0:1', '1:', '::2', ':', '-1:'])}]`,
          () => {
            const name = this.fresh();
            const inner = { ...scope, variables: [...scope.variables, { name, type: element }] };
            const condition = draw.chance(40) ? ` if ${this.expression('b', 1, inner)}` : '';
            return `[${sub(element, inner)} for ${name} in ${sub(type)}${condition}]`;
          },
          () =>
            `[${element === 'n' ? 'x * y' : 'x + y'} for x in ${this.leaf(type, scope)} for y in ${this.leaf(type, scope)}]`,
        ])();
      }
      case 'A':
        return `[${sub('X')}, ${sub('X')},]`;
      case 'O':
        return this.object(depth, scope);
      case 'V':
      case 'X':
        return sub(draw.pick(['n', 's', 'b', 'N', 'S', 'A', 'O', 'O']));
      default:
        if (type.startsWith('f')) return this.functionLiteral(type, depth - 1, scope);
        return this.argument(type, depth - 1, scope);
    }
  }

  /**
   * Several layers joined: fields that refer to others through `self`, `super` and `$`, hidden and forced-visible ones,
   * `+:`, assertions, methods. `n1` refers to `n2` and so on, never back, so that no value depends on itself.
   */
  private mixins(depth: number, scope: Scope): string {
    const { draw } = this;
    const count = 2 + draw(3);
    const layers = Array.from({ length: count }, (_, index) => this.layer(index, depth, scope));
    const joined = draw.chance(50) ? `(${layers.join(' + ')})` : `(${layers[0]} + (${layers.slice(1).join(' + ')}))`;
    return draw.pick([
      () => joined,
      () => joined,
      () => `std.objectRemoveKey(${joined}, '${draw.pick(['n1', 'n2', 'o1', 's1'])}')`,
      // Only a key that no other field reads: in go-jsonnet the removed key of an extended object can still be read.
      () => `(std.objectRemoveKey(${joined}, 's1') + ${this.layer(1, depth, scope)})`,
      () => `std.mergePatch(${joined}, { o1: { x: null, y: 1 }, n1: null })`,
      () => `(local o = ${joined}; { [k + '_']: o[k] for k in std.objectFields(o) })`,
      () =>
        `(local o = ${joined}; { fields: std.objectFieldsAll(o), same: o == o, text: std.toString(o), values: std.objectValues(o) })`,
      () => `{ outer: ${joined}, n4: self.outer.n4, inner: ${joined} { n4: $.n4 } }`,
      () => `std.mapWithKey(function(k, v) [k, v], ${joined})`,
      () => `std.prune(${joined})`,
    ])();
  }

  private layer(index: number, depth: number, scope: Scope): string {
    const { draw } = this;
    const inner: Scope = { ...scope, inObject: true };
    const first = index === 0;
    const colon = () => draw.pick([':', ':', ':', '::', ':::']);
    const numbers = ['n1', 'n2', 'n3', 'n4'];
    const number = (at: number): string =>
      draw.pick([
        () => String(draw(9)),
        () => (at < 3 ? `self.${numbers[at + 1]}` : '1'),
        () => (at < 3 ? `self.${numbers[at + 1]} + 1` : '2'),
        () => (first ? '3' : `(if '${numbers[at]}' in super then super.${numbers[at]} else 0) + 1`),
        () => (at < 3 ? `self.m(self.${numbers[at + 1]})` : 'self.m(4)'),
        () => `l + ${draw(5)}`,
        () => this.expression('n', Math.min(1, depth - 1), inner),
      ])();
    const fields: string[] = [`local l = ${first ? 5 : draw(20)}`];
    for (const [at, name] of numbers.entries()) {
      if (!first && !draw.chance(45)) continue;
      fields.push(draw.chance(15) && !first ? `${name}+${colon()} ${number(at)}` : `${name}${colon()} ${number(at)}`);
    }
    if (first || draw.chance(30))
      fields.push(draw.pick(['m(x):: x + 1', 'm(x, y=2):: x + y + l', 'm:: function(x) x * 2']));
    if (first || draw.chance(50)) {
      const body = `{ x${colon()} ${draw.pick(['1', '$.n4', 'l', "if 'x' in super then super.x else 7"])}, z+: [${draw(5)}] }`;
      fields.push(`o1${draw.pick([':', '+:', '+:', '+::'])} ${body}`);
    }
    if (draw.chance(40)) fields.push(`s1${draw.pick([':', '+:'])} ${this.stringLiteral(draw.pick(WORDS))}`);
    if (draw.chance(20)) fields.push(`['c' + ${draw(3)}]${draw.pick([':', '+:'])} ${draw(9)}`);
    if (draw.chance(20)) fields.push(`[if ${draw.pick(['true', 'false'])} then 'maybe']: self.n4`);
    if (draw.chance(25))
      fields.push(`assert ${draw.pick(['self.n4 == self.n4', "'n4' in self", 'self.n3 < 1e9'])} : 'broken'`);
    if (draw.chance(1)) fields.push("assert self.n4 > 5 : 'small'");
    return `{ ${fields.join(', ')} }`;
  }

  private object(depth: number, scope: Scope): string {
    const { draw } = this;
    if (draw.chance(20) && depth > 1) return this.mixins(depth, scope);
    const inner: Scope = { ...scope, inObject: true };
    const sub = (kind: string, within = inner) => this.expression(kind, depth - 1, within);
    switch (draw(6)) {
      case 0:
        return `{ [${JSON.stringify('k')} + x]: ${sub('X', scope)} for x in ${draw.pick(["['a', 'b']", '[1, 2, 3]', '[]'])} }`;
      case 1:
        return `(${sub('O', scope)} + ${sub('O', scope)})`;
      case 2:
        return `{ a: ${sub('n')}, b: self.a, assert self.a == self.b : 'differ' }`;
      case 3:
        return `{ [if ${sub('b', scope)} then 'z']: ${sub('X')}, a${draw.pick([':', '::', ':::', '+:'])} ${sub('X')} }`;
      case 4:
        return `({ a: { x: ${sub('n')} }, b: 1 } { a+: { y: ${sub('X')} }, b+: 2 })`;
      default: {
        const name = this.fresh();
        return `{ local ${name} = ${sub('n')}, a: ${name}, ${JSON.stringify(draw.pick(NAMES.slice(1)))}: ${sub('X')}, m(x)::  x }`;
      }
    }
  }
}
