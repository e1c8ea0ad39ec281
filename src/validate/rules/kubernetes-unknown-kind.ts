/** A kind that the cluster's minor does not serve. What has no schema here is named as not checked. */
import { judgeObjects, titleOf } from '../kubernetes-schema/issues.ts';
import type { ClusterRule } from '../rule.ts';

export const kubernetesUnknownKind: ClusterRule = {
  id: 'kubernetes-unknown-kind',
  family: 'kubernetes-schema',
  severity: 'error',
  title: 'every kind is served by the cluster',
  scope: 'cluster',
  check(cluster, report, unchecked, data) {
    for (const entry of judgeObjects(cluster, data)) {
      if (entry.issues === undefined) {
        const known = data.apiResources(cluster.kubernetes) !== undefined;
        unchecked(
          `${entry.apiVersion} ${entry.kind}`,
          known
            ? 'no CustomResourceDefinition of this kind is in the compile or in schemas/crds/'
            : `there are no schemas of Kubernetes ${cluster.kubernetes}`,
        );
      }
      // A version that is gone has a rule of its own, which names the minor.
      if (data.deprecation(entry.apiVersion, entry.kind)?.removed !== undefined) continue;
      for (const issue of entry.issues ?? []) {
        if (issue.code === 'unknown-kind') report(entry.artifact, issue.pointer, `${titleOf(entry)}: ${issue.message}`);
      }
    }
  },
};
