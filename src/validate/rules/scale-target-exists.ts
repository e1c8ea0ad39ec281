/** Autoscalers name what they scale; a wrong name is accepted and scales nothing. */
import { asList, asString, type ClusterRule, get, nearest } from '../rule.ts';

const targets = [
  { kind: 'HorizontalPodAutoscaler', path: ['spec', 'scaleTargetRef'] },
  { kind: 'VerticalPodAutoscaler', path: ['spec', 'targetRef'] },
  { kind: 'ScaledObject', path: ['spec', 'scaleTargetRef'] },
] as const;

export const scaleTargetExists: ClusterRule = {
  id: 'scale-target-exists',
  family: 'references',
  severity: 'error',
  title: 'the target of an autoscaler exists, and has the containers that it names',
  scope: 'cluster',
  check(cluster, report) {
    for (const { kind, path } of targets) {
      for (const scaler of cluster.byKind.get(kind) ?? []) {
        // KEDA's default kind is Deployment.
        const targetKind = asString(get(scaler.object, ...path, 'kind')) ?? 'Deployment';
        const name = asString(get(scaler.object, ...path, 'name')) ?? '';
        const target = cluster.find(targetKind, scaler.namespace, name);
        const pointer = `/${path.join('/')}`;
        if (!target) {
          if (cluster.provided(targetKind, scaler.namespace, name)) continue;
          const candidates = cluster.objects.filter(
            (view) => view.kind === targetKind && view.namespace === scaler.namespace,
          );
          const hint = nearest(
            name,
            candidates.map((view) => view.name),
          );
          const other = cluster.pods.find((pod) => pod.namespace === scaler.namespace && pod.owner.name === name);
          report(
            scaler.artifact,
            other ? `${pointer}/kind` : `${pointer}/name`,
            `${kind} ${scaler.name} scales ${targetKind} ${name}, which does not exist in namespace ${scaler.namespace}${other ? `; there is a ${other.owner.kind} of that name.` : hint ? `; did you mean ${hint}?` : '.'}`,
          );
          continue;
        }
        const version = asString(get(scaler.object, ...path, 'apiVersion'));
        if (version !== undefined && version !== target.apiVersion) {
          report(
            scaler.artifact,
            `${pointer}/apiVersion`,
            `${targetKind} ${name} is ${target.apiVersion}, not ${version}: the autoscaler will not find it.`,
          );
        }
        const pod = cluster.pods.find((candidate) => candidate.owner === target);
        if (!pod) continue;
        const containers = pod.containers.map((container) => container.name);
        const named = [
          ...asList(get(scaler.object, 'spec', 'resourcePolicy', 'containerPolicies')).map((policy, index) => ({
            name: asString(get(policy, 'containerName')),
            pointer: `/spec/resourcePolicy/containerPolicies/${index}/containerName`,
          })),
          ...asList(get(scaler.object, 'spec', 'metrics')).map((metric, index) => ({
            name: asString(get(metric, 'containerResource', 'container')),
            pointer: `/spec/metrics/${index}/containerResource/container`,
          })),
        ];
        for (const { name: container, pointer: at } of named) {
          if (container === undefined || container === '*' || containers.includes(container)) continue;
          const hint = nearest(container, containers);
          report(
            scaler.artifact,
            at,
            `${targetKind} ${name} has no container "${container}"${hint ? `; did you mean "${hint}"?` : ` (it has ${containers.join(', ')}).`} The policy applies to nothing.`,
          );
        }
      }
    }
  },
};
