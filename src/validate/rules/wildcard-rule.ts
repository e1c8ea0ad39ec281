/** `*` grants what exists today and whatever is added tomorrow. */
import { asList, type ClusterRule, get } from '../rule.ts';

export const wildcardRule: ClusterRule = {
  id: 'wildcard-rule',
  family: 'rbac',
  severity: 'error',
  title: 'no RBAC rule has a wildcard without a reason in the source',
  scope: 'cluster',
  check(cluster, report) {
    for (const kind of ['Role', 'ClusterRole']) {
      for (const role of cluster.byKind.get(kind) ?? []) {
        asList(get(role.object, 'rules')).forEach((rule, index) => {
          for (const field of ['apiGroups', 'resources', 'verbs', 'nonResourceURLs'] as const) {
            const position = asList(get(rule, field)).indexOf('*');
            if (position < 0) continue;
            report(
              role.artifact,
              `/rules/${index}/${field}/${position}`,
              `${kind} ${role.name} grants every one of ${field}, also of those that do not exist yet. List what is needed, or say in the source why all: "weir-ignore wildcard-rule: <reason>".`,
            );
          }
        });
      }
    }
  },
};
