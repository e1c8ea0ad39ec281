/** Instance types of one pool share one image: they must be of one architecture, and known. */
import { type FleetRule, nearest } from '../rule.ts';

export const poolArchitecture: FleetRule = {
  id: 'pool-architecture',
  family: 'cross-reference',
  severity: 'error',
  title: 'the instance types of a pool exist and share an architecture',
  scope: 'fleet',
  check(fleet, report, data) {
    for (const plan of fleet.plans) {
      for (const pool of plan.cluster.nodePools) {
        const architectures = new Map<string, string>();
        for (const name of pool.instanceTypes) {
          const type = data.instanceType(name);
          const [architecture] = type?.architectures ?? [];
          if (architecture !== undefined) architectures.set(architecture, name);
          else {
            const hint = nearest(
              name,
              pool.instanceTypes.filter((other) => other !== name),
            );
            report(
              pool.place,
              [plan.cluster.name],
              `Pool ${pool.name}: ${type ? `${name} runs no Linux node` : `there is no instance type ${name}`}${hint ? `; did you mean ${hint}?` : '.'}`,
            );
          }
        }
        if (architectures.size > 1) {
          const list = [...architectures].map(([architecture, name]) => `${name} is ${architecture}`).join(', ');
          report(
            pool.place,
            [plan.cluster.name],
            `Pool ${pool.name} mixes architectures (${list}): its nodes share one image, which starts on one of them only. Make two pools.`,
          );
        }
      }
    }
  },
};
