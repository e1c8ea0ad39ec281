/** User data as people read it: decoded from templates, to stand beside them. */
import { gunzipSync } from 'node:zlib';
import type { JsonObject, JsonValue } from '../model.ts';
import { isObject, own } from './json.ts';

/** User data of one resource of a template. */
export interface UserData {
  readonly logicalId: string;
  /** Where it stands in the template, from the root. */
  readonly path: readonly string[];
  readonly text: string;
}

/** The most bytes that user data may inflate to; the limit of EC2 is 16,384 for what is sent. */
const largest = 4 * 1024 * 1024;

/** Every `UserData` of a template that is a literal text, decoded; sorted by logical id. */
export function findUserData(template: JsonObject): readonly UserData[] {
  const resources = own(template, 'Resources');
  if (!isObject(resources)) return [];
  const found: UserData[] = [];
  for (const logicalId of Object.keys(resources).sort()) {
    const properties = propertiesOf(resources[logicalId]);
    // A launch template has its instance's properties one level deeper.
    for (const [holder, ...path] of [
      [properties, 'Properties'],
      [
        properties === undefined ? undefined : own(properties, 'LaunchTemplateData'),
        'Properties',
        'LaunchTemplateData',
      ],
    ] as const) {
      const value = isObject(holder) ? own(holder, 'UserData') : undefined;
      const text = value === undefined ? undefined : decode(value);
      if (text !== undefined) found.push({ logicalId, path: ['Resources', logicalId, ...path, 'UserData'], text });
    }
  }
  return found;
}

function propertiesOf(resource: JsonValue | undefined): JsonObject | undefined {
  const properties = isObject(resource) ? own(resource, 'Properties') : undefined;
  return isObject(properties) ? properties : undefined;
}

/** The text of a literal: base64 of text or of gzip, or what `Fn::Base64` is to encode. */
function decode(value: JsonValue): string | undefined {
  if (typeof value === 'string') return decodeBase64(value);
  const encoded = isObject(value) ? own(value, 'Fn::Base64') : undefined;
  if (typeof encoded === 'string') return encoded;
  // The text before its variables are filled in is what was written.
  const substituted = isObject(encoded) ? own(encoded, 'Fn::Sub') : undefined;
  const text = Array.isArray(substituted) ? (substituted as readonly JsonValue[])[0] : substituted;
  return typeof text === 'string' ? text : undefined;
}

function decodeBase64(text: string): string | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  let bytes: Uint8Array = Buffer.from(text, 'base64');
  try {
    // Inflating gives the same bytes everywhere: only deflating is a matter of taste.
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) bytes = gunzipSync(bytes, { maxOutputLength: largest });
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
