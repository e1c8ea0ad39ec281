/**
 * Reads YAML with the `yaml` package: whatever the fast reader leaves alone, which is all that is unusual or wrong.
 */
import { createRequire } from 'node:module';
import type { CST, Document, LineCounter, Node, Pair } from 'yaml';
import type { Place } from '../errors.ts';
import type { JsonValue } from '../model.ts';
import { childPointer } from './pointer.ts';
import type { Problems } from './problems.ts';
import { readPlainScalar } from './scalars.ts';
import { limits, type YamlFile } from './yaml-file.ts';

const require = createRequire(import.meta.url);

/** The package takes 40 ms to load, and most runs need none of it. */
function library(): typeof import('yaml') {
  return require('yaml');
}

/** Everything that YAML has, with what is wrong in words. */
export function parseWithLibrary(file: string, text: string, problems: Problems): YamlFile | undefined {
  const start: Place = { file, line: 1, column: 1 };
  const lines = new (library().LineCounter)();
  const documents = parseDocuments(text, lines);
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  if ('deepAt' in documents) {
    problems.add(`maps and lists are nested deeper than ${limits.depth} levels`, placeAt(documents.deepAt));
    return undefined;
  }
  const errors = documents.flatMap((document) => document.errors);
  if (errors.length > 0) {
    for (const error of errors.slice(0, limits.syntaxErrors)) {
      problems.add(describeSyntaxError(error.code, error.message), placeAt(error.pos[0]));
    }
    return undefined;
  }
  const [document, second] = documents;
  if (second) {
    problems.add(
      'this file has a second YAML document: weir reads one document per file, so split the file or remove the "---"',
      placeAt(second.range[0]),
    );
    return undefined;
  }
  if (document?.directives?.yaml.explicit || document?.warnings.some(({ code }) => code === 'BAD_DIRECTIVE')) {
    problems.add('lines that begin with % (directives) are not read: remove them', start);
  }
  return new Reader(file, document, problems, placeAt).read();
}

/**
 * Documents of a text, or the offset at which it gets too deep. The library walks nested collections by recursion and
 * relies on the stack's end; V8 then aborts the whole process when a regular expression is compiled at that moment. So
 * depth is bounded before: roughly in the text, then exactly enough in the library's flat syntax tree.
 */
function parseDocuments(
  text: string,
  lineCounter: LineCounter,
): readonly Document.Parsed[] | { readonly deepAt: number } {
  const deepText = findDeepText(text);
  if (deepText !== undefined) {
    lineCounter.addNewLine(0);
    for (const match of text.matchAll(/\n/g)) lineCounter.addNewLine(match.index + 1);
    return { deepAt: deepText };
  }
  const { Composer, Parser } = library();
  const tokens = [...new Parser(lineCounter.addNewLine).parse(text)];
  const deepToken = findDeepToken(tokens);
  if (deepToken !== undefined) return { deepAt: deepToken };
  const composer = new Composer({
    // Every scalar arrives as text; src/load/scalars.ts says what it means.
    schema: 'failsafe',
    uniqueKeys: false,
    merge: false,
    strict: true,
    prettyErrors: false,
    logLevel: 'silent',
  });
  return [...composer.compose(tokens)] as readonly Document.Parsed[];
}

/** Levels that the parser surely survives: open brackets, or columns before the content of a line. */
const roughDepth = 1_000;

function findDeepText(text: string): number | undefined {
  let open = 0;
  let lineStart = 0;
  let leading = true;
  for (let offset = 0; offset < text.length; offset++) {
    const code = text.charCodeAt(offset);
    // [ and {, ] and }
    if (code === 91 || code === 123) open++;
    else if ((code === 93 || code === 125) && open > 0) open--;
    if (code === 10) {
      lineStart = offset + 1;
      leading = true;
      continue;
    }
    // Blanks, dashes, question marks and colons: each can open a level of a block collection.
    leading &&= code === 32 || code === 45 || code === 63 || code === 58;
    if (open > roughDepth || (leading && offset - lineStart > roughDepth)) return offset;
  }
  return undefined;
}

function findDeepToken(tokens: readonly CST.Token[]): number | undefined {
  const pending = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { token, depth } = next;
    if (depth > 2 * limits.depth) return token.offset;
    if (token.type === 'document') {
      if (token.value) pending.push({ token: token.value, depth });
    } else if (token.type === 'block-map' || token.type === 'block-seq' || token.type === 'flow-collection') {
      for (const item of token.items) {
        if (item.key) pending.push({ token: item.key, depth: depth + 1 });
        if (item.value) pending.push({ token: item.value, depth: depth + 1 });
      }
    }
  }
  return undefined;
}

function describeSyntaxError(code: string, message: string): string {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'a tab is used for indentation: YAML allows spaces only';
    case 'MULTILINE_IMPLICIT_KEY':
    case 'BLOCK_AS_IMPLICIT_KEY':
      return `this is no valid YAML: ${message}; check the indentation, and quote values that contain ": "`;
    default:
      return `this is no valid YAML: ${message}`;
  }
}

class Reader {
  readonly #file: string;
  readonly #document: Document.Parsed | undefined;
  readonly #problems: Problems;
  readonly #placeAt: (offset: number) => Place;
  readonly #places = new Map<string, Place>();
  readonly #keyPlaces = new Map<string, Place>();
  readonly #plain = new Map<string, string>();
  readonly #refused = new Set<string>();
  readonly #anchors = new Map<string, Node>();
  #nodes = 0;

