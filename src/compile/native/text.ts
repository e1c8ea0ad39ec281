/** Texts and bytes: canonical JSON, hashes, base64, deterministic gzip, certificates. */
import { createHash, X509Certificate } from 'node:crypto';
import { gzip } from 'pako';
import type { JsonValue } from '../../model.ts';

/** JSON with sorted keys and without blanks: equal values have equal text. */
export function canonicalJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${(value as readonly JsonValue[]).map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const object = value as { readonly [key: string]: JsonValue };
    const entries = Object.keys(object)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(object[key] as JsonValue)}`);
    return `{${entries.join(',')}}`;
  }
  return JSON.stringify(value);
}

/** SHA-256 of the canonical JSON, in hexadecimal digits. */
export function hashValue(value: JsonValue): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/** UTF-8 in base64. */
export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/**
 * Gzip in base64. The bytes are a contract: other bytes in user data replace nodes. They depend on the text alone,
 * because the deflate is pako's, in JavaScript (the platform's zlib has other bytes on other processors), its level and
 * memory are fixed here, and the header has neither a time nor a name. A golden test holds them still.
 */
export function gzipBase64(text: string): string {
  const bytes = gzip(new TextEncoder().encode(text), { level: 9, memLevel: 8, windowBits: 15, strategy: 0 });
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** When a PEM certificate ends to be valid, as RFC 3339 in UTC. */
export function certificateNotAfter(pem: string): string {
  let validTo: string;
  try {
    validTo = new X509Certificate(pem).validTo;
  } catch {
    throw new Error('the text is not a PEM certificate');
  }
  // OpenSSL's own form: `Nov  4 05:10:00 2026 GMT`.
  const match = /^([A-Z][a-z]{2}) +([0-9]{1,2}) ([0-9:]{8}) ([0-9]{4}) GMT$/.exec(validTo);
  const month = months.indexOf(match?.[1] ?? '') + 1;
  if (match === null || month === 0) throw new Error(`the certificate has an end that cannot be read: ${validTo}`);
  const [, , day = '', time = '', year = ''] = match;
  return `${year}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}T${time}Z`;
}
