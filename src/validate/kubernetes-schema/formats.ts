/** Grammars of single values. Each function takes a value and says what is wrong with it, or nothing. */
import type { JsonValue } from '../../model.ts';

/** `k8s.io/apimachinery/pkg/api/resource`: a decimal, with an SI, binary or exponent suffix. */
const quantity = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;

export function isQuantity(value: JsonValue): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value === 'string' && quantity.test(value);
}

const binary: Readonly<Record<string, number>> = {
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};
const decimal: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
};

/** The number a quantity stands for; undefined when it is none. Precise enough to compare what people write. */
export function quantityValue(value: JsonValue): number | undefined {
  if (!isQuantity(value)) return undefined;
  if (typeof value === 'number') return value;
  const match = /^([+-]?[\d.]+)([A-Za-z]*)(.*)$/.exec(String(value));
  if (!match) return undefined;
  const [, number = '', suffix = '', rest = ''] = match;
  if (rest !== '' || suffix === 'e') return Number(value);
  return Number(number) * (binary[suffix] ?? decimal[suffix] ?? 1);
}

const dateTime = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const uuid = /^[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$/;
const goDuration = /^[+-]?(?:0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h|d|w))+)$/;

/** String formats that the API server checks in custom resources (apiextensions, `supportedVersionedFormats`). */
const stringFormats: Readonly<Record<string, { readonly what: string; readonly test: (value: string) => boolean }>> = {
  'date-time': { what: 'a time such as 2026-01-02T03:04:05Z', test: (value) => dateTime.test(value) },
  date: { what: 'a date such as 2026-01-02', test: (value) => /^\d{4}-\d{2}-\d{2}$/.test(value) },
  byte: { what: 'base64', test: (value) => base64.test(value.replace(/[\r\n]/g, '')) },
  duration: { what: 'a duration such as 1h30m', test: (value) => goDuration.test(value) },
  ipv4: { what: 'an IPv4 address', test: (value) => ipv4.test(value) },
  cidr: { what: 'a CIDR block', test: (value) => isCidr(value) },
  uuid: { what: 'a UUID', test: (value) => uuid.test(value) },
};

/** What a string of this format should be, when it is not; undefined when it is or the format is unknown. */
export function formatFault(format: string, value: string): string | undefined {
  const known = Object.hasOwn(stringFormats, format) ? stringFormats[format] : undefined;
  return known === undefined || known.test(value) ? undefined : known.what;
}

export function isIpv4(value: string): boolean {
  return ipv4.test(value);
}

/** IPv6 without zones, as RFC 4291 writes it. */
export function isIpv6(value: string): boolean {
  const halves = value.split('::');
  if (halves.length > 2 || !/^[0-9a-fA-F:.]+$/.test(value)) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1) ?? '';
  const embedded = last.includes('.');
  if (embedded && !isIpv4(last)) return false;
  const count = groups.length + (embedded ? 1 : 0);
  const plain = embedded ? groups.slice(0, -1) : groups;
  if (!plain.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  return halves.length === 2 ? count < 8 : count === 8;
}

export function isCidr(value: string): boolean {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(value);
  if (!match) return false;
  const [, address = '', prefix = ''] = match;
  return (isIpv4(address) && Number(prefix) <= 32) || (isIpv6(address) && Number(prefix) <= 128);
}

const integerRanges: Readonly<Record<string, readonly [number, number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2 ** 63), 2 ** 63],
};

/** Whether a whole number fits its Go type. */
export function fitsInteger(format: string | undefined, value: number): boolean {
  const range = integerRanges[format ?? 'int64'] ?? integerRanges.int64!;
  return value >= range[0] && value <= range[1];
}

/** A value in a message: short, and unmistakably a string where it is one. */
export function show(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** A JSON type with its article. */
export function typeName(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'boolean') return 'a boolean';
  return typeof value === 'number' ? 'a number' : 'a string';
}
