/** Names of storage, priority, runtime and ingress classes. A pod with an unknown priority class is refused. */
import { podText } from '../pods.ts';
import { asList, asString, type ClusterRule, get, nearest } from '../rule.ts';

/** Made by the API server itself. */
const builtIn = new Set(['system-node-critical', 'system-cluster-critical']);

export const classExists: ClusterRule = {
  id: 'class-exists',
  family: 'references',
  severity: 'error',
  title: 'storage, priority, runtime and ingress classes that objects name exist',
  scope: 'cluster',
  check(cluster, report) {
    const missing = (kind: string, name: string): string | undefined => {
      if (cluster.find(kind, '', name) || cluster.provided(kind, '', name)) return undefined;
      const hint = nearest(
        name,
        (cluster.byKind.get(kind) ?? []).map((view) => view.name),
      );
      return `There is no ${kind} ${name}${hint ? `; did you mean ${hint}?` : '.'}`;
    };
    for (const pod of cluster.pods) {
      const priority = asString(get(pod.spec, 'priorityClassName'));
      if (priority !== undefined && priority !== '' && !builtIn.has(priority)) {
        const fault = missing('PriorityClass', priority);
        if (fault) {
          report(
            pod.owner.artifact,
            `${pod.pointer}/spec/priorityClassName`,
            `${fault} The pods of ${podText(pod)} would be refused.`,
          );
        }
      }
      const runtime = asString(get(pod.spec, 'runtimeClassName'));
      const fault = runtime === undefined ? undefined : missing('RuntimeClass', runtime);
      if (fault) {
        report(pod.owner.artifact, `${pod.pointer}/spec/runtimeClassName`, `${fault} The pods would be refused.`);
      }
    }
    for (const claim of cluster.byKind.get('PersistentVolumeClaim') ?? []) {
      const name = asString(get(claim.object, 'spec', 'storageClassName'));
      const fault = name ? missing('StorageClass', name) : undefined;
      if (fault) report(claim.artifact, '/spec/storageClassName', `${fault} The claim would stay pending for ever.`);
    }
    for (const set of cluster.byKind.get('StatefulSet') ?? []) {
      asList(get(set.object, 'spec', 'volumeClaimTemplates')).forEach((claim, index) => {
        const name = asString(get(claim, 'spec', 'storageClassName'));
        const fault = name ? missing('StorageClass', name) : undefined;
        if (!fault) return;
        report(
          set.artifact,
          `/spec/volumeClaimTemplates/${index}/spec/storageClassName`,
          `${fault} Its claims would stay pending for ever.`,
        );
      });
    }
    for (const ingress of cluster.byKind.get('Ingress') ?? []) {
      const name = asString(get(ingress.object, 'spec', 'ingressClassName'));
      const fault = name ? missing('IngressClass', name) : undefined;
      if (fault) report(ingress.artifact, '/spec/ingressClassName', `${fault} No controller would serve it.`);
    }
  },
};
