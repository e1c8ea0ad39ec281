/** Rules that judge by pinned schemas, and rules of names. */
import type { Rule } from '../rule.ts';
import { customResourceRule } from './custom-resource-rule.ts';
import { kubernetesDeprecatedApi } from './kubernetes-deprecated-api.ts';
import { kubernetesDuplicateEntry } from './kubernetes-duplicate-entry.ts';
import { kubernetesFieldType } from './kubernetes-field-type.ts';
import { kubernetesFieldValue } from './kubernetes-field-value.ts';
import { kubernetesRemovedApi } from './kubernetes-removed-api.ts';
import { kubernetesRequiredField } from './kubernetes-required-field.ts';
import { kubernetesUnknownField } from './kubernetes-unknown-field.ts';
import { kubernetesUnknownKind } from './kubernetes-unknown-kind.ts';
import { metadataAnnotations } from './metadata-annotations.ts';
import { metadataLabels } from './metadata-labels.ts';
import { metadataName } from './metadata-name.ts';
import { metadataNamespace } from './metadata-namespace.ts';
import { objectSize } from './object-size.ts';

export const schemaRules: readonly Rule[] = [
  // kubernetes-schema
  kubernetesUnknownKind,
  kubernetesUnknownField,
  kubernetesFieldType,
  kubernetesFieldValue,
  kubernetesRequiredField,
  kubernetesDuplicateEntry,
  kubernetesRemovedApi,
  kubernetesDeprecatedApi,
  customResourceRule,
  objectSize,
  // names
  metadataName,
  metadataNamespace,
  metadataLabels,
  metadataAnnotations,
];
