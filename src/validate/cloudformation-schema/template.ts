/** Judges a whole template once. */
import type { JsonObject, JsonValue } from '../../model.ts';
import { didYouMean } from '../kubernetes-schema/walk.ts';
import { asObject, asString, get, pointerOf, type SchemaIssue, type TemplateVerdict } from '../rule.ts';
import { evaluate } from './evaluate.ts';
import { alternatives } from './intrinsics.ts';
import { checkLimits } from './limits.ts';
import { checkPolicyDocuments } from './policies.ts';
import { validateProperty } from './properties.ts';
import { collectReferences, findCycles } from './references.ts';
import type {
  Combination,
  PropertyDefinitions,
  PropertyNode,
  PropertySchema,
  ResourceType,
  TemplateSchemas,
} from './schema.ts';
import { checkShape } from './shape.ts';

/** A validator over pinned types. Verdicts are kept by value: templates that clusters share are judged once. */
export function createTemplateValidator(schemas: TemplateSchemas): (template: JsonObject) => TemplateVerdict {
  const kept = new WeakMap<JsonObject, TemplateVerdict>();
  return (template) => {
    let verdict = kept.get(template);
    if (!verdict) {
      verdict = judgeTemplate(schemas, template);
      kept.set(template, verdict);
    }
    return verdict;
  };
}

/** Types that are not in the registry: anything may stand in them. */
export function isCustomType(type: string): boolean {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
}

function judgeTemplate(schemas: TemplateSchemas, template: JsonObject): TemplateVerdict {
  const issues: SchemaIssue[] = [...checkShape(template)];
  const unchecked = new Set<string>();
  const resources = asObject(template.Resources) ?? {};
  for (const id of Object.keys(resources)) {
    const type = asString(get(resources, id, 'Type'));
    if (type === undefined || isCustomType(type)) continue;
    const data = schemas.resourceType(type);
    if (data) issues.push(...judgeResource(schemas, template, id, type, data));
    else if (schemas.resourceTypes().has(type) || type.endsWith('::MODULE')) unchecked.add(type);
    else issues.push(unknownType(schemas, id, type));
  }
  const references = collectReferences(template, (type) => schemas.resourceType(type)?.attributes ?? undefined);
  issues.push(...references.issues, ...findCycles(references.dependencies), ...findUnused(template, references.used));
  issues.push(...checkPolicyDocuments(template, schemas), ...checkLimits(template));
  return { issues, unchecked: [...unchecked].sort() };
}

function unknownType(schemas: TemplateSchemas, id: string, type: string): SchemaIssue {
  const known = [...schemas.resourceTypes()];
  const service = type.split('::').slice(0, 2).join('::');
  const siblings = known.filter((name) => name.startsWith(`${service}::`));
  const guess = didYouMean(type, siblings.length > 0 ? siblings : known);
  return {
    code: 'resource-type',
    pointer: pointerOf('Resources', id, 'Type'),
    message: `there is no resource type ${type}.${guess ? ` Did you mean ${guess}?` : ''}`,
  };
}

/** The properties of one resource; pointers are those of the template. */
export function judgeResource(
  schemas: TemplateSchemas,
  template: JsonObject,
  id: string,
  type: string,
  data: ResourceType,
): readonly SchemaIssue[] {
  const issues: SchemaIssue[] = [];
  const path = ['Resources', id, 'Properties'];
  const properties = get(template, ...path);
  const at = properties === undefined ? path.slice(0, 2) : path;
  const definitions = (data.definitions ?? {}) as PropertyDefinitions;
  const root: PropertyNode = { ...(data as PropertyNode), type: 'object' };
  const walk = { template, definitions, issues, readOnly: data.readOnly ?? [] };
  validateProperty(walk, root, properties ?? {}, at);
  for (const { combination, steps } of combinationsOf(schemas).get(type) ?? []) {
    judgeCombination(template, combination, properties ?? {}, steps, at, issues);
  }
  return issues.map((issue) => ({ ...issue, message: `${id} (${type}): ${issue.message}` }));
}

interface PlacedCombination {
  readonly combination: Combination;
  readonly steps: readonly string[];
}

const placed = new WeakMap<readonly Combination[], ReadonlyMap<string, readonly PlacedCombination[]>>();

/** Combinations by resource type. */
function combinationsOf(schemas: TemplateSchemas): ReadonlyMap<string, readonly PlacedCombination[]> {
  const combinations = schemas.combinations();
  let index = placed.get(combinations);
  if (!index) {
    const lists = new Map<string, PlacedCombination[]>();
    for (const combination of combinations) {
      for (const target of combination.at) {
        const [type = '', ...steps] = target.split('/');
        const list = lists.get(type);
        if (list) list.push({ combination, steps });
        else lists.set(type, [{ combination, steps }]);
      }
    }
    index = lists;
    placed.set(combinations, index);
  }
  return index;
}

/** Follows the path of a combination to every value that it speaks of. */
function judgeCombination(
  template: JsonObject,
  combination: Combination,
  value: JsonValue,
  steps: readonly string[],
  path: readonly (string | number)[],
  issues: SchemaIssue[],
): void {
  const definitions = (combination.definitions ?? {}) as PropertyDefinitions;
  const visit = (current: JsonValue, rest: readonly string[], at: readonly (string | number)[]): void => {
    for (const alternative of alternatives(template, current)) {
      if (alternative.kind !== 'value') continue;
      const here = [...at, ...alternative.path];
      const [step, ...more] = rest;
      if (step === undefined) {
        if (evaluate(template, definitions, combination.schema as PropertySchema, alternative.value) === 'fails') {
          issues.push({
            code: 'property-combination',
            pointer: pointerOf(...here),
            message: `${combination.message}.`,
          });
        }
      } else if (step === '*') {
        if (!Array.isArray(alternative.value)) continue;
        alternative.value.forEach((entry, index) => {
          visit(entry, more, [...here, index]);
        });
      } else {
        const child = get(alternative.value, step);
        if (child !== undefined) visit(child, more, [...here, step]);
      }
    }
  };
  visit(value, steps, path);
}

function findUnused(
  template: JsonObject,
  used: { readonly parameters: Set<string>; readonly conditions: Set<string>; readonly mappings: Set<string> },
): readonly SchemaIssue[] {
  // Rules, transforms and mapping names that deployment decides may use anything.
  if (template.Transform !== undefined || template.Rules !== undefined) return [];
  const lists = [
    ['Parameters', 'parameter', used.parameters],
    ['Conditions', 'condition', used.conditions],
    ['Mappings', 'mapping', used.mappings],
  ] as const;
  return lists.flatMap(([section, what, names]) =>
    Object.keys(asObject(template[section]) ?? {})
      .filter((name) => !names.has(name))
      .map((name) => ({
        code: 'unused',
        pointer: pointerOf(section, name),
        message: `nothing uses the ${what} ${name}. Drop it.`,
      })),
  );
}
