/** A value of another type than the schema says: the API server cannot decode the object. */
import { reportCodes } from '../kubernetes-schema/issues.ts';
import type { ClusterRule } from '../rule.ts';

export const kubernetesFieldType: ClusterRule = {
  id: 'kubernetes-field-type',
  family: 'kubernetes-schema',
  severity: 'error',
  title: 'every value has the type that its field takes',
  scope: 'cluster',
  check: reportCodes('type'),
};
