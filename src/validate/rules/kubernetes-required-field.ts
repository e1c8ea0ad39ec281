/** A required field that is missing; the place is the object that lacks it. */
import { reportCodes } from '../kubernetes-schema/issues.ts';
import type { ClusterRule } from '../rule.ts';

export const kubernetesRequiredField: ClusterRule = {
  id: 'kubernetes-required-field',
  family: 'kubernetes-schema',
  severity: 'error',
  title: 'every required field is there',
  scope: 'cluster',
  check: reportCodes('required'),
};
