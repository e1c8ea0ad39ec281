/** Intrinsic functions of a template: their arguments, where they may stand, and what they name. */
import type { JsonObject, JsonValue } from '../../model.ts';
import { didYouMean } from '../kubernetes-schema/walk.ts';
import { asObject, asString, get, pointerOf, type SchemaIssue } from '../rule.ts';
import { functionNames, type Intrinsic, intrinsicOf, pseudoParameters, subVariables } from './intrinsics.ts';
import type { TemplateCode } from './schema.ts';

type Path = readonly (string | number)[];

/** What a walk over all functions of a template finds. */
export interface References {
  readonly issues: SchemaIssue[];
  /** Logical id to the ids it waits for, with the place of the first mention. */
  readonly dependencies: Map<string, Map<string, string>>;
  readonly used: { readonly parameters: Set<string>; readonly conditions: Set<string>; readonly mappings: Set<string> };
}

interface Walk extends References {
  readonly template: JsonObject;
  /** Attributes of a type; undefined when it has no schema. */
  readonly attributes: (type: string) => readonly string[] | undefined;
  /** The resource that is walked, if any. */
  readonly owner?: string;
}

/** Conditions may only compare parameters and mappings. */
const conditionFunctions = new Set([
  'Ref',
  'Condition',
  'Fn::And',
  'Fn::Equals',
  'Fn::FindInMap',
  'Fn::Join',
  'Fn::Not',
  'Fn::Or',
  'Fn::Select',
  'Fn::Split',
  'Fn::Sub',
]);
const booleanFunctions = new Set(['Fn::And', 'Fn::Equals', 'Fn::Not', 'Fn::Or']);

/** Walks resources, outputs and conditions. */
export function collectReferences(
  template: JsonObject,
  attributes: (type: string) => readonly string[] | undefined,
): References {
  const result: References = {
    issues: [],
    dependencies: new Map(),
    used: { parameters: new Set(), conditions: new Set(), mappings: new Set() },
  };
  const walk: Walk = { ...result, template, attributes };
  const resources = asObject(template.Resources) ?? {};
  for (const id of Object.keys(resources)) {
    const resource = asObject(resources[id]);
    if (!resource) continue;
    const own: Walk = { ...walk, owner: id };
    result.dependencies.set(id, new Map());
    useCondition(own, resource.Condition, ['Resources', id, 'Condition']);
    dependsOn(own, resource.DependsOn, ['Resources', id, 'DependsOn']);
    for (const key of [
      'Properties',
      'Metadata',
      'UpdatePolicy',
      'CreationPolicy',
      'DeletionPolicy',
      'UpdateReplacePolicy',
    ]) {
      if (resource[key] !== undefined) visit(own, resource[key], ['Resources', id, key]);
    }
  }
  const outputs = asObject(template.Outputs) ?? {};
  for (const name of Object.keys(outputs)) {
    useCondition(walk, get(outputs, name, 'Condition'), ['Outputs', name, 'Condition']);
    const output = outputs[name];
    if (output !== undefined) visit(walk, output, ['Outputs', name]);
  }
  const conditions = asObject(template.Conditions) ?? {};
  for (const name of Object.keys(conditions)) visitCondition(walk, conditions[name]!, ['Conditions', name], true);
  return result;
}

function report(walk: References, code: TemplateCode, path: Path, message: string): void {
  walk.issues.push({ code, pointer: pointerOf(...path), message });
}

function visit(walk: Walk, value: JsonValue, path: Path): void {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) visit(walk, value[index]!, [...path, index]);
    return;
  }
  const object = asObject(value);
  if (!object) {
    if (typeof value === 'string') checkLiteral(walk, value, path);
    return;
  }
  const call = intrinsicOf(object);
  if (call) {
    visitCall(walk, call, [...path, call.name]);
    return;
  }
  const mixed = Object.keys(object).find((key) => functionNames.has(key) && key.startsWith('Fn::'));
  if (mixed !== undefined && mixed !== 'Fn::Transform') {
    report(walk, 'intrinsic', path, `${mixed} stands beside other keys: a function is the only key of its map.`);
  }
  for (const key of Object.keys(object)) visit(walk, object[key]!, [...path, key]);
}

