/** Image pull secrets of pods and service accounts: a missing one shows as ImagePullBackOff on the first new node. */
import { asList, asString, type ClusterRule, get } from '../rule.ts';

export const pullSecretExists: ClusterRule = {
  id: 'pull-secret-exists',
  family: 'references',
  severity: 'error',
  title: 'an image pull secret exists or is declared as provided',
  scope: 'cluster',
  check(cluster, report) {
    const owners = [
      ...cluster.pods.map((pod) => ({ view: pod.owner, list: pod.spec, pointer: `${pod.pointer}/spec` })),
      ...(cluster.byKind.get('ServiceAccount') ?? []).map((view) => ({ view, list: view.object, pointer: '' })),
    ];
    for (const { view, list, pointer } of owners) {
      asList(get(list, 'imagePullSecrets')).forEach((entry, index) => {
        const name = asString(get(entry, 'name')) ?? '';
        if (cluster.find('Secret', view.namespace, name) || cluster.provided('Secret', view.namespace, name)) return;
        report(
          view.artifact,
          `${pointer}/imagePullSecrets/${index}/name`,
          `Pull secret ${name} does not exist in namespace ${view.namespace}. Declare it under "provided" in the unit, with who makes it, or remove it.`,
        );
      });
    }
  },
};
