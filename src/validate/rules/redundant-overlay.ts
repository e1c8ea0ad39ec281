/** An overlay that says what would hold anyway hides what really differs, and pins the value when the default moves. */
import type { FleetRule } from '../rule.ts';

export const redundantOverlay: FleetRule = {
  id: 'redundant-overlay',
  family: 'overlay',
  severity: 'warning',
  title: 'an overlay changes something',
  scope: 'fleet',
  check(fleet, report) {
    for (const plan of fleet.plans) {
      const configs = [
        ...plan.units.map((planned) => ({ name: planned.unit.name, settings: planned.config.settings })),
        ...[...plan.shared.values()].map((config) => ({ name: 'shared', settings: config.settings })),
      ];
      const seen = new Set<string>();
      for (const { name, settings } of configs) {
        for (const [pointer, chain] of settings) {
          const [strongest, next] = chain;
          if (!strongest || !next || strongest.origin.layer !== 'cluster') continue;
          if (JSON.stringify(strongest.value) !== JSON.stringify(next.value)) continue;
          const { place } = strongest.origin;
          const key = `${place.file}:${place.line}:${pointer}`;
          if (seen.has(key)) continue;
          seen.add(key);
          report(
            place,
            [plan.cluster.name],
            `${name}${pointer.replaceAll('/', '.')} repeats what ${next.origin.layer} says already (${next.origin.place.file}:${next.origin.place.line}): remove the line.`,
          );
        }
      }
    }
  },
};
