/** The schema dialect of CloudFormation's registry, with the keywords that cfn-lint adds to it. */
import type { JsonObject, JsonValue } from '../../model.ts';
import type { IamFacts } from './policies.ts';

export type PropertySchema = PropertyNode | boolean;

/** One node, as it stands in the pinned data. */
export interface PropertyNode {
  /** The name of a definition of the same type. */
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, PropertySchema>>;
  readonly patternProperties?: Readonly<Record<string, PropertySchema>>;
  readonly additionalProperties?: PropertySchema;
  readonly propertyNames?: PropertySchema;
  readonly required?: readonly string[];
  /** Exactly one, and at least one, of these properties. */
  readonly requiredXor?: readonly string[];
  readonly requiredOr?: readonly string[];
  readonly dependentRequired?: Readonly<Record<string, readonly string[]>>;
  readonly dependentExcluded?: Readonly<Record<string, readonly string[]>>;
  readonly items?: PropertySchema;
  readonly enum?: readonly JsonValue[];
  readonly enumCaseInsensitive?: readonly string[];
  readonly const?: JsonValue;
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly uniqueKeys?: readonly string[];
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly allOf?: readonly PropertySchema[];
  readonly anyOf?: readonly PropertySchema[];
  readonly oneOf?: readonly PropertySchema[];
  readonly not?: PropertySchema;
  readonly if?: PropertySchema;
  readonly then?: PropertySchema;
  readonly else?: PropertySchema;
}

export type PropertyDefinitions = Readonly<Record<string, PropertyNode>>;

/** One resource type of the pinned data; src/load/schemas.ts says what the lists mean. */
export interface ResourceType {
  readonly properties?: Readonly<Record<string, JsonObject>>;
  readonly definitions?: Readonly<Record<string, JsonObject>>;
  readonly required?: readonly string[];
  readonly attributes?: readonly string[];
  readonly readOnly?: readonly string[];
  readonly deprecated?: readonly string[];
}

export interface Combination {
  readonly at: readonly string[];
  readonly message: string;
  readonly schema: JsonObject;
  readonly definitions?: Readonly<Record<string, JsonObject>>;
}

/** The pinned data that templates are judged by. */
export interface TemplateSchemas extends IamFacts {
  readonly resourceType: (type: string) => ResourceType | undefined;
  readonly resourceTypes: () => ReadonlySet<string>;
  readonly combinations: () => readonly Combination[];
}

/** What a template issue is about; each code has a rule. */
export type TemplateCode =
  | 'shape'
  | 'resource-type'
  | 'property'
  | 'property-type'
  | 'property-value'
  | 'property-required'
  | 'property-combination'
  | 'intrinsic'
  | 'reference'
  | 'substitution'
  | 'unused'
  | 'cycle'
  | 'iam-document'
  | 'iam-action'
  | 'iam-condition'
  | 'limit';
