/** Bounds of autoscalers and disruption budgets. Source: Kubernetes' autoscaling and policy validation. */
import { quantityValue } from '../kubernetes-schema/formats.ts';
import { asList, asObject, type ClusterRule, get } from '../rule.ts';

export const autoscalerBounds: ClusterRule = {
  id: 'autoscaler-bounds',
  family: 'kubernetes-schema',
  severity: 'error',
  title: 'minima are not above maxima in autoscalers and disruption budgets',
  scope: 'cluster',
  check(cluster, report) {
    for (const view of cluster.byKind.get('HorizontalPodAutoscaler') ?? []) {
      const min = get(view.object, 'spec', 'minReplicas') ?? 1;
      const max = get(view.object, 'spec', 'maxReplicas');
      const head = `HorizontalPodAutoscaler ${view.name}`;
      if (typeof max === 'number' && max < 1)
        report(view.artifact, '/spec/maxReplicas', `${head}: maxReplicas is at least 1.`);
      if (typeof min === 'number' && typeof max === 'number' && min > max) {
        report(view.artifact, '/spec/maxReplicas', `${head}: minReplicas ${min} is above maxReplicas ${max}.`);
      }
    }
    for (const view of cluster.byKind.get('PodDisruptionBudget') ?? []) {
      const spec = asObject(get(view.object, 'spec')) ?? {};
      const head = `PodDisruptionBudget ${view.name}`;
      if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined) {
        report(view.artifact, '/spec', `${head}: give minAvailable or maxUnavailable, not both.`);
      }
    }
    for (const view of cluster.byKind.get('VerticalPodAutoscaler') ?? []) {
      asList(get(view.object, 'spec', 'resourcePolicy', 'containerPolicies')).forEach((policy, index) => {
        const low = asObject(get(policy, 'minAllowed')) ?? {};
        const high = asObject(get(policy, 'maxAllowed')) ?? {};
        for (const name of Object.keys(low)) {
          const [min, max] = [
            quantityValue(low[name]!),
            Object.hasOwn(high, name) ? quantityValue(high[name]!) : undefined,
          ];
          if (min !== undefined && max !== undefined && min > max) {
            report(
              view.artifact,
              `/spec/resourcePolicy/containerPolicies/${index}`,
              `VerticalPodAutoscaler ${view.name}: minAllowed ${name} ${String(low[name])} is above maxAllowed ${String(high[name])}.`,
            );
          }
        }
      });
    }
  },
};