/** `${AWS::Region}` outside Fn::Sub stays as it is: CloudFormation substitutes nothing there. */
function checkLiteral(walk: Walk, text: string, path: Path): void {
  if (!text.includes('${') || path.includes('Fn::Sub')) return;
  const names = subVariables(text).filter(
    (name) => pseudoParameters.has(name) || isDefined(walk.template, name.split('.')[0] ?? ''),
  );
  // IAM policy variables and similar are written this way on purpose; names of this template are not.
  if (names.length > 0) {
    report(
      walk,
      'substitution',
      path,
      `\${${names[0]}} stands outside Fn::Sub and will not be replaced. Wrap the text in Fn::Sub.`,
    );
  }
}

function isDefined(template: JsonObject, name: string): boolean {
  return get(template, 'Resources', name) !== undefined || get(template, 'Parameters', name) !== undefined;
}

function visitCall(walk: Walk, { name, argument }: Intrinsic, path: Path): void {
  const wrong = (message: string) => report(walk, 'intrinsic', path, `${name} ${message}`);
  const list = Array.isArray(argument) ? (argument as readonly JsonValue[]) : undefined;
  switch (name) {
    case 'Ref':
      if (typeof argument !== 'string') wrong('takes a name.');
      else useName(walk, argument, path, 'Ref');
      return;
    case 'Fn::GetAtt':
      visitGetAtt(walk, argument, path, wrong);
      return;
    case 'Fn::Sub':
      visitSub(walk, argument, path, wrong);
      return;
    case 'Fn::If':
      if (list?.length !== 3) {
        wrong(`takes a condition and two values${list ? `, not ${list.length} entries` : ''}.`);
        return;
      }
      if (typeof list[0] === 'string') useCondition(walk, list[0], [...path, 0]);
      else wrong('takes the name of a condition first.');
      visit(walk, list[1]!, [...path, 1]);
      visit(walk, list[2]!, [...path, 2]);
      return;
    case 'Fn::FindInMap':
      visitFindInMap(walk, list, path, wrong);
      return;
    case 'Fn::Join':
      if (list?.length !== 2 || typeof list[0] !== 'string') wrong('takes a separator and a list.');
      else if (!Array.isArray(list[1]) && !intrinsicOf(list[1])) wrong('takes a list of values second.');
      break;
    case 'Fn::Select':
      checkSelect(list, wrong);
      break;
    case 'Fn::Split':
      if (list?.length !== 2 || typeof list[0] !== 'string' || list[0] === '') wrong('takes a separator and a text.');
      else if (Array.isArray(list[1])) wrong('takes a text second, not a list.');
      break;
    case 'Fn::Cidr':
      if (!list || list.length < 2 || list.length > 3) wrong('takes a block, a count and the bits of each subnet.');
      break;
    case 'Fn::Base64':
      if (typeof argument !== 'string' && !intrinsicOf(argument)) wrong('takes a text.');
      break;
    case 'Fn::GetAZs':
      if (typeof argument !== 'string' && !intrinsicOf(argument)) wrong('takes a region, or an empty text.');
      break;
    case 'Fn::ImportValue':
      if (typeof argument !== 'string' && !intrinsicOf(argument)) wrong('takes the name of an export.');
      if (JSON.stringify(argument).match(/"(Ref|Fn::GetAtt)":/) && mentionsResource(walk.template, argument)) {
        wrong('may not depend on a resource: its name is needed before the stack is made.');
      }
      break;
    case 'Fn::ToJsonString':
    case 'Fn::Length':
      if (transforms(walk.template).length === 0) wrong("needs the transform 'AWS::LanguageExtensions'.");
      break;
    case 'Fn::Transform':
      for (const macro of list ?? [argument]) {
        if (asString(get(macro, 'Name')) === undefined) wrong('takes a map with Name and Parameters.');
      }
      return;
    case 'Fn::And':
    case 'Fn::Or':
    case 'Fn::Not':
    case 'Fn::Equals':
      wrong('stands in Conditions only; here, Fn::If names a condition.');
      return;
    default:
      if (!functionNames.has(name)) {
        const guess = didYouMean(name, [...functionNames]);
        report(
          walk,
          'intrinsic',
          path.slice(0, -1),
          `there is no function ${name}.${guess ? ` Did you mean ${guess}?` : ''}`,
        );
      }
  }
  visit(walk, argument, path);
}

