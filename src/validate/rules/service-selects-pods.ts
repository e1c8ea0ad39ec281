/** A Service whose selector matches no pod has no endpoints: requests to it are refused, and nothing says why. */
import { matchesLabels, selectorText } from '../labels.ts';
import { asObject, type ClusterRule, get } from '../rule.ts';

export const serviceSelectsPods: ClusterRule = {
  id: 'service-selects-pods',
  family: 'references',
  severity: 'error',
  title: 'a service selects the pods of at least one workload, and of no two',
  scope: 'cluster',
  check(cluster, report) {
    for (const service of cluster.byKind.get('Service') ?? []) {
      const selector = asObject(get(service.object, 'spec', 'selector'));
      if (!selector || Object.keys(selector).length === 0) continue;
      const pods = cluster.pods.filter(
        (pod) => pod.namespace === service.namespace && matchesLabels(selector, pod.labels),
      );
      const text = selectorText({ matchLabels: selector });
      if (pods.length === 0 && !cluster.provided('Service', service.namespace, service.name)) {
        report(
          service.artifact,
          '/spec/selector',
          `No pod of namespace ${service.namespace} has the labels ${text}: the service will have no endpoints. Correct the selector or the pods' labels; if something outside this repository runs the pods, declare the service under "provided" in the unit, with the reason.`,
        );
      }
      // A job's pods and a canary beside its main workload can be meant; two daemon sets or deployments of different
      // components behind one address are how a whole service once served the wrong program.
      const components = new Set(pods.map((pod) => `${pod.owner.artifact.unit.kind}/${pod.owner.artifact.unit.name}`));
      if (components.size > 1) {
        report(
          service.artifact,
          '/spec/selector',
          `The selector ${text} matches pods of ${[...components].sort().join(' and ')}: requests will go to both. Add a label that only one of them has.`,
        );
      }
    }
  },
};
