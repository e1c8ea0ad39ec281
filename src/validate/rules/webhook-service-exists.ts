/** Webhooks and aggregated APIs name a service: a wrong one blocks every request that matches, cluster-wide. */
import type { JsonValue } from '../../model.ts';
import { asList, asString, type ClusterRule, get, type Report } from '../rule.ts';
import type { ClusterView, ObjectView } from '../views.ts';

export const webhookServiceExists: ClusterRule = {
  id: 'webhook-service-exists',
  family: 'references',
  severity: 'error',
  title: 'the service of a webhook or an aggregated API exists, with the port',
  scope: 'cluster',
  check(cluster, report) {
    for (const kind of ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration']) {
      for (const owner of cluster.byKind.get(kind) ?? []) {
        asList(get(owner.object, 'webhooks')).forEach((webhook, index) => {
          const pointer = `/webhooks/${index}/clientConfig/service`;
          checkService(cluster, report, owner, get(webhook, 'clientConfig', 'service'), pointer);
        });
      }
    }
    for (const owner of cluster.byKind.get('APIService') ?? []) {
      checkService(cluster, report, owner, get(owner.object, 'spec', 'service'), '/spec/service');
    }
    for (const owner of cluster.byKind.get('CustomResourceDefinition') ?? []) {
      const pointer = '/spec/conversion/webhook/clientConfig/service';
      const service = get(owner.object, 'spec', 'conversion', 'webhook', 'clientConfig', 'service');
      checkService(cluster, report, owner, service, pointer);
    }
  },
};

function checkService(
  cluster: ClusterView,
  report: Report,
  owner: ObjectView,
  reference: JsonValue | undefined,
  pointer: string,
): void {
  const name = asString(get(reference, 'name'));
  const namespace = asString(get(reference, 'namespace'));
  if (name === undefined || namespace === undefined) return;
  const service = cluster.find('Service', namespace, name);
  if (!service) {
    if (cluster.provided('Service', namespace, name)) return;
    report(
      owner.artifact,
      `${pointer}/name`,
      `${owner.kind} ${owner.name} calls service ${namespace}/${name}, which does not exist: requests that match it would fail.`,
    );
    return;
  }
  // The default of webhooks and of API services is 443.
  const port = get(reference, 'port') ?? 443;
  const ports = asList(get(service.object, 'spec', 'ports')).map((entry) => get(entry, 'port'));
  if (ports.includes(port)) return;
  report(
    owner.artifact,
    get(reference, 'port') === undefined ? pointer : `${pointer}/port`,
    `Service ${namespace}/${name} has no port ${String(port)} (it has ${ports.map(String).join(', ')}).`,
  );
}
