/**
 * `weir.libsonnet`: what units need beside the language, because it needs arithmetic or bytes. Documented in
 * docs/units.md. The Jsonnet text only names the functions; they are here in TypeScript, pure, and called by
 * `std.native`.
 */
import type { NativeFunction } from '../../jsonnet/api.ts';
import type { JsonValue } from '../../model.ts';
import { cidrContains, cidrHost, cidrOverlaps, cidrPrefix, cidrSize, cidrSubnet } from './cidr.ts';
import { durationSeconds, formatDuration } from './duration.ts';
import { compareQuantities, quantityBytes, quantityMillicores, scaleQuantity, sumQuantities } from './quantity.ts';
import { base64, canonicalJson, certificateNotAfter, gzipBase64, hashValue } from './text.ts';

/** The one import path that is built in. */
export const libraryName = 'weir.libsonnet';

/** What the library needs from the writer: a stage does not import another. */
export interface LibraryServices {
  /** YAML text of a value, by the writer of `out/`. */
  readonly renderYaml: (value: JsonValue) => string;
}

/** Types of parameters, by the word that an error uses for them. */
const types = {
  string: (value: JsonValue) => typeof value === 'string',
  number: (value: JsonValue) => typeof value === 'number',
  'list of strings': (value: JsonValue) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  value: () => true,
} as const;
type Parameters = Readonly<Record<string, keyof typeof types>>;

interface LibraryFunction {
  readonly parameters: Parameters;
  readonly call: (...args: never[]) => JsonValue;
}

/** The functions by the name that Jsonnet uses, `<group>.<function>` or `<function>`. */
function libraryFunctions(services: LibraryServices): Readonly<Record<string, LibraryFunction>> {
  return {
    'quantity.bytes': { parameters: { quantity: 'string' }, call: quantityBytes },
    'quantity.millicores': { parameters: { quantity: 'string' }, call: quantityMillicores },
    'quantity.scale': { parameters: { quantity: 'string', factor: 'number' }, call: scaleQuantity },
    'quantity.sum': { parameters: { quantities: 'list of strings' }, call: sumQuantities },
    'quantity.compare': { parameters: { a: 'string', b: 'string' }, call: compareQuantities },
    'duration.seconds': { parameters: { duration: 'string' }, call: durationSeconds },
    'duration.format': { parameters: { seconds: 'number' }, call: formatDuration },
    'cidr.contains': { parameters: { outer: 'string', inner: 'string' }, call: cidrContains },
    'cidr.overlaps': { parameters: { a: 'string', b: 'string' }, call: cidrOverlaps },
    'cidr.subnet': { parameters: { block: 'string', prefix: 'number', index: 'number' }, call: cidrSubnet },
    'cidr.host': { parameters: { block: 'string', index: 'number' }, call: cidrHost },
    'cidr.prefix': { parameters: { block: 'string' }, call: cidrPrefix },
    'cidr.size': { parameters: { block: 'string' }, call: cidrSize },
    hash: { parameters: { value: 'value' }, call: hashValue },
    gzipBase64: { parameters: { text: 'string' }, call: gzipBase64 },
    base64: { parameters: { text: 'string' }, call: base64 },
    yaml: { parameters: { value: 'value' }, call: services.renderYaml },
    json: { parameters: { value: 'value' }, call: canonicalJson },
    'certificate.notAfter': { parameters: { pem: 'string' }, call: certificateNotAfter },
  };
}

/** The native functions of the library, with their arguments checked. */
export function libraryNatives(services: LibraryServices): Readonly<Record<string, NativeFunction>> {
  return Object.fromEntries(
    Object.entries(libraryFunctions(services)).map(([name, { parameters, call }]) => {
      const expected = Object.entries(parameters);
      const native: NativeFunction = {
        parameters: expected.map(([parameter]) => parameter),
        call: (...args) => {
          for (const [index, [parameter, type]] of expected.entries()) {
            if (types[type](args[index] as JsonValue)) continue;
            throw new Error(
              `weir.${name}: ${parameter} must be a ${type}, got ${JSON.stringify(args[index])?.slice(0, 80)}`,
            );
          }
          try {
            return (call as (...given: readonly JsonValue[]) => JsonValue)(...args);
          } catch (error) {
            throw new Error(`weir.${name}: ${error instanceof Error ? error.message : String(error)}`);
          }
        },
      };
      return [`weir.${name}`, native];
    }),
  );
}

/** The text of `weir.libsonnet`, made from the table so that the two cannot differ. */
export function libraryText(): string {
  const groups = new Map<string, string[]>();
  const functions = libraryFunctions({ renderYaml: () => '' });
  for (const [name, { parameters }] of Object.entries(functions)) {
    const [group, method] = name.includes('.') ? (name.split('.') as [string, string]) : ['', name];
    const list = Object.keys(parameters).join(', ');
    const field = `${method}(${list}):: std.native('weir.${name}')(${list}),`;
    groups.set(group, [...(groups.get(group) ?? []), field]);
  }
  const lines: string[] = [];
  for (const [group, fields] of groups) {
    if (group === '') lines.push(...fields.map((field) => `  ${field}`));
    else lines.push(`  ${group}:: {`, ...fields.map((field) => `    ${field}`), '  },');
  }
  return `// Built into weir; docs/units.md says what each function does.\n{\n${lines.join('\n')}\n}\n`;
}
