/** Two clusters that write one hosted zone under one owner delete each other's records. */
import { asList, asString, type FleetRule, get } from '../rule.ts';

export const uniqueDnsOwner: FleetRule = {
  id: 'unique-dns-owner',
  family: 'fleet',
  severity: 'error',
  title: 'external-dns has another owner id on every cluster of a hosted zone',
  scope: 'fleet',
  check(fleet, report) {
    const owners = new Map<string, string[]>();
    fleet.clusters.forEach((cluster) => {
      const zone = asString(get(cluster.plan.cluster.facts, 'hosted_zone', 'id')) ?? '';
      for (const pod of cluster.pods) {
        for (const container of pod.containers) {
          for (const argument of asList(get(container.value, 'args'))) {
            const owner = typeof argument === 'string' ? /^--txt-owner-id=(.+)$/.exec(argument)?.[1] : undefined;
            if (owner === undefined) continue;
            const key = `${zone}\n${owner}`;
            const list = owners.get(key);
            if (list) list.push(cluster.name);
            else owners.set(key, [cluster.name]);
          }
        }
      }
    });
    for (const [key, clusters] of owners) {
      const distinct = [...new Set(clusters)];
      if (distinct.length < 2) continue;
      const plan = fleet.plans.find((candidate) => candidate.cluster.name === distinct[0]);
      report(
        { file: plan?.cluster.file.file ?? 'clusters', line: 1, column: 1 },
        distinct,
        `external-dns of ${distinct.join(' and ')} writes hosted zone ${key.split('\n')[0]} under one owner, "${key.split('\n')[1]}": each would delete the records of the other. Give each its own local_id, or region.`,
      );
    }
  },
};
