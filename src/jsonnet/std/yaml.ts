/**
 * YAML as `std.parseYaml` reads it: documents split at lines that begin with `---`, scalars resolved by the YAML 1.1
 * rules of the Go library that go-jsonnet uses (`yes` is true, `0777` is octal, timestamps stay strings), keys turned
 * into strings, merge keys applied, the last of duplicate keys kept.
 */

import {
  constructFromEvents,
  defineMappingTag,
  defineScalarTag,
  defineSequenceTag,
  EVENT_ID,
  type Event,
  mergeTag,
  NOT_RESOLVED,
  parseEvents,
  Schema,
  YAMLException,
} from 'js-yaml';
import type { JsonValue } from '../api.ts';
import { setKey } from '../manifest.ts';
import { formatShortest } from '../numbers.ts';

const MAX_DEPTH = 400;
/** Aliases multiply: a document may not stand for more nodes than this. */
const MAX_NODES = 1_000_000;

/** What a YAML stream says: null when empty, the document, or the list of documents when a `---` line stands in it. */
export function parseYaml(text: string): JsonValue {
  const { chunks, isStream } = splitDocuments(text);
  const budget = { nodes: MAX_NODES };
  const documents = chunks.map((chunk) => parseDocument(chunk, budget));
  if (documents.length === 0) return null;
  return isStream ? documents : documents[0]!;
}

/** A marker line ends a document where something precedes it; the line itself belongs to what follows. */
function splitDocuments(text: string): { chunks: string[]; isStream: boolean } {
  const chunks: string[] = [];
  let chunk = '';
  let isStream = false;
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  for (const line of lines) {
    if (/^---(?:[ \t]|$)/.test(line)) {
      isStream = true;
      if (chunk !== '') {
        chunks.push(chunk);
        chunk = '';
      }
    }
    chunk += `${line}\n`;
  }
  if (chunk !== '') chunks.push(chunk);
  return { chunks, isStream };
}

/** The first document of a chunk; null where there is nothing but comments. */
function parseDocument(chunk: string, budget: { nodes: number }): JsonValue {
  let events: Event[];
  let values: unknown[];
  try {
    events = firstDocument(parseEvents(chunk, { maxDepth: MAX_DEPTH }));
    values = constructFromEvents(events, { source: chunk, schema: GO_SCHEMA, json: true });
  } catch (error) {
    if (error instanceof YAMLException) throw new Error(error.toString(true).replace(/^YAMLException: /, ''));
    throw error;
  }
  return values.length === 0 ? null : toJson(values[0], budget, 0);
}

function firstDocument(events: Event[]): Event[] {
  let depth = 0;
  for (const [index, event] of events.entries()) {
    if (event.type === EVENT_ID.POP) depth -= 1;
    else if (event.type !== EVENT_ID.SCALAR && event.type !== EVENT_ID.ALIAS) depth += 1;
    if (depth === 0) return events.slice(0, index + 1);
  }
  return events;
}

/** The plain value, with string keys; what JSON cannot say is an error. */
function toJson(value: unknown, budget: { nodes: number }, depth: number): JsonValue {
  budget.nodes -= 1;
  if (budget.nodes < 0) throw new Error('document contains excessive aliasing');
  if (depth > MAX_DEPTH) throw new Error('exceeded max depth');
  if (typeof value === 'number') {
    if (!Number.isFinite(value))
      throw new Error(`unsupported value: ${Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'}`);
    return value;
  }
  if (Array.isArray(value)) return value.map((item) => toJson(item, budget, depth + 1));
  if (value instanceof Map) {
    const result: Record<string, JsonValue> = {};
    for (const [key, item] of value) setKey(result, keyText(key), toJson(item, budget, depth + 1));
    return result;
  }
  return value as JsonValue;
}

function keyText(key: unknown): string {
  if (typeof key === 'string') return key;
  if (typeof key === 'boolean') return String(key);
  if (typeof key === 'number') {
    if (Number.isNaN(key)) return '.nan';
    if (!Number.isFinite(key)) return key > 0 ? '.inf' : '-.inf';
    return Number.isInteger(key) && Math.abs(key) < 2 ** 63 ? BigInt(key).toString() : formatShortest(key);
  }
  throw new Error(
    `unsupported map key of type: ${key === null ? 'null' : Array.isArray(key) ? 'sequence' : 'mapping'}`,
  );
}

