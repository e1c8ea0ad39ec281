/** ConfigMaps and Secrets that pods read, with their keys: a missing one keeps the pod in CreateContainerConfigError. */

import { dataReferences, podText } from '../pods.ts';
import type { ClusterRule } from '../rule.ts';
import { asObject, get, nearest } from '../rule.ts';
import type { ClusterView } from '../views.ts';

export const dataReferenceExists: ClusterRule = {
  id: 'data-reference-exists',
  family: 'references',
  severity: 'error',
  title: 'a ConfigMap or Secret that a pod reads exists, with the keys that it reads',
  scope: 'cluster',
  check(cluster, report) {
    for (const pod of cluster.pods) {
      for (const reference of dataReferences(pod)) {
        if (reference.optional || reference.name === '') continue;
        const target = cluster.find(reference.kind, pod.namespace, reference.name);
        if (!target) {
          // kube-root-ca.crt is put into every namespace by the controller manager.
          if (reference.kind === 'ConfigMap' && reference.name === 'kube-root-ca.crt') continue;
          if (cluster.provided(reference.kind, pod.namespace, reference.name)) continue;
          const hint = nearest(reference.name, namesOf(cluster, reference.kind, pod.namespace));
          report(
            pod.owner.artifact,
            reference.pointer,
            `${podText(pod)} reads ${reference.kind} ${reference.name}, which nothing here makes in namespace ${pod.namespace}${hint ? `; did you mean ${hint}?` : '.'} ${
              reference.kind === 'Secret'
                ? 'Secrets stand outside git: declare it under "provided" in the unit, with who makes it.'
                : 'Make it in the unit, or declare it under "provided" with who makes it.'
            }`,
          );
          continue;
        }
        const keys = ['data', 'binaryData', 'stringData'].flatMap((field) =>
          Object.keys(asObject(get(target.object, field)) ?? {}),
        );
        for (const { key, pointer } of reference.keys) {
          if (keys.includes(key)) continue;
          const hint = nearest(key, keys);
          report(
            pod.owner.artifact,
            pointer,
            `${reference.kind} ${reference.name} has no key "${key}"${hint ? `; did you mean "${hint}"?` : ` (it has ${keys.join(', ') || 'none'}).`} The pod will not start.`,
          );
        }
      }
    }
  },
};

function namesOf(cluster: ClusterView, kind: string, namespace: string): readonly string[] {
  return (cluster.byKind.get(kind) ?? []).filter((view) => view.namespace === namespace).map((view) => view.name);
}
