/** What an entry file may return, and what is said about anything else. docs/units.md, "The entry file". */
import type { JsonObject, JsonValue } from '../model.ts';
import { describeType, isObject } from './json.ts';
import { identityOf, type ObjectIdentity, objectFileName } from './names.ts';

/** One thing that a result has wrong: where in the result, and what. */
export interface ContractFault {
  readonly path: readonly string[];
  readonly message: string;
}

/** A Kubernetes object of a result. */
export interface NamedObject {
  /** Its key in the result. */
  readonly key: string;
  readonly identity: ObjectIdentity;
  readonly fileName: string;
  readonly value: JsonObject;
}

export interface ObjectsResult {
  readonly objects: readonly NamedObject[];
  readonly faults: readonly ContractFault[];
}

/** The objects of a component's result: a map from a short name to one object; null drops the entry. */
export function checkObjects(result: JsonValue): ObjectsResult {
  if (!isObject(result)) {
    const message = `must return a map from a short name to one object, and returns ${describeType(result)}`;
    return { objects: [], faults: [{ path: [], message }] };
  }
  const objects: NamedObject[] = [];
  const faults: ContractFault[] = [];
  for (const key of Object.keys(result).sort()) {
    const value = result[key] as JsonValue;
    if (value === null) continue;
    const fault = objectFault(value);
    if (fault !== undefined || !isObject(value)) {
      faults.push({ path: [key], message: `returns under ${JSON.stringify(key)} ${fault}` });
      continue;
    }
    const identity = identityOf(value);
    objects.push({ key, identity, fileName: objectFileName(identity), value });
  }
  return { objects, faults };
}

/** What keeps a value from being one Kubernetes object; undefined when nothing does. */
function objectFault(value: JsonValue): string | undefined {
  if (Array.isArray(value)) return 'a list: give each object an entry of its own, with a short name';
  if (!isObject(value)) return `${describeType(value)}, not an object; null drops an entry`;
  const nested = Object.values(value).some((inner) => isObject(inner) && typeof inner.kind === 'string');
  if (value.apiVersion === undefined && value.kind === undefined && nested) {
    return 'a map of objects: entries are not nested, add the two maps instead';
  }
  for (const field of ['apiVersion', 'kind'] as const) {
    if (typeof value[field] !== 'string' || value[field] === '') return `an object without a string \`${field}\``;
  }
  if (Array.isArray(value.items) && (value.kind as string).endsWith('List')) {
    return `a ${value.kind}: give each of its items an entry of its own`;
  }
  const { metadata } = value;
  if (!isObject(metadata)) return 'an object without `metadata`';
  if (typeof metadata.name !== 'string' || metadata.name === '') {
    return 'an object without a string `metadata.name` (generateName is for objects that nobody applies twice)';
  }
  if (metadata.namespace !== undefined && (typeof metadata.namespace !== 'string' || metadata.namespace === '')) {
    return `an object whose \`metadata.namespace\` is ${describeType(metadata.namespace)}: leave it out for what has none`;
  }
  return undefined;
}

/** Sections of a template: docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html */
const templateSections = [
  'AWSTemplateFormatVersion',
  'Conditions',
  'Description',
  'Hooks',
  'Mappings',
  'Metadata',
  'Outputs',
  'Parameters',
  'Resources',
  'Rules',
  'Transform',
];
/** Sections that `resources.jsonnet` may return: maps by logical id. */
export const joinedSections = ['Conditions', 'Mappings', 'Outputs', 'Parameters', 'Resources'];

/** What a stack's template has wrong. */
export function checkTemplate(template: JsonValue): readonly ContractFault[] {
  const faults = sectionFaults(template, templateSections, 'a template');
  if (isObject(template) && template.Resources === undefined) {
    faults.push({ path: [], message: 'returns a template without `Resources`' });
  }
  return faults;
}

/** What the result of a `resources.jsonnet` has wrong. */
export function checkResources(result: JsonValue): readonly ContractFault[] {
  return sectionFaults(result, joinedSections, 'sections of a template');
}

function sectionFaults(value: JsonValue, sections: readonly string[], what: string): ContractFault[] {
  if (!isObject(value)) return [{ path: [], message: `must return ${what}, and returns ${describeType(value)}` }];
  const faults: ContractFault[] = [];
  for (const section of Object.keys(value).sort()) {
    const content = value[section] as JsonValue;
    if (!sections.includes(section)) {
      const message = `returns the section ${JSON.stringify(section)}; there are ${sections.join(', ')}`;
      faults.push({ path: [section], message });
    } else if (joinedSections.includes(section) && !isObject(content)) {
      faults.push({ path: [section], message: `returns ${describeType(content)} as \`${section}\`, which is a map` });
    } else if (section === 'Resources' && isObject(content)) {
      for (const id of Object.keys(content).sort()) {
        const resource = content[id] as JsonValue;
        if (isObject(resource) && typeof resource.Type === 'string') continue;
        faults.push({
          path: [section, id],
          message: `returns the resource ${JSON.stringify(id)} without a string \`Type\``,
        });
      }
    }
  }
  return faults;
}

/** What a profile returned: a template, or objects. */
export type ProfileResult = { readonly template: JsonObject } | { readonly objects: readonly NamedObject[] };

/** The parts of a profile's result: `{template}`, or `{objects}` where a pool is made of Kubernetes objects. */
export function checkProfile(result: JsonValue): {
  readonly result?: ProfileResult;
  readonly faults: readonly ContractFault[];
} {
  const keys = isObject(result) ? Object.keys(result).sort() : [];
  const [key] = keys;
  if (!isObject(result) || keys.length !== 1 || (key !== 'template' && key !== 'objects')) {
    const got = isObject(result)
      ? `an object with ${keys.length === 0 ? 'no key' : keys.join(', ')}`
      : describeType(result);
    return { faults: [{ path: [], message: `must return {template} or {objects}, and returns ${got}` }] };
  }
  const inside = (fault: ContractFault): ContractFault => ({ ...fault, path: [key, ...fault.path] });
  const content = result[key] as JsonValue;
  if (key === 'objects') {
    const { objects, faults } = checkObjects(content);
    return { result: { objects }, faults: faults.map(inside) };
  }
  const faults = checkTemplate(content).map(inside);
  return isObject(content) ? { result: { template: content }, faults } : { faults };
}
