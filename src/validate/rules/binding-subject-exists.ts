/** Subjects of bindings: service accounts must exist and carry a namespace; users and groups carry the RBAC group. */
import { asList, asString, type ClusterRule, get, nearest } from '../rule.ts';

export const bindingSubjectExists: ClusterRule = {
  id: 'binding-subject-exists',
  family: 'references',
  severity: 'error',
  title: 'a service account that a binding names exists',
  scope: 'cluster',
  check(cluster, report) {
    for (const kind of ['RoleBinding', 'ClusterRoleBinding']) {
      for (const binding of cluster.byKind.get(kind) ?? []) {
        asList(get(binding.object, 'subjects')).forEach((subject, index) => {
          const name = asString(get(subject, 'name')) ?? '';
          const namespace = asString(get(subject, 'namespace'));
          const pointer = `/subjects/${index}`;
          if (get(subject, 'kind') !== 'ServiceAccount') {
            if (namespace !== undefined) {
              report(
                binding.artifact,
                `${pointer}/namespace`,
                `${asString(get(subject, 'kind'))} ${name} has no namespace: only service accounts do. Remove it.`,
              );
            }
            return;
          }
          if (namespace === undefined) {
            report(
              binding.artifact,
              pointer,
              `Say the namespace of service account ${name}: the API server refuses the binding without it.`,
            );
            return;
          }
          if (name === 'default' || cluster.find('ServiceAccount', namespace, name)) return;
          // Accounts of the controller manager's own controllers are made by itself.
          if (cluster.provided('ServiceAccount', namespace, name)) return;
          const accounts = cluster.byKind.get('ServiceAccount') ?? [];
          const elsewhere = accounts.find((account) => account.name === name);
          const hint = nearest(
            name,
            accounts.filter((account) => account.namespace === namespace).map((account) => account.name),
          );
          report(
            binding.artifact,
            elsewhere ? `${pointer}/namespace` : `${pointer}/name`,
            `Service account ${namespace}/${name} does not exist${elsewhere ? `; there is ${elsewhere.namespace}/${name}.` : hint ? `; did you mean ${hint}?` : '.'} The binding is accepted and grants nobody anything.`,
          );
        });
      }
    }
  },
};
