/** Backends of Ingresses and RouteGroups: the service exists and has the port. */
import type { JsonValue } from '../../model.ts';
import { asList, asString, type ClusterRule, get, nearest, type Report } from '../rule.ts';
import type { ClusterView, ObjectView } from '../views.ts';

export const ingressBackendExists: ClusterRule = {
  id: 'ingress-backend-exists',
  family: 'references',
  severity: 'error',
  title: 'the backend of an Ingress or RouteGroup is a service with that port',
  scope: 'cluster',
  check(cluster, report) {
    for (const ingress of cluster.byKind.get('Ingress') ?? []) {
      checkBackend(cluster, report, ingress, get(ingress.object, 'spec', 'defaultBackend'), '/spec/defaultBackend');
      asList(get(ingress.object, 'spec', 'rules')).forEach((rule, index) => {
        asList(get(rule, 'http', 'paths')).forEach((path, at) => {
          checkBackend(cluster, report, ingress, get(path, 'backend'), `/spec/rules/${index}/http/paths/${at}/backend`);
        });
      });
    }
    for (const group of cluster.byKind.get('RouteGroup') ?? []) {
      asList(get(group.object, 'spec', 'backends')).forEach((backend, index) => {
        if (get(backend, 'type') !== 'service') return;
        const at = `/spec/backends/${index}`;
        checkService(cluster, report, group, asString(get(backend, 'serviceName')), get(backend, 'servicePort'), {
          name: `${at}/serviceName`,
          port: `${at}/servicePort`,
        });
      });
    }
  },
};

function checkBackend(
  cluster: ClusterView,
  report: Report,
  owner: ObjectView,
  backend: JsonValue | undefined,
  pointer: string,
): void {
  const name = asString(get(backend, 'service', 'name'));
  if (name === undefined) return;
  const port = get(backend, 'service', 'port', 'number') ?? get(backend, 'service', 'port', 'name');
  checkService(cluster, report, owner, name, port, {
    name: `${pointer}/service/name`,
    port: `${pointer}/service/port`,
  });
}

function checkService(
  cluster: ClusterView,
  report: Report,
  owner: ObjectView,
  name: string | undefined,
  port: JsonValue | undefined,
  pointers: { readonly name: string; readonly port: string },
): void {
  if (name === undefined) return;
  const service = cluster.find('Service', owner.namespace, name);
  if (!service) {
    if (cluster.provided('Service', owner.namespace, name)) return;
    const hint = nearest(
      name,
      (cluster.byKind.get('Service') ?? [])
        .filter((view) => view.namespace === owner.namespace)
        .map((view) => view.name),
    );
    report(
      owner.artifact,
      pointers.name,
      `${owner.kind} ${owner.name} routes to service ${name}, which does not exist in namespace ${owner.namespace}${hint ? `; did you mean ${hint}?` : '.'} Requests would get 503.`,
    );
    return;
  }
  const ports = asList(get(service.object, 'spec', 'ports'));
  if (port === undefined || ports.some((entry) => get(entry, 'port') === port || get(entry, 'name') === port)) return;
  report(
    owner.artifact,
    pointers.port,
    `Service ${name} has no port ${String(port)} (it has ${ports.map((entry) => String(get(entry, 'port'))).join(', ')}).`,
  );
}
