/**
 * Rules that a CRD states in CEL (`x-kubernetes-validations`), with the functions that Kubernetes adds to the language.
 * Rules about a change (`oldSelf`) say nothing about an object by itself and are left to the diff.
 */
import { Environment } from '@marcbachmann/cel-js';
import type { JsonObject, JsonValue } from '../../model.ts';
import { isCidr, isIpv4, isIpv6, isQuantity, quantityValue } from './formats.ts';
import type { CelRule, SchemaNode } from './schema.ts';

/** What came of one rule. */
export type CelVerdict =
  | { readonly outcome: 'passes' | 'skipped' }
  | { readonly outcome: 'fails'; readonly message: string; readonly path: readonly string[] }
  /** The library does not know a function, or the rule is no CEL: not a pass. */
  | { readonly outcome: 'unknown'; readonly reason: string };

type Program = (context: Record<string, unknown>) => unknown;
type Compiled = { readonly program: Program } | { readonly fault: string };

class Quantity {
  readonly number: number;
  constructor(number: number) {
    this.number = number;
  }
}

let shared: Environment | undefined;

/** The environment is built at the first rule: most fleets have none. */
function environment(): Environment {
  if (shared) return shared;
  const env = new Environment({
    unlistedVariablesAreDyn: true,
    enableOptionalTypes: true,
    homogeneousAggregateLiterals: false,
  });
  env.registerType('Quantity', Quantity);
  const quantity = (text: string) => {
    const number = quantityValue(text);
    if (number === undefined) throw new Error(`${text} is no quantity`);
    return new Quantity(number);
  };
  const order = (a: number, b: number) => (a < b ? -1n : a > b ? 1n : 0n);
  const functions: Readonly<Record<string, (...args: never[]) => unknown>> = {
    'quantity(string): Quantity': quantity,
    'isQuantity(string): bool': (text: string) => isQuantity(text),
    'Quantity.isLessThan(Quantity): bool': (a: Quantity, b: Quantity) => a.number < b.number,
    'Quantity.isGreaterThan(Quantity): bool': (a: Quantity, b: Quantity) => a.number > b.number,
    'Quantity.compareTo(Quantity): int': (a: Quantity, b: Quantity) => order(a.number, b.number),
    'Quantity.isInteger(): bool': (a: Quantity) => Number.isInteger(a.number),
    'Quantity.asInteger(): int': (a: Quantity) => BigInt(a.number),
    'Quantity.asApproximateFloat(): double': (a: Quantity) => a.number,
    'Quantity.sign(): int': (a: Quantity) => order(a.number, 0),
    'Quantity.add(Quantity): Quantity': (a: Quantity, b: Quantity) => new Quantity(a.number + b.number),
    'Quantity.sub(Quantity): Quantity': (a: Quantity, b: Quantity) => new Quantity(a.number - b.number),
    'list<dyn>.isSorted(): bool': (list: unknown[]) =>
      list.every((entry, at) => at === 0 || (list[at - 1] as never) <= (entry as never)),
    'list<dyn>.sum(): dyn': (list: unknown[]) =>
      list.reduce((total, entry) => (total as never) + (entry as never), typeof list[0] === 'number' ? 0 : 0n),
    'list<dyn>.min(): dyn': (list: unknown[]) => extreme(list, (a, b) => (a as never) < (b as never)),
    'list<dyn>.max(): dyn': (list: unknown[]) => extreme(list, (a, b) => (a as never) > (b as never)),
    'list<dyn>.indexOf(dyn): int': (list: unknown[], entry: unknown) => BigInt(list.indexOf(entry)),
    'list<dyn>.lastIndexOf(dyn): int': (list: unknown[], entry: unknown) => BigInt(list.lastIndexOf(entry)),
    'string.find(string): string': (text: string, pattern: string) => new RegExp(pattern, 'u').exec(text)?.[0] ?? '',
    'string.findAll(string): list<string>': (text: string, pattern: string) =>
      [...text.matchAll(new RegExp(pattern, 'gu'))].map((match) => match[0]),
    'string.replace(string, string): string': (text: string, from: string, to: string) => text.split(from).join(to),
    'string.charAt(int): string': (text: string, at: bigint) => [...text][Number(at)] ?? '',
    'string.reverse(): string': (text: string) => [...text].reverse().join(''),
    'isURL(string): bool': (text: string) => URL.canParse(text),
    'isIP(string): bool': (text: string) => isIpv4(text) || isIpv6(text),
    'isCIDR(string): bool': (text: string) => isCidr(text),
    'url(string): URL': (text: string) => new URL(text),
    'URL.getScheme(): string': (url: URL) => url.protocol.replace(/:$/, ''),
    'URL.getHost(): string': (url: URL) => url.host,
    'URL.getHostname(): string': (url: URL) => url.hostname,
    'URL.getPort(): string': (url: URL) => url.port,
    'URL.getEscapedPath(): string': (url: URL) => url.pathname,
  };
  env.registerType('URL', URL);
  for (const [signature, handler] of Object.entries(functions)) env.registerFunction(signature, handler as never);
  shared = env;
  return env;
}