const WORDS = new Map<string, boolean | number | null>();
for (const word of ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']) WORDS.set(word, true);
for (const word of ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']) WORDS.set(word, false);
for (const word of ['', '~', 'null', 'Null', 'NULL']) WORDS.set(word, null);
for (const word of ['.nan', '.NaN', '.NAN']) WORDS.set(word, Number.NaN);
for (const word of ['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF']) WORDS.set(word, Infinity);
for (const word of ['-.inf', '-.Inf', '-.INF']) WORDS.set(word, -Infinity);

const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const MIN_INT = -(2n ** 63n);
const MAX_UINT = 2n ** 64n - 1n;

/** A plain scalar as a number, or undefined. Underscores may separate digits; a leading 0 means octal. */
function numberOf(source: string): number | undefined {
  if (!/^[-+.0-9]/.test(source)) return undefined;
  const plain = source.replaceAll('_', '');
  const whole = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/.exec(plain);
  if (whole) {
    const [, sign, digits = ''] = whole;
    const octal = /^0[oO]?([0-7]+)$/.exec(digits);
    const magnitude = BigInt(octal ? `0o${octal[1]}` : digits);
    const value = sign === '-' ? -magnitude : magnitude;
    if (value >= MIN_INT && value <= MAX_UINT) return Number(value);
  }
  return FLOAT.test(plain) ? finite(Number(plain)) : undefined;
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

/** What a plain scalar without a tag stands for. */
function resolvePlain(source: string): string | boolean | number | null {
  const word = WORDS.get(source);
  return word !== undefined ? word : (numberOf(source) ?? source);
}

const never = () => false;
const core = (name: string) => `tag:yaml.org,2002:${name}`;

/** Resolves plain scalars without a tag: everything that is not a string. */
const plainTag = defineScalarTag<boolean | number | null>(core('plain'), {
  implicit: true,
  resolve(source) {
    const value = resolvePlain(source);
    return typeof value === 'string' ? NOT_RESOLVED : value;
  },
  identify: never,
});

/** An explicit tag of a scalar type: the text must be of that type. */
function typedTag(name: string, accepts: (value: string | boolean | number | null) => boolean) {
  return defineScalarTag<string | boolean | number | null>(core(name), {
    resolve(source) {
      const value = resolvePlain(source);
      return accepts(value) ? value : NOT_RESOLVED;
    },
    identify: never,
  });
}

const stringTag = defineScalarTag<string>(core('str'), { resolve: (source) => source, identify: never });
const binaryTag = defineScalarTag<string>(core('binary'), {
  resolve: (source) => Buffer.from(source, 'base64').toString('utf8'),
  identify: never,
});
/** Tags that the reader does not know leave the scalar as text. */
const otherScalarTag = defineScalarTag<string>('', {
  matchByTagPrefix: true,
  resolve: (source) => source,
  identify: never,
});

const sequence = {
  create: (): unknown[] => [],
  addItem: (list: unknown[], item: unknown) => {
    list.push(item);
  },
  identify: never,
};
const mapping = {
  create: () => new Map<unknown, unknown>(),
  addPair: (map: Map<unknown, unknown>, key: unknown, value: unknown) => {
    if (typeof key === 'object' && key !== null) return 'a key must be a scalar';
    map.set(key, value);
    return '';
  },
  has: (map: Map<unknown, unknown>, key: unknown) => map.has(key),
  keys: (map: Map<unknown, unknown>) => map.keys(),
  get: (map: Map<unknown, unknown>, key: unknown) => map.get(key),
  identify: never,
};

const GO_SCHEMA = new Schema([
  stringTag,
  mergeTag,
  plainTag,
  typedTag('bool', (value) => typeof value === 'boolean'),
  typedTag('int', (value) => Number.isInteger(value)),
  typedTag('float', (value) => typeof value === 'number'),
  typedTag('null', (value) => value === null),
  binaryTag,
  defineScalarTag<string>(core('timestamp'), { resolve: (source) => source, identify: never }),
  otherScalarTag,
  defineSequenceTag<unknown[]>(core('seq'), sequence),
  defineSequenceTag<unknown[]>('', { ...sequence, matchByTagPrefix: true }),
  defineMappingTag<Map<unknown, unknown>>(core('map'), mapping),
  defineMappingTag<Map<unknown, unknown>>('', { ...mapping, matchByTagPrefix: true }),
]);
