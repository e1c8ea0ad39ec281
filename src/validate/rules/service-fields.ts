/** What the API server refuses in services beyond their schema. Source: ValidateService in Kubernetes' core validation. */
import { isIpv4, isIpv6 } from '../kubernetes-schema/formats.ts';
import { nameFault } from '../kubernetes-schema/metadata.ts';
import { asList, asObject, asString, type ClusterRule, get } from '../rule.ts';

export const serviceFields: ClusterRule = {
  id: 'service-fields',
  family: 'kubernetes-schema',
  severity: 'error',
  title: 'services have ports and addresses that the API server takes',
  scope: 'cluster',
  check(cluster, report) {
    for (const view of cluster.byKind.get('Service') ?? []) {
      const spec = asObject(get(view.object, 'spec'));
      if (!spec || view.group !== '') continue;
      const fault = (pointer: string, message: string) =>
        report(view.artifact, pointer, `Service ${view.name}: ${message}`);
      const type = asString(spec.type) ?? 'ClusterIP';
      const ports = asList(spec.ports);
      const headless = spec.clusterIP === 'None';
      if (type === 'ExternalName') {
        if (!asString(spec.externalName)) fault('/spec', 'a service of type ExternalName has an externalName.');
      } else if (ports.length === 0 && !headless)
        fault('/spec', 'the service has no port; a headless one says clusterIP: None.');
      const names = new Set<string>();
      ports.forEach((port, index) => {
        const at = `/spec/ports/${index}`;
        const name = asString(get(port, 'name'));
        if (name === undefined && ports.length > 1) fault(at, 'several ports have names: give this one a name.');
        if (name !== undefined) {
          const wrong = nameFault('label', name);
          if (wrong) fault(`${at}/name`, `the port name ${name} ${wrong}.`);
          if (names.has(name)) fault(`${at}/name`, `the port name ${name} stands twice.`);
          names.add(name);
        }
        for (const key of ['port', 'targetPort']) {
          const number = get(port, key);
          if (typeof number === 'number' && (number < 1 || number > 65535))
            fault(`${at}/${key}`, `${key} ${number}: a port is 1 to 65535.`);
        }
        const nodePort = get(port, 'nodePort');
        if (typeof nodePort === 'number' && nodePort !== 0 && type !== 'NodePort' && type !== 'LoadBalancer') {
          fault(`${at}/nodePort`, `nodePort is for the types NodePort and LoadBalancer, not for ${type}.`);
        }
      });
      const address = asString(spec.clusterIP);
      if (address && address !== 'None' && !isIpv4(address) && !isIpv6(address)) {
        fault('/spec/clusterIP', `clusterIP is an address, None or nothing, not ${address}.`);
      }
      if (headless && (type === 'LoadBalancer' || type === 'NodePort'))
        fault('/spec/clusterIP', `a service of type ${type} has an address: drop clusterIP: None.`);
      if (type !== 'LoadBalancer') {
        for (const key of ['loadBalancerClass', 'loadBalancerSourceRanges'] as const) {
          if (spec[key] !== undefined && spec[key] !== null)
            fault(`/spec/${key}`, `${key} is for the type LoadBalancer, not for ${type}.`);
        }
        if (spec.externalTrafficPolicy !== undefined && type !== 'NodePort' && spec.externalIPs === undefined) {
          fault(
            '/spec/externalTrafficPolicy',
            `externalTrafficPolicy is for services that are reached from outside, not for ${type}.`,
          );
        }
      }
    }
  },
};
