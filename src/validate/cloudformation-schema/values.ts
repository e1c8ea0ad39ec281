/** Small questions about values and schema nodes that judging and evaluating share. */
import type { JsonObject, JsonValue } from '../../model.ts';
import { alternatives } from './intrinsics.ts';
import type { PropertyDefinitions, PropertyNode, PropertySchema } from './schema.ts';

/** The node that a schema stands for: references followed, what stands beside a reference kept. */
export function resolveNode(schema: PropertySchema | undefined, definitions: PropertyDefinitions): PropertyNode {
  let node = typeof schema === 'object' ? schema : {};
  for (let hops = 0; node.$ref !== undefined && hops < 10; hops++) {
    const target = Object.hasOwn(definitions, node.$ref) ? definitions[node.$ref] : undefined;
    const { $ref: _, ...rest } = node;
    node = { ...target, ...rest };
    if (!target) break;
    if (target.$ref !== undefined) node = { ...node, $ref: target.$ref };
  }
  return node;
}

/** Whether CloudFormation takes the value for the type: it converts between texts, numbers and booleans. */
export function hasType(type: string, value: JsonValue): boolean {
  const scalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  switch (type) {
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'array':
      return Array.isArray(value);
    case 'string':
      return scalar;
    case 'integer':
      return (
        (typeof value === 'number' && Number.isInteger(value)) || (typeof value === 'string' && /^-?\d+$/.test(value))
      );
    case 'number':
      return typeof value === 'number' || (typeof value === 'string' && value !== '' && Number.isFinite(Number(value)));
    case 'boolean':
      return typeof value === 'boolean' || value === 'true' || value === 'false';
    default:
      return value === null;
  }
}

/** Whether a property is there: `maybe` when a condition takes it away. */
export function presenceOf(template: JsonObject, value: JsonObject, name: string): 'yes' | 'no' | 'maybe' {
  if (!Object.hasOwn(value, name)) return 'no';
  const kinds = alternatives(template, value[name]!).map(({ kind }) => kind);
  if (!kinds.includes('absent')) return 'yes';
  return kinds.every((kind) => kind === 'absent') ? 'no' : 'maybe';
}
