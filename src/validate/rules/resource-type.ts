/** Resource types that do not exist; a type that exists without a schema here is named as not checked. */
import type { ClusterRule } from '../rule.ts';

export const resourceType: ClusterRule = {
  id: 'resource-type',
  family: 'cloudformation',
  severity: 'error',
  title: 'every resource type exists',
  scope: 'cluster',
  check(cluster, report, unchecked, data) {
    for (const view of cluster.templates) {
      const verdict = data.validateTemplate(view.template);
      for (const issue of verdict.issues) {
        if (issue.code === 'resource-type') report(view.artifact, issue.pointer, issue.message);
      }
      for (const type of verdict.unchecked) unchecked(type, 'the pinned data has no schema of this resource type');
    }
  },
};
