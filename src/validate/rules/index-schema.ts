/** Rules that judge by pinned schemas, and rules of names. */
import type { Rule } from '../rule.ts';
import { autoScalingGroup } from './auto-scaling-group.ts';
import { autoscalerBounds } from './autoscaler-bounds.ts';
import { containerFields } from './container-fields.ts';
import { customResourceDefinition } from './custom-resource-definition.ts';
import { customResourceRule } from './custom-resource-rule.ts';
import { dataKey } from './data-key.ts';
import { exportImport } from './export-import.ts';
import { iamAction } from './iam-action.ts';
import { iamCondition } from './iam-condition.ts';
import { iamPolicyDocument } from './iam-policy-document.ts';
import { instanceType } from './instance-type.ts';
import { intrinsicFunction } from './intrinsic-function.ts';
import { kubernetesDeprecatedApi } from './kubernetes-deprecated-api.ts';
import { kubernetesDuplicateEntry } from './kubernetes-duplicate-entry.ts';
import { kubernetesFieldType } from './kubernetes-field-type.ts';
import { kubernetesFieldValue } from './kubernetes-field-value.ts';
import { kubernetesRemovedApi } from './kubernetes-removed-api.ts';
import { kubernetesRequiredField } from './kubernetes-required-field.ts';
import { kubernetesUnknownField } from './kubernetes-unknown-field.ts';
import { kubernetesUnknownKind } from './kubernetes-unknown-kind.ts';
import { loadBalancerName } from './load-balancer-name.ts';
import { metadataAnnotations } from './metadata-annotations.ts';
import { metadataLabels } from './metadata-labels.ts';
import { metadataName } from './metadata-name.ts';
import { metadataNamespace } from './metadata-namespace.ts';
import { objectSize } from './object-size.ts';
import { recordSet } from './record-set.ts';
import { resourceLimits } from './resource-limits.ts';
import { resourceProperty } from './resource-property.ts';
import { resourcePropertyCombination } from './resource-property-combination.ts';
import { resourcePropertyRequired } from './resource-property-required.ts';
import { resourcePropertyType } from './resource-property-type.ts';
import { resourcePropertyValue } from './resource-property-value.ts';
import { resourceType } from './resource-type.ts';
import { securityGroupRule } from './security-group-rule.ts';
import { serviceFields } from './service-fields.ts';
import { templateCycle } from './template-cycle.ts';
import { templateLimit } from './template-limit.ts';
import { templateReference } from './template-reference.ts';
import { templateShape } from './template-shape.ts';
import { templateSubstitution } from './template-substitution.ts';
import { templateUnused } from './template-unused.ts';
import { volumeSource } from './volume-source.ts';
import { workloadFields } from './workload-fields.ts';

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
  containerFields,
  volumeSource,
  resourceLimits,
  workloadFields,
  serviceFields,
  dataKey,
  autoscalerBounds,
  customResourceDefinition,
  // names
  metadataName,
  metadataNamespace,
  metadataLabels,
  metadataAnnotations,
  // cloudformation
  templateShape,
  resourceType,
  resourceProperty,
  resourcePropertyType,
  resourcePropertyValue,
  resourcePropertyRequired,
  resourcePropertyCombination,
  intrinsicFunction,
  templateReference,
  templateSubstitution,
  templateUnused,
  templateCycle,
  templateLimit,
  exportImport,
  instanceType,
  autoScalingGroup,
  loadBalancerName,
  recordSet,
  securityGroupRule,
  // iam
  iamPolicyDocument,
  iamAction,
  iamCondition,
];
