/** API versions that the cluster's minor no longer serves. */
import { judgeObjects, titleOf } from '../kubernetes-schema/issues.ts';
import { isAtLeast } from '../kubernetes-schema/minor.ts';
import type { ClusterRule } from '../rule.ts';

export const kubernetesRemovedApi: ClusterRule = {
  id: 'kubernetes-removed-api',
  family: 'kubernetes-schema',
  severity: 'error',
  title: 'no object uses an API version that is gone',
  scope: 'cluster',
  check(cluster, report, _unchecked, data) {
    for (const entry of judgeObjects(cluster, data)) {
      const life = data.deprecation(entry.apiVersion, entry.kind);
      if (life?.removed === undefined || !isAtLeast(cluster.kubernetes, life.removed)) continue;
      const remedy = life.replacement ? ` Use ${life.replacement}.` : '';
      report(
        entry.artifact,
        '/apiVersion',
        `${titleOf(entry)}: ${entry.apiVersion} was removed in ${life.removed}; the cluster runs ${cluster.kubernetes}.${remedy}`,
      );
    }
  },
};
