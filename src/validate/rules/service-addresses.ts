/** Addresses that a cluster gives away must not overlap, and its DNS service must have the one that nodes are told. */

import { contains, overlaps } from '../addresses.ts';
import { asString, type FleetRule, get } from '../rule.ts';

export const serviceAddresses: FleetRule = {
  id: 'service-addresses',
  family: 'cross-reference',
  severity: 'error',
  title: 'pod, service and VPC addresses do not overlap, and the DNS service has the address that nodes are told',
  scope: 'fleet',
  check(fleet, report) {
    for (const [index, plan] of fleet.plans.entries()) {
      const shared = plan.shared.get(plan.cluster.channel);
      if (!shared) continue;
      const place = (key: string) =>
        shared.settings.get(`/${key}`)?.[0]?.origin.place ?? { file: plan.cluster.file.file, line: 1, column: 1 };
      const pods = asString(shared.value.pod_cidr);
      const services = asString(shared.value.service_cidr);
      const vpc = asString(get(plan.cluster.facts, 'vpc', 'cidr'));
      const pairs = [
        ['pod_cidr', pods, 'service_cidr', services],
        ['pod_cidr', pods, 'the VPC', vpc],
        ['service_cidr', services, 'the VPC', vpc],
      ] as const;
      for (const [key, a, other, b] of pairs) {
        if (a === undefined || b === undefined || !overlaps(a, b)) continue;
        report(
          place(key),
          [plan.cluster.name],
          `${key} ${a} overlaps ${other} (${b}): packets to one would go to the other. Choose another block.`,
        );
      }
      const dns = asString(shared.value.dns_service_ip);
      if (dns !== undefined && services !== undefined && !contains(services, dns)) {
        report(
          place('dns_service_ip'),
          [plan.cluster.name],
          `dns_service_ip ${dns} lies outside service_cidr ${services}: the API server refuses the service.`,
        );
      }
      const cluster = fleet.clusters[index];
      const addresses = (cluster?.byKind.get('Service') ?? []).flatMap(
        (view) => asString(get(view.object, 'spec', 'clusterIP')) ?? [],
      );
      for (const address of addresses) {
        if (services === undefined || address === 'None' || contains(services, address)) continue;
        report(
          place('service_cidr'),
          [plan.cluster.name],
          `A service has the address ${address}, outside service_cidr ${services}: the API server refuses it.`,
        );
      }
    }
  },
};
