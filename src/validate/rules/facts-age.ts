/** Facts are read from an account and pinned: what was true then may no longer be. */
import type { FleetRule } from '../rule.ts';

/** Half a year: certificates, images and subnets of most accounts have changed once by then. */
const limitDays = 180;

export const factsAge: FleetRule = {
  id: 'facts-age',
  family: 'fleet',
  severity: 'warning',
  title: `facts are younger than ${limitDays} days`,
  dated: true,
  scope: 'fleet',
  check(fleet, report) {
    for (const { cluster } of fleet.plans) {
      if (!cluster.factsFile) continue;
      const captured = cluster.facts.captured;
      const place = cluster.factsFile.places.get('/captured') ?? { file: cluster.factsFile.file, line: 1, column: 1 };
      const time = typeof captured === 'string' ? Date.parse(captured) : Number.NaN;
      if (Number.isNaN(time)) continue;
      const days = Math.floor((fleet.now.getTime() - time) / 86_400_000);
      if (days <= limitDays) continue;
      report(
        place,
        [cluster.name],
        `The facts of ${cluster.name} are ${days} days old: read them again and review what changed.`,
      );
    }
  },
};
