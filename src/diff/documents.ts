/** Texts that are documents: JSON, YAML, user data. They are compared as what they are. */
import { ungzip } from 'pako';
import { parseAllDocuments } from 'yaml';
import type { JsonValue } from '../model.ts';
import { asObject } from './path.ts';

export interface EmbeddedDocument {
  /** `json`, `yaml`, `user data` or `policy`. */
  readonly format: string;
  readonly value: JsonValue;
}

/** Longer texts are compared by line: parsing them would cost more than it shows. */
const parseLimit = 2_000_000;

/** A text as a document, or undefined when it is plain text. Only maps and lists count: any text is a YAML scalar. */
export function readDocument(text: string): EmbeddedDocument | undefined {
  if (text.length > parseLimit) return undefined;
  const packed = unpack(text);
  if (packed !== undefined) {
    const inner = readDocument(packed);
    return { format: 'user data', value: inner?.value ?? packed };
  }
  const json = readJson(text);
  if (json !== undefined) return { format: asObject(json)?.Statement === undefined ? 'json' : 'policy', value: json };
  const yaml = text.includes('\n') ? readYaml(text) : undefined;
  return yaml === undefined ? undefined : { format: 'yaml', value: yaml };
}

/** The text inside gzip in base64, as launch templates carry user data. */
export function unpack(text: string): string | undefined {
  if (!text.startsWith('H4sI')) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(ungzip(Buffer.from(text, 'base64')));
  } catch {
    return undefined;
  }
}

function readJson(text: string): JsonValue | undefined {
  const first = text.trimStart()[0];
  if (first !== '{' && first !== '[') return undefined;
  try {
    const value = JSON.parse(text) as JsonValue;
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Several documents are a list of them. Aliases are refused: they are how a small text becomes a large value. */
function readYaml(text: string): JsonValue | undefined {
  if (!/^(?:#|---|\s*-\s|\s*['"]?[^\s:]+['"]?\s*:)/m.test(text)) return undefined;
  try {
    const documents = parseAllDocuments(text, { logLevel: 'silent', strict: true, uniqueKeys: true });
    if (!Array.isArray(documents) || documents.some((document) => document.errors.length > 0)) return undefined;
    const values = documents.map((document) => document.toJS({ maxAliasCount: 0 }) as JsonValue);
    const structured = values.filter((value) => typeof value === 'object' && value !== null);
    if (structured.length === 0 || structured.length !== values.length) return undefined;
    return values.length === 1 ? values[0] : values;
  } catch {
    return undefined;
  }
}
