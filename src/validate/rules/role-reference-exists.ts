/** A binding to a role that does not exist is accepted, and grants nothing. */
import { asString, type ClusterRule, get, nearest } from '../rule.ts';

/** ClusterRoles that every cluster has: user-facing ones and those of the API server's own bootstrap (`system:`). */
const builtIn = new Set(['cluster-admin', 'admin', 'edit', 'view']);

export const roleReferenceExists: ClusterRule = {
  id: 'role-reference-exists',
  family: 'references',
  severity: 'error',
  title: 'the role of a binding exists',
  scope: 'cluster',
  check(cluster, report) {
    for (const kind of ['RoleBinding', 'ClusterRoleBinding']) {
      for (const binding of cluster.byKind.get(kind) ?? []) {
        const roleKind = asString(get(binding.object, 'roleRef', 'kind')) ?? '';
        const name = asString(get(binding.object, 'roleRef', 'name')) ?? '';
        const namespace = roleKind === 'Role' ? binding.namespace : '';
        if (kind === 'ClusterRoleBinding' && roleKind === 'Role') {
          report(
            binding.artifact,
            '/roleRef/kind',
            `A ClusterRoleBinding can only bind a ClusterRole; ${name} is named as a Role. Use a RoleBinding in the role's namespace, or a ClusterRole.`,
          );
          continue;
        }
        if (roleKind === 'ClusterRole' && (builtIn.has(name) || name.startsWith('system:'))) continue;
        if (cluster.find(roleKind, namespace, name) || cluster.provided(roleKind, namespace, name)) continue;
        const hint = nearest(
          name,
          (cluster.byKind.get(roleKind) ?? []).filter((role) => role.namespace === namespace).map((role) => role.name),
        );
        report(
          binding.artifact,
          '/roleRef/name',
          `${roleKind} ${name} does not exist${namespace ? ` in namespace ${namespace}` : ''}${hint ? `; did you mean ${hint}?` : '.'} The binding is accepted and grants nothing.`,
        );
      }
    }
  },
};
