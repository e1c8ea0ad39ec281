/** A field that the schema does not have: the API server drops it or, with strict field validation, refuses the object. */
import { reportCodes } from '../kubernetes-schema/issues.ts';
import type { ClusterRule } from '../rule.ts';

export const kubernetesUnknownField: ClusterRule = {
  id: 'kubernetes-unknown-field',
  family: 'kubernetes-schema',
  severity: 'error',
  title: 'every field exists in the schema of its kind',
  scope: 'cluster',
  check: reportCodes('unknown-field'),
};
