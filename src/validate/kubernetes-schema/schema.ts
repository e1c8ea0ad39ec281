/** The schema dialect of Kubernetes: published definitions of the built-in kinds, and structural schemas of CRDs. */
import type { JsonObject, JsonValue } from '../../model.ts';

/** One node, as it stands in the pinned data or in a CustomResourceDefinition. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly enum?: readonly JsonValue[];
  readonly default?: JsonValue;
  readonly nullable?: boolean;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly uniqueItems?: boolean;
  readonly allOf?: readonly SchemaNode[];
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly not?: SchemaNode;
  /** In the pinned data: the first alternative of the value's JSON type counts. */
  readonly oneOfTypes?: readonly SchemaNode[];
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-validations'?: readonly CelRule[];
}

export interface CelRule {
  readonly rule: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly fieldPath?: string;
  readonly optionalOldSelf?: boolean;
}

export type Definitions = Readonly<Record<string, SchemaNode>>;

/** The pinned schemas of one minor, as src/load/schemas.ts reads them. */
export interface KubernetesSchemas {
  readonly minor: string;
  readonly kinds: Readonly<Record<string, string>>;
  readonly definitions: Readonly<Record<string, JsonObject>>;
}

/** What a schema issue is about; each code has a rule. */
export type SchemaCode =
  | 'unknown-kind'
  | 'unknown-field'
  | 'type'
  | 'enum'
  | 'required'
  | 'duplicate'
  | 'value'
  | 'rule'
  | 'rule-unchecked';

/** Names of the ObjectMeta definition and of its list-map cousins. */
export const objectMeta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