function checkSelect(list: readonly JsonValue[] | undefined, wrong: (message: string) => void): void {
  if (list?.length !== 2) {
    wrong('takes an index and a list.');
    return;
  }
  const [index, values] = list;
  const number = typeof index === 'string' || typeof index === 'number' ? Number(index) : undefined;
  if (number !== undefined && (!Number.isInteger(number) || number < 0))
    wrong('takes a whole number from 0 on as its index.');
  if (Array.isArray(values) && number !== undefined && number >= values.length) {
    wrong(`asks for entry ${number} of a list with ${values.length}.`);
  }
}

function transforms(template: JsonObject): readonly JsonValue[] {
  const { Transform: transform } = template;
  return transform === undefined ? [] : Array.isArray(transform) ? transform : [transform];
}

function mentionsResource(template: JsonObject, value: JsonValue): boolean {
  if (Array.isArray(value)) return value.some((entry: JsonValue) => mentionsResource(template, entry));
  const object = asObject(value);
  if (!object) return false;
  const call = intrinsicOf(object);
  if (call?.name === 'Fn::GetAtt') return true;
  if (call?.name === 'Ref') return get(template, 'Resources', String(call.argument)) !== undefined;
  return Object.values(object).some((child) => mentionsResource(template, child));
}

function visitGetAtt(walk: Walk, argument: JsonValue, path: Path, wrong: (message: string) => void): void {
  const parts =
    typeof argument === 'string'
      ? [argument.slice(0, argument.indexOf('.')), argument.slice(argument.indexOf('.') + 1)]
      : Array.isArray(argument)
        ? (argument as readonly JsonValue[])
        : [];
  const [id, attribute] = parts;
  if (parts.length !== 2 || typeof id !== 'string' || id === '') {
    wrong('takes a logical id and an attribute.');
    return;
  }
  if (typeof attribute !== 'string') {
    if (intrinsicOf(attribute)) visit(walk, attribute!, [...path, 1]);
    else wrong('takes the name of an attribute second.');
    if (get(walk.template, 'Resources', id) === undefined) missing(walk, id, path, 'Fn::GetAtt');
    else depend(walk, id, path);
    return;
  }
  useAttribute(walk, id, attribute, path, 'Fn::GetAtt');
}