  constructor(
    file: string,
    document: Document.Parsed | undefined,
    problems: Problems,
    placeAt: (offset: number) => Place,
  ) {
    this.#file = file;
    this.#document = document;
    this.#problems = problems;
    this.#placeAt = placeAt;
  }

  read(): YamlFile | undefined {
    let value: JsonValue;
    try {
      value = this.#value(this.#document?.contents ?? null, '', 0, 0);
    } catch (error) {
      if (error instanceof TooMuch) {
        this.#problems.add(error.message, error.place);
        return undefined;
      }
      throw error;
    }
    return {
      file: this.#file,
      value,
      places: this.#places,
      keyPlaces: this.#keyPlaces,
      plain: this.#plain,
      refused: this.#refused,
    };
  }

  #value(node: Node | null, pointer: string, depth: number, offset: number): JsonValue {
    const place = this.#placeAt(node?.range?.[0] ?? offset);
    this.#nodes++;
    if (this.#nodes > limits.nodes) {
      throw new TooMuch(`this file has more than ${limits.nodes} values once its aliases are expanded`, place);
    }
    if (depth > limits.depth) throw new TooMuch(`maps and lists are nested deeper than ${limits.depth} levels`, place);
    this.#places.set(pointer, place);
    if (node === null) return null;
    const { isAlias, isMap, isScalar, isSeq } = library();
    if (isAlias(node)) return this.#alias(node.source, pointer, depth, place, this.#anchors.get(node.source));
    this.#checkTag(node, pointer, place);
    // Of the anchors with one name, the last before an alias counts.
    if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor) this.#anchors.set(node.anchor, node);
    if (isMap(node)) return this.#map(node.items as readonly Pair<Node, Node | null>[], pointer, depth);
    if (isSeq(node)) {
      return node.items.map((item, index) =>
        this.#value(item as Node, childPointer(pointer, index), depth + 1, node.range?.[0] ?? offset),
      );
    }
    if (isScalar(node)) {
      const text = String(node.value ?? '');
      if (node.type !== 'PLAIN') return text;
      return this.#plainScalar(node.source ?? text, text, pointer, place);
    }
    return null;
  }

  #alias(name: string, pointer: string, depth: number, place: Place, target: Node | undefined): JsonValue {
    if (!target) {
      this.#problems.add(`there is no anchor &${name} before this alias`, place);
      this.#refused.add(pointer);
      return null;
    }
    // Places below an alias are those of the anchor: that is the text to change.
    return this.#value(target, pointer, depth + 1, 0);
  }

  #plainScalar(source: string, text: string, pointer: string, place: Place): JsonValue {
    const scalar = readPlainScalar(text);
    if (scalar.kind === 'refused') {
      this.#problems.add(scalar.reason ?? `cannot read ${text}`, place);
      this.#refused.add(pointer);
    } else if (scalar.kind !== 'string') {
      this.#plain.set(pointer, source);
    }
    return scalar.value;
  }

  #map(items: readonly Pair<Node, Node | null>[], pointer: string, depth: number): JsonValue {
    // No prototype: `__proto__` and `constructor` are ordinary keys.
    const result: Record<string, JsonValue> = Object.create(null);
    for (const { key, value } of items) {
      const place = this.#placeAt(key?.range?.[0] ?? 0);
      const name = this.#key(key, place);
      if (name === undefined) continue;
      const child = childPointer(pointer, name);
      const known = this.#keyPlaces.get(child);
      if (known && name in result) {
        this.#problems.add(
          `the key ${JSON.stringify(name)} is written twice in this map; the first is on line ${known.line}`,
          place,
        );
        continue;
      }
      this.#keyPlaces.set(child, place);
      result[name] = this.#value(value, child, depth + 1, key?.range?.[1] ?? 0);
    }
    return result;
  }

  #key(key: Node | null, place: Place): string | undefined {
    if (!library().isScalar(key)) {
      this.#problems.add('a key must be a name on one line, not a map, a list, an alias or nothing', place);
      return undefined;
    }
    this.#checkTag(key, undefined, place);
    const text = String(key.value ?? '');
    if (key.type !== 'PLAIN') return text;
    if (text === '<<') {
      this.#problems.add(
        'merge keys (<<) are not read: write the keys out, or put what clusters share into a layer of the unit',
        place,
      );
      return undefined;
    }
    const { kind } = readPlainScalar(text);
    if (kind !== 'string') {
      const what = kind === 'refused' || kind === 'integer' || kind === 'float' ? 'a number' : `a ${kind}`;
      this.#problems.add(`YAML can read the key ${text || '(empty)'} as ${what}: quote it`, place);
    }
    return text;
  }

  #checkTag(node: Node, pointer: string | undefined, place: Place): void {
    // The composer sets a tag only where one is written.
    if (node.tag === undefined) return;
    const written = node.tag.replace(/^tag:yaml\.org,2002:/, '!!');
    this.#problems.add(
      `YAML tags are not read (${written}): write a plain value; a CloudFormation intrinsic in its long form ({Ref: X})`,
      place,
    );
    if (pointer !== undefined) this.#refused.add(pointer);
  }
}

class TooMuch extends Error {
  readonly place: Place;
  constructor(message: string, place: Place) {
    super(message);
    this.place = place;
  }
}
