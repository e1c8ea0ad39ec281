/** The service account of a pod must exist, or the pod is never created. `default` is there in every namespace. */
import { podText } from '../pods.ts';
import { asString, type ClusterRule, get, nearest } from '../rule.ts';

export const serviceAccountExists: ClusterRule = {
  id: 'service-account-exists',
  family: 'references',
  severity: 'error',
  title: 'the service account of a pod exists',
  scope: 'cluster',
  check(cluster, report) {
    for (const pod of cluster.pods) {
      const name = asString(get(pod.spec, 'serviceAccountName'));
      if (name === undefined || name === '' || name === 'default') continue;
      if (cluster.find('ServiceAccount', pod.namespace, name)) continue;
      if (cluster.provided('ServiceAccount', pod.namespace, name)) continue;
      const hint = nearest(
        name,
        (cluster.byKind.get('ServiceAccount') ?? [])
          .filter((account) => account.namespace === pod.namespace)
          .map((account) => account.name),
      );
      report(
        pod.owner.artifact,
        `${pod.pointer}/spec/serviceAccountName`,
        `${podText(pod)} runs as service account ${name}, which nothing here makes in namespace ${pod.namespace}${hint ? `; did you mean ${hint}?` : '.'} Without it no pod is created.`,
      );
    }
  },
};