function useAttribute(walk: Walk, id: string, attribute: string, path: Path, by: string): void {
  const type = asString(get(walk.template, 'Resources', id, 'Type'));
  if (type === undefined) {
    missing(walk, id, path, by);
    return;
  }
  depend(walk, id, path);
  if (type === 'AWS::CloudFormation::Stack' && attribute.startsWith('Outputs.')) return;
  if (type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource') return;
  const known = walk.attributes(type);
  // Attributes of a map inside an attribute are not listed one by one.
  if (known === undefined || known.some((name) => attribute === name || attribute.startsWith(`${name}.`))) return;
  const guess = didYouMean(attribute, known);
  const list = known.length > 0 ? ` It has ${known.join(', ')}.` : ' It has none.';
  report(
    walk,
    'reference',
    path,
    `${id} (${type}) has no attribute ${attribute}.${guess ? ` Did you mean ${guess}?` : list}`,
  );
}

function visitSub(walk: Walk, argument: JsonValue, path: Path, wrong: (message: string) => void): void {
  if (intrinsicOf(argument)?.name === 'Fn::Transform') return;
  const list = Array.isArray(argument) ? (argument as readonly JsonValue[]) : undefined;
  const text = list ? list[0] : argument;
  const variables = list ? asObject(list[1]) : {};
  if (typeof text !== 'string' || !variables || (list && list.length !== 2)) {
    wrong('takes a text, or a text and a map of variables.');
    return;
  }
  const names = new Set(subVariables(text));
  for (const name of names) {
    if (Object.hasOwn(variables, name)) continue;
    const dot = name.indexOf('.');
    if (dot > 0) useAttribute(walk, name.slice(0, dot), name.slice(dot + 1), path, 'Fn::Sub');
    else useName(walk, name, path, 'Fn::Sub');
  }
  for (const name of Object.keys(variables)) {
    if (!names.has(name))
      report(walk, 'unused', [...path, 1, name], `Fn::Sub defines ${name}, but its text has no \${${name}}.`);
    visit(walk, variables[name]!, [...path, 1, name]);
  }
  if (names.size === 0 && !text.includes('${!')) {
    report(walk, 'unused', path, 'Fn::Sub has no variable in its text: a plain text says the same.');
  }
}

function visitFindInMap(
  walk: Walk,
  list: readonly JsonValue[] | undefined,
  path: Path,
  wrong: (message: string) => void,
): void {
  if (!list || (list.length !== 3 && !(list.length === 4 && transforms(walk.template).length > 0))) {
    wrong('takes a mapping and two keys.');
    return;
  }
  list.forEach((entry, index) => {
    visit(walk, entry, [...path, index]);
  });
  const [name, first, second] = list;
  if (typeof name !== 'string') return;
  const mapping = asObject(get(walk.template, 'Mappings', name));
  walk.used.mappings.add(name);
  if (!mapping) {
    const guess = didYouMean(name, Object.keys(asObject(walk.template.Mappings) ?? {}));
    report(walk, 'reference', [...path, 0], `there is no mapping ${name}.${guess ? ` Did you mean ${guess}?` : ''}`);
    return;
  }
  if (list.length === 4) return;
  if (typeof first === 'string' && !Object.hasOwn(mapping, first)) {
    report(
      walk,
      'reference',
      [...path, 1],
      `the mapping ${name} has no key ${first}; it has ${Object.keys(mapping).join(', ')}.`,
    );
    return;
  }
  if (typeof second !== 'string') return;
  const rows = typeof first === 'string' ? [mapping[first]] : Object.values(mapping);
  const lacking = rows.filter((row) => get(row, second) === undefined);
  if (lacking.length > 0 && lacking.length === rows.length) {
    report(
      walk,
      'reference',
      [...path, 2],
      `the mapping ${name} has no entry ${second} under ${typeof first === 'string' ? first : 'any key'}.`,
    );
  }
}

function useName(walk: Walk, name: string, path: Path, by: string): void {
  if (pseudoParameters.has(name)) {
    if (name === 'AWS::NoValue' && walk.owner === undefined && path[0] === 'Outputs') {
      report(walk, 'intrinsic', path, 'AWS::NoValue takes a property away: an output cannot have it.');
    }
    return;
  }
  if (get(walk.template, 'Parameters', name) !== undefined) walk.used.parameters.add(name);
  else if (get(walk.template, 'Resources', name) !== undefined) depend(walk, name, path);
  else missing(walk, name, path, by);
}

function missing(walk: Walk, name: string, path: Path, by: string): void {
  const known = [
    ...Object.keys(asObject(walk.template.Resources) ?? {}),
    ...Object.keys(asObject(walk.template.Parameters) ?? {}),
    ...(name.startsWith('AWS') ? pseudoParameters : []),
  ];
  const guess = didYouMean(name, known);
  report(
    walk,
    'reference',
    path,
    `${by} names ${name}, which is no resource${by === 'Fn::GetAtt' ? '' : ' or parameter'} of this template.${guess ? ` Did you mean ${guess}?` : ''}`,
  );
}

function depend(walk: Walk, id: string, path: Path): void {
  if (walk.owner === undefined) return;
  const own = walk.dependencies.get(walk.owner);
  if (own && !own.has(id)) own.set(id, pointerOf(...path));
}

function dependsOn(walk: Walk, value: JsonValue | undefined, path: Path): void {
  if (value === undefined) return;
  const names = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
  names.forEach((name, index) => {
    const at = Array.isArray(value) ? [...path, index] : path;
    if (typeof name !== 'string') {
      report(walk, 'shape', at, 'DependsOn takes names of resources.');
      return;
    }
    if (get(walk.template, 'Resources', name) === undefined) {
      const guess = didYouMean(name, Object.keys(asObject(walk.template.Resources) ?? {}));
      report(
        walk,
        'reference',
        at,
        `DependsOn names ${name}, which is no resource of this template.${guess ? ` Did you mean ${guess}?` : ''}`,
      );
      return;
    }
    depend(walk, name, at);
  });
}

function useCondition(walk: Walk, name: JsonValue | undefined, path: Path): void {
  if (name === undefined) return;
  if (typeof name !== 'string') {
    report(walk, 'shape', path, 'a condition is given by its name.');
    return;
  }
  walk.used.conditions.add(name);
  if (get(walk.template, 'Conditions', name) !== undefined) return;
  const guess = didYouMean(name, Object.keys(asObject(walk.template.Conditions) ?? {}));
  report(walk, 'reference', path, `there is no condition ${name}.${guess ? ` Did you mean ${guess}?` : ''}`);
}

/** An expression below Conditions. `top` asks for a boolean. */
function visitCondition(walk: Walk, value: JsonValue, path: Path, top: boolean): void {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) visitCondition(walk, value[index]!, [...path, index], false);
    return;
  }
  const object = asObject(value);
  if (!object) {
    if (top)
      report(walk, 'intrinsic', path, 'a condition is one of Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition.');
    return;
  }
  const keys = Object.keys(object);
  const name = keys[0] ?? '';
  const argument = object[name];
  if (keys.length !== 1 || argument === undefined || (!conditionFunctions.has(name) && !functionNames.has(name))) {
    report(walk, 'intrinsic', path, 'a condition is one of Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition.');
    return;
  }
  const at = [...path, name];
  if (!conditionFunctions.has(name)) {
    report(
      walk,
      'intrinsic',
      at,
      `${name} may not stand in a condition: conditions are judged before there are resources.`,
    );
    return;
  }
  if (top && name !== 'Condition' && !booleanFunctions.has(name)) {
    report(walk, 'intrinsic', at, `${name} is no condition: use Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition.`);
  }
  const size = Array.isArray(argument) ? argument.length : 0;
  if (name === 'Condition') useCondition(walk, argument, at);
  else if (name === 'Ref') {
    if (get(walk.template, 'Resources', String(argument)) !== undefined) {
      report(walk, 'intrinsic', at, `a condition may not depend on the resource ${String(argument)}.`);
    } else if (typeof argument === 'string') useName(walk, argument, at, 'Ref');
  } else if (name === 'Fn::FindInMap' || name === 'Fn::Sub') visitCall(walk, { name, argument }, at);
  else {
    if (name === 'Fn::Equals' && size !== 2) report(walk, 'intrinsic', at, 'Fn::Equals compares two values.');
    if (name === 'Fn::Not' && size !== 1) report(walk, 'intrinsic', at, 'Fn::Not takes one condition, in a list.');
    if ((name === 'Fn::And' || name === 'Fn::Or') && (size < 2 || size > 10)) {
      report(walk, 'intrinsic', at, `${name} takes 2 to 10 conditions.`);
    }
    visitCondition(walk, argument, at, false);
  }
}

/** Circles of resources that wait for each other: each is reported once, at the first of its links. */
export function findCycles(dependencies: References['dependencies']): readonly SchemaIssue[] {
  const state = new Map<string, 'open' | 'done'>();
  const issues: SchemaIssue[] = [];
  const visitNode = (id: string, trail: readonly string[]): void => {
    state.set(id, 'open');
    for (const [target, pointer] of dependencies.get(id) ?? []) {
      if (state.get(target) === 'open') {
        const circle = [...trail.slice(trail.indexOf(target)), target];
        const message =
          target === id
            ? `${id} depends on itself.`
            : `these resources wait for each other: ${circle.join(' -> ')}. Move one link into a resource of its own.`;
        issues.push({ code: 'cycle', pointer, message });
      } else if (state.get(target) === undefined) visitNode(target, [...trail, target]);
    }
    state.set(id, 'done');
  };
  for (const id of dependencies.keys()) if (state.get(id) === undefined) visitNode(id, [id]);
  return issues;
}
