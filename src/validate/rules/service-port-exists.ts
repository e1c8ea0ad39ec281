/** A service's target port must be one that its pods declare; a name that no container has drops the endpoint. */
import { matchesLabels } from '../labels.ts';
import { findPort, podPorts, podText } from '../pods.ts';
import { asList, asObject, asString, type ClusterRule, get, nearest } from '../rule.ts';

export const servicePortExists: ClusterRule = {
  id: 'service-port-exists',
  family: 'references',
  severity: 'error',
  title: "a service's target port is declared by the pods that it selects",
  scope: 'cluster',
  check(cluster, report) {
    for (const service of cluster.byKind.get('Service') ?? []) {
      const selector = asObject(get(service.object, 'spec', 'selector'));
      if (!selector || Object.keys(selector).length === 0) continue;
      const pods = cluster.pods.filter(
        (pod) => pod.namespace === service.namespace && matchesLabels(selector, pod.labels),
      );
      asList(get(service.object, 'spec', 'ports')).forEach((port, index) => {
        const target = get(port, 'targetPort') ?? get(port, 'port');
        const protocol = asString(get(port, 'protocol')) ?? 'TCP';
        for (const pod of pods) {
          if (target === undefined || findPort(pod, target, protocol)) continue;
          const declared = podPorts(pod);
          const names = declared.map((candidate) => candidate.name ?? String(candidate.containerPort));
          const hint = nearest(String(target), names);
          report(
            service.artifact,
            `/spec/ports/${index}${get(port, 'targetPort') === undefined ? '' : '/targetPort'}`,
            `${podText(pod)} declares no ${protocol} port ${String(target)}${hint ? `; did you mean ${hint}?` : names.length > 0 ? ` (it declares ${names.join(', ')}).` : ' (it declares none).'} Name the container port that serves, and declare it there.`,
          );
        }
      });
    }
  },
};
