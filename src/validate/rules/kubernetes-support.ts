/** A minor that gets no fixes any more. */
import type { FleetRule } from '../rule.ts';

/** Last day of support by minor. Source: the Kubernetes project's patch release schedule (about fourteen months each). */
const endOfLife: Readonly<Record<string, string>> = {
  '1.30': '2025-06-28',
  '1.31': '2025-10-28',
  '1.32': '2026-02-28',
  '1.33': '2026-06-28',
  '1.34': '2026-10-27',
  '1.35': '2027-02-28',
};
/** How long before the end one wants to know. */
const warningDays = 90;

export const kubernetesSupport: FleetRule = {
  id: 'kubernetes-support',
  family: 'fleet',
  severity: 'warning',
  title: "a cluster's Kubernetes minor is supported for a while",
  dated: true,
  scope: 'fleet',
  check(fleet, report) {
    for (const channel of fleet.repository.channels.values()) {
      const end = endOfLife[channel.kubernetes];
      if (end === undefined) continue;
      const days = Math.floor((Date.parse(end) - fleet.now.getTime()) / 86_400_000);
      if (days > warningDays) continue;
      const clusters = fleet.plans
        .filter((plan) => plan.cluster.channel === channel.name)
        .map((plan) => plan.cluster.name);
      if (clusters.length === 0) continue;
      const place = channel.manifest.places.get('/kubernetes') ?? { file: channel.manifest.file, line: 1, column: 1 };
      report(
        place,
        clusters,
        `Kubernetes ${channel.kubernetes} ${days < 0 ? `has had no fixes since ${end}` : `gets fixes until ${end}, ${days} days from now`}: move the channel to a newer minor.`,
      );
    }
  },
};
