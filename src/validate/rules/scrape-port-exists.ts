/** Prometheus finds pods by annotation: the port it is told must be one that the pod listens on. */
import { podPorts, podText } from '../pods.ts';
import { asString, type ClusterRule, get } from '../rule.ts';

export const scrapePortExists: ClusterRule = {
  id: 'scrape-port-exists',
  family: 'references',
  severity: 'error',
  title: 'the scrape port in a pod annotation is a declared container port',
  scope: 'cluster',
  check(cluster, report) {
    for (const pod of cluster.pods) {
      const template = pod.pointer.split('/').slice(1);
      const port = asString(get(pod.owner.object, ...template, 'metadata', 'annotations', 'prometheus.io/port'));
      if (port === undefined) continue;
      const ports = podPorts(pod).map((entry) => String(entry.containerPort));
      if (ports.includes(port)) continue;
      report(
        pod.owner.artifact,
        `${pod.pointer}/metadata/annotations/prometheus.io~1port`,
        `${podText(pod)} declares no port ${port} (it declares ${ports.join(', ') || 'none'}): its metrics would be missing. Declare the port of the metrics, and name that one.`,
      );
    }
  },
};
