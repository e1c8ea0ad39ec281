// Reads what the API types of the Go module k8s.io/api say in markers and the published JSON schemas leave out:
// the values of `+enum` types, `+default` values, and the life of each API in its prerelease-lifecycle functions.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} Field
 * @property {string} type the Go type as written, with pointers and package aliases
 * @property {unknown} [default]
 *
 * @typedef {object} GoPackage
 * @property {Map<string, Map<string, Field>>} structs by Go type name, then by JSON name
 * @property {Map<string, string[]>} embedded types whose fields are inlined, by Go type name
 * @property {Map<string, string[]>} enums the values of `+enum` types
 * @property {Map<string, string>} constants string constants by name
 * @property {Map<string, string[]>} references by `+enum` type: its values that are constants of other packages
 * @property {Map<string, string>} imports alias to import path
 */

const embeddedField = /^\s+((?:\w+\.)?\w+)\s+`json:"(?:,inline)?"/;
const namedField = /^\s+\w+\s+(\S+)\s+`json:"(\w+)/;
const constant = /^\s+\w+\s+(\w+)\s*=\s*"([^"]*)"/;
const convertedConstant = /^\s+\w+\s*=\s*(\w+)\("([^"]*)"\)/;
const plainName = /^\s+(\w+)\s+(?:\w+\s*)?=.*"([^"]*)"\)?$/;
const referringConstant = /^\s+\w+\s*=\s*(\w+)\((\w+\.\w+)\)|^\s+\w+\s+(\w+)\s*=\s*(\w+\.\w+)$/;

/**
 * Types without the marker whose constants are nevertheless all that the API server's validation lets pass
 * (pkg/apis/<group>/validation of Kubernetes 1.32 to 1.36).
 */
const closedTypes = new Set([
  'AddressType',
  'FSGroupPolicy',
  'HPAScalingPolicyType',
  'LoadBalancerIPMode',
  'MetricSourceType',
  'MetricTargetType',
  'OSName',
  'PersistentVolumeClaimRetentionPolicyType',
  'PodSELinuxChangePolicy',
  'RecursiveReadOnlyMode',
  'ResourceResizeRestartPolicy',
  'ScalingPolicySelect',
  'VolumeLifecycleMode',
]);

/**
 * @param {string} folder of the package
 * @returns {GoPackage}
 */
export function readGoPackage(folder) {
  const result = {
    structs: new Map(),
    embedded: new Map(),
    enums: new Map(),
    constants: new Map(),
    references: new Map(),
    imports: new Map(),
  };
  const file = join(folder, 'types.go');
  if (!existsSync(file)) return result;
  const constants = new Map();
  const enumTypes = new Set();
  let struct;
  let markers = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const comment = /^\s*\/\/\s?(.*)$/.exec(line);
    if (comment) {
      markers.push(comment[1].trim());
      continue;
    }
    const imported = /^\s+(\w+)? ?"([\w./-]+)"$/.exec(line);
    if (imported) result.imports.set(imported[1] ?? imported[2].split('/').at(-1), imported[2]);
    const structStart = /^type (\w+) struct \{/.exec(line);
    if (structStart) {
      struct = structStart[1];
      result.structs.set(struct, new Map());
      result.embedded.set(struct, []);
    } else if (line === '}') {
      struct = undefined;
    } else if (struct) {
      readField(line, markers, result.structs.get(struct), result.embedded.get(struct));
    }
    const stringType = /^type (\w+) string$/.exec(line);
    if (stringType && (closedTypes.has(stringType[1]) || markers.some((marker) => /^\+(k8s:)?enum$/.test(marker)))) {
      enumTypes.add(stringType[1]);
    }
    const value = constant.exec(line) ?? convertedConstant.exec(line);
    if (value) constants.set(value[1], [...(constants.get(value[1]) ?? []), value[2]]);
    const name = plainName.exec(line);
    if (name) result.constants.set(name[1], name[2]);
    const reference = referringConstant.exec(line);
    if (reference) {
      const type = reference[1] ?? reference[3];
      result.references.set(type, [...(result.references.get(type) ?? []), reference[2] ?? reference[4]]);
    }
    // A blank line may stand between a marker and what it marks.
    if (line !== '') markers = [];
  }
  for (const type of enumTypes) {
    const values = constants.get(type);
    if (values) result.enums.set(type, [...new Set(values)].sort());
  }
  return result;
}

function readField(line, markers, fields, embedded) {
  const inlined = embeddedField.exec(line);
  if (inlined) {
    embedded.push(inlined[1]);
    return;
  }
  const named = namedField.exec(line);
  if (!named) return;
  const marker = markers.find((text) => text.startsWith('+default='));
  fields.set(named[2], {
    type: named[1],
    default: marker ? parseDefault(marker.slice('+default='.length)) : undefined,
  });
}

/** `+default=ref(...)` points at a Go constant and is left out: only literal values are data. */
function parseDefault(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The APIs of one k8s.io/api module with the minors in which they came, were deprecated and went.
 * @param {string} moduleFolder
 * @returns {{group: string, version: string, kind: string, introduced?: number, deprecated?: number, removed?: number,
 *   replacement?: string}[]}
 */
export function readLifecycles(moduleFolder) {
  const result = [];
  for (const { folder, group, version } of apiPackages(moduleFolder)) {
    const file = join(folder, 'zz_generated.prerelease-lifecycle.go');
    if (!existsSync(file)) continue;
    const kinds = new Map();
    const pattern =
      /func \(in \*(\w+)\) APILifecycle(\w+)\(\) .*\{\n\treturn (?:1, (\d+)|schema\.GroupVersionKind\{Group: "([^"]*)", Version: "([^"]*)", Kind: "([^"]*)"\})/g;
    for (const [, kind, what, minor, toGroup, toVersion, toKind] of readFileSync(file, 'utf8').matchAll(pattern)) {
      if (kind.endsWith('List')) continue;
      if (!kinds.has(kind)) kinds.set(kind, { group, version, kind });
      const entry = kinds.get(kind);
      if (minor !== undefined) entry[what.toLowerCase()] = Number(minor);
      else entry.replacement = `${toGroup === '' ? '' : `${toGroup}/`}${toVersion} ${toKind}`;
    }
    result.push(...kinds.values());
  }
  return result;
}

/** Every API package of the module with its served group name (from `GroupName` in register.go). */
export function* apiPackages(moduleFolder) {
  for (const name of folders(moduleFolder)) {
    const groupFolder = join(moduleFolder, name);
    for (const version of folders(groupFolder)) {
      const folder = join(groupFolder, version);
      const register = join(folder, 'register.go');
      if (!/^v\d/.test(version) || !existsSync(register)) continue;
      const group = /GroupName\s*=\s*"([^"]*)"/.exec(readFileSync(register, 'utf8'))?.[1] ?? '';
      yield { folder, name, group, version };
    }
  }
}

export function folders(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
