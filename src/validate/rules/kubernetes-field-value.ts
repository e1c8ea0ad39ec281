/** A value outside the enum, pattern, format or bounds that the schema states. */
import { reportCodes } from '../kubernetes-schema/issues.ts';
import type { ClusterRule } from '../rule.ts';

export const kubernetesFieldValue: ClusterRule = {
  id: 'kubernetes-field-value',
  family: 'kubernetes-schema',
  severity: 'error',
  title: 'every value is one that its field admits',
  scope: 'cluster',
  check: reportCodes('enum', 'value'),
};
