/** API versions that still work and will go: the next minor is planned before it is needed. */
import { indexCrds } from '../kubernetes-schema/crds.ts';
import { judgeObjects, titleOf } from '../kubernetes-schema/issues.ts';
import { isAtLeast } from '../kubernetes-schema/minor.ts';
import type { ClusterRule } from '../rule.ts';

export const kubernetesDeprecatedApi: ClusterRule = {
  id: 'kubernetes-deprecated-api',
  family: 'kubernetes-schema',
  severity: 'warning',
  title: 'no object uses an API version that will go',
  scope: 'cluster',
  check(cluster, report, _unchecked, data) {
    const custom = indexCrds((cluster.byKind.get('CustomResourceDefinition') ?? []).map((view) => view.object));
    for (const entry of judgeObjects(cluster, data)) {
      if (custom.get(`${entry.apiVersion} ${entry.kind}`)?.deprecated) {
        report(
          entry.artifact,
          '/apiVersion',
          `${titleOf(entry)}: its definition marks ${entry.apiVersion} as deprecated.`,
        );
      }
      const life = data.deprecation(entry.apiVersion, entry.kind);
      if (life?.deprecated === undefined || !isAtLeast(cluster.kubernetes, life.deprecated)) continue;
      if (life.removed !== undefined && isAtLeast(cluster.kubernetes, life.removed)) continue;
      const end = life.removed ? `, and goes in ${life.removed}` : '';
      const remedy = life.replacement ? ` Use ${life.replacement}.` : '';
      report(
        entry.artifact,
        '/apiVersion',
        `${titleOf(entry)}: ${entry.apiVersion} is deprecated since ${life.deprecated}${end}.${remedy}`,
      );
    }
  },
};