function extreme(list: readonly unknown[], better: (a: unknown, b: unknown) => boolean): unknown {
  if (list.length === 0) throw new Error('the list is empty');
  return list.reduce((best, entry) => (better(entry, best) ? entry : best));
}

const programs = new Map<string, Compiled>();

function compile(text: string): Compiled {
  let compiled = programs.get(text);
  if (!compiled) {
    try {
      compiled = { program: environment().parse(text) as unknown as Program };
    } catch (error) {
      compiled = { fault: firstLine(error) };
    }
    programs.set(text, compiled);
  }
  return compiled;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

/** Judges `value`, which `node` describes, by one of the node's rules. */
export function evaluateRule(rule: CelRule, node: SchemaNode, value: JsonValue): CelVerdict {
  if (/\boldSelf\b/.test(rule.rule)) return { outcome: 'skipped' };
  const compiled = compile(rule.rule);
  if ('fault' in compiled) return { outcome: 'unknown', reason: compiled.fault };
  const self = toCel(node, value);
  let result: unknown;
  try {
    result = compiled.program({ self });
  } catch (error) {
    const reason = firstLine(error);
    if (/no matching overload|Unknown (variable|function)/.test(reason)) return { outcome: 'unknown', reason };
    // The API server refuses an object on which a rule fails to run, and says so.
    return { outcome: 'fails', message: `the rule ${rule.rule} cannot run: ${reason}`, path: [] };
  }
  if (result === true) return { outcome: 'passes' };
  return { outcome: 'fails', message: messageOf(rule, self), path: fieldPath(rule.fieldPath) };
}

function messageOf(rule: CelRule, self: unknown): string {
  if (rule.messageExpression !== undefined) {
    const compiled = compile(rule.messageExpression);
    try {
      const text = 'program' in compiled ? compiled.program({ self }) : undefined;
      if (typeof text === 'string' && text.trim() !== '') return text.trim();
    } catch {
      // As on the API server, the plain message stands in for one that cannot be made.
    }
  }
  return (rule.message ?? `it breaks the rule ${rule.rule}`).trim();
}

/** `.spec.x` and `.spec['a-b']` to keys. */
function fieldPath(text: string | undefined): readonly string[] {
  return [...(text ?? '').matchAll(/\.([A-Za-z_]\w*)|\['([^']*)'\]/g)].map((match) => match[1] ?? match[2] ?? '');
}

const reserved = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

/** Property names as CEL spells them (apiextensions, "escaping"). */
function celName(name: string): string {
  if (reserved.has(name)) return `__${name}__`;
  return name
    .replaceAll('__', '__underscores__')
    .replaceAll('.', '__dot__')
    .replaceAll('-', '__dash__')
    .replaceAll('/', '__slash__');
}

/** The value as CEL sees it: defaults filled in, whole numbers as int, durations and times as their own types. */
function toCel(node: SchemaNode, value: JsonValue): unknown {
  if (value === null) return null;
  if (typeof value === 'number') {
    return node.type === 'number' || !Number.isInteger(value) ? value : BigInt(value);
  }
  if (typeof value === 'string') return node.format === undefined ? value : formatted(node.format, value);
  if (Array.isArray(value)) return value.map((entry: JsonValue) => toCel(node.items ?? {}, entry));
  if (typeof value !== 'object') return value;
  const object = value as JsonObject;
  const result: Record<string, unknown> = Object.create(null);
  const properties = node.properties ?? {};
  for (const key of Object.keys(object)) {
    const own = Object.hasOwn(properties, key) ? properties[key] : undefined;
    const extra = typeof node.additionalProperties === 'object' ? node.additionalProperties : {};
    result[own ? celName(key) : key] = toCel(own ?? extra, object[key]!);
  }
  for (const key of Object.keys(properties)) {
    const fallback = properties[key]!.default;
    if (fallback !== undefined && !Object.hasOwn(object, key)) result[celName(key)] = toCel(properties[key]!, fallback);
  }
  return result;
}

function formatted(format: string, value: string): unknown {
  const helper = { duration: 'duration(self)', 'date-time': 'timestamp(self)' }[format];
  if (helper === undefined) return value;
  const compiled = compile(helper);
  try {
    return 'program' in compiled ? compiled.program({ self: value }) : value;
  } catch {
    return value;
  }
}
