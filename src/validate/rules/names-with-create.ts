/** `create`, `list`, `watch` and `deletecollection` know no single name: with resourceNames they behave otherwise than it reads. */
import { asList, type ClusterRule, get } from '../rule.ts';

export const namesWithCreate: ClusterRule = {
  id: 'names-with-create',
  family: 'rbac',
  severity: 'error',
  title: 'resourceNames are not combined with verbs that know no name',
  scope: 'cluster',
  check(cluster, report) {
    for (const kind of ['Role', 'ClusterRole']) {
      for (const role of cluster.byKind.get(kind) ?? []) {
        asList(get(role.object, 'rules')).forEach((rule, index) => {
          if (asList(get(rule, 'resourceNames')).length === 0) return;
          const verbs = asList(get(rule, 'verbs'));
          // Requests for these carry no object name, so the rule never applies to them (create is exempt for
          // subresources such as pods/exec and serviceaccounts/token, whose requests do carry one).
          const subresources = asList(get(rule, 'resources')).every(
            (resource) => typeof resource === 'string' && resource.includes('/'),
          );
          for (const verb of ['create', 'deletecollection']) {
            const position = verbs.indexOf(verb);
            if (position < 0 || (verb === 'create' && subresources)) continue;
            report(
              role.artifact,
              `/rules/${index}/verbs/${position}`,
              `${kind} ${role.name}: "${verb}" with resourceNames never matches, because such a request names no object. Move ${verb} into a rule without resourceNames.`,
            );
          }
        });
      }
    }
  },
};
