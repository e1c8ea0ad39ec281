/** A probe or a lifecycle hook that names a port finds it in its own container alone. */
import { containerPorts } from '../pods.ts';
import { asString, type ClusterRule, get, nearest } from '../rule.ts';

const handlers = [
  ['livenessProbe'],
  ['readinessProbe'],
  ['startupProbe'],
  ['lifecycle', 'postStart'],
  ['lifecycle', 'preStop'],
] as const;

export const containerPortName: ClusterRule = {
  id: 'container-port-name',
  family: 'references',
  severity: 'error',
  title: 'a port that a probe names is declared by the same container',
  scope: 'cluster',
  check(cluster, report) {
    for (const pod of cluster.pods) {
      for (const container of pod.containers) {
        const names = containerPorts(container).flatMap((port) => (port.name === undefined ? [] : [port.name]));
        for (const handler of handlers) {
          for (const action of ['httpGet', 'tcpSocket'] as const) {
            const port = asString(get(container.value, ...handler, action, 'port'));
            if (port === undefined || names.includes(port)) continue;
            const hint = nearest(port, names);
            report(
              pod.owner.artifact,
              `${container.pointer}/${handler.join('/')}/${action}/port`,
              `Container ${container.name} declares no port named "${port}"${hint ? `; did you mean "${hint}"?` : names.length > 0 ? ` (it has ${names.join(', ')}).` : '.'} The probe would fail for ever.`,
            );
          }
        }
      }
    }
  },
};
