/** A disruption budget protects the pods that it selects; none, or all for ever, are both mistakes. */
import { matchesSelector, selectorText } from '../labels.ts';
import { podText } from '../pods.ts';
import { type ClusterRule, get } from '../rule.ts';

export const disruptionBudgetTarget: ClusterRule = {
  id: 'disruption-budget-target',
  family: 'references',
  severity: 'error',
  title: 'a disruption budget selects pods and leaves room to drain a node',
  scope: 'cluster',
  check(cluster, report) {
    for (const budget of cluster.byKind.get('PodDisruptionBudget') ?? []) {
      const selector = get(budget.object, 'spec', 'selector');
      const pods = cluster.pods.filter(
        (pod) => pod.namespace === budget.namespace && matchesSelector(selector, pod.labels),
      );
      if (pods.length === 0) {
        if (cluster.provided('PodDisruptionBudget', budget.namespace, budget.name)) continue;
        report(
          budget.artifact,
          '/spec/selector',
          `No pod of namespace ${budget.namespace} matches ${selectorText(selector)}: the budget protects nothing.`,
        );
        continue;
      }
      const most = get(budget.object, 'spec', 'maxUnavailable');
      if (most === 0 || most === '0%') {
        report(
          budget.artifact,
          '/spec/maxUnavailable',
          'With 0 unavailable no node that runs such a pod can ever be drained: node rotation stops there. Allow at least 1.',
        );
      }
      const least = get(budget.object, 'spec', 'minAvailable');
      const pod = pods[0]!;
      const replicas = get(pod.owner.object, 'spec', 'replicas');
      const scaled = (cluster.byKind.get('HorizontalPodAutoscaler') ?? []).some(
        (scaler) =>
          scaler.namespace === pod.namespace && get(scaler.object, 'spec', 'scaleTargetRef', 'name') === pod.owner.name,
      );
      const all = least === '100%' || (typeof least === 'number' && typeof replicas === 'number' && least >= replicas);
      if (all && pods.length === 1 && !(scaled && typeof least === 'number')) {
        report(
          budget.artifact,
          '/spec/minAvailable',
          `${podText(pod)} has ${String(replicas)} replicas and ${String(least)} must stay available: no node that runs one can be drained. Leave room for 1.`,
        );
      }
    }
  },
};
