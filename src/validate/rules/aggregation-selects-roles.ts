/** An aggregated ClusterRole is the sum of the ClusterRoles that its selectors match: none means no rights at all. */
import { matchesSelector, selectorText } from '../labels.ts';
import { labelsOf } from '../pods.ts';
import { asList, type ClusterRule, get } from '../rule.ts';

export const aggregationSelectsRoles: ClusterRule = {
  id: 'aggregation-selects-roles',
  family: 'references',
  severity: 'error',
  title: 'each selector of an aggregated ClusterRole matches a ClusterRole',
  scope: 'cluster',
  check(cluster, report) {
    const roles = cluster.byKind.get('ClusterRole') ?? [];
    for (const role of roles) {
      asList(get(role.object, 'aggregationRule', 'clusterRoleSelectors')).forEach((selector, index) => {
        if (roles.some((other) => other !== role && matchesSelector(selector, labelsOf(other.object)))) return;
        report(
          role.artifact,
          `/aggregationRule/clusterRoleSelectors/${index}`,
          `No ClusterRole has ${selectorText(selector)}: ${role.name} gets nothing from it.`,
        );
      });
      if (get(role.object, 'aggregationRule') !== undefined && asList(get(role.object, 'rules')).length > 0) {
        report(
          role.artifact,
          '/rules',
          `The rules of an aggregated ClusterRole are overwritten by the control plane. Put them into a ClusterRole of their own that the selector matches.`,
        );
      }
    }
  },
};
