/** Two entries of a list with one key: server-side apply refuses them, and a client-side apply loses one. */
import { reportCodes } from '../kubernetes-schema/issues.ts';
import type { ClusterRule } from '../rule.ts';

export const kubernetesDuplicateEntry: ClusterRule = {
  id: 'kubernetes-duplicate-entry',
  family: 'kubernetes-schema',
  severity: 'error',
  title: 'entries of a keyed list or a set are distinct',
  scope: 'cluster',
  check: reportCodes('duplicate'),
};
