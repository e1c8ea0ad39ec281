/** An object needs its namespace first. */
import { type ClusterRule, nearest } from '../rule.ts';

/** Namespaces that the API server makes. */
const builtIn = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

export const namespaceExists: ClusterRule = {
  id: 'namespace-exists',
  family: 'references',
  severity: 'error',
  title: 'the namespace of an object exists',
  scope: 'cluster',
  check(cluster, report) {
    const names = [...builtIn, ...(cluster.byKind.get('Namespace') ?? []).map((view) => view.name)];
    for (const view of cluster.objects) {
      if (view.namespace === '' || names.includes(view.namespace)) continue;
      if (cluster.provided('Namespace', '', view.namespace)) continue;
      const hint = nearest(view.namespace, names);
      report(
        view.artifact,
        '/metadata/namespace',
        `No unit makes the namespace ${view.namespace}${hint ? `; did you mean ${hint}?` : '.'} Make it in a unit of lower order, or declare it under "provided".`,
      );
    }
  },
};
