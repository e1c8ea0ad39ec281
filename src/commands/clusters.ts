/** `weir clusters`: which clusters there are. */
import type { ClusterPlan } from '../model.ts';
import { type InventoryRow, inventoryJson, inventoryTable } from '../report/inventory.ts';
import { type ClusterChoice, loadFleet, openRepository } from './shared/context.ts';
import type { ExitStatus, Io } from './shared/io.ts';

export interface ClustersOptions extends ClusterChoice {
  readonly json?: boolean;
}

/** Lists clusters, sorted by name. */
export async function clusters(options: ClustersOptions, io: Io): Promise<ExitStatus> {
  const { tree } = openRepository(io);
  const { plans } = loadFleet(tree, options);
  const rows = plans.map(describe);
  if (options.json) {
    io.out(inventoryJson(rows));
    return 0;
  }
  const columns = ['name', 'channel', 'kubernetes', 'environment', 'region', 'lifecycle_status', 'pools', 'account'];
  io.out(
    inventoryTable(
      rows.map((row) => ({ ...row, pools: poolNames(row) })),
      columns,
    ),
  );
  return 0;
}

function describe({ cluster, kubernetes, units }: ClusterPlan): InventoryRow {
  const { name: _name, infrastructure_account: account, ...identity } = cluster.identity;
  return {
    name: cluster.name,
    ...identity,
    account: String(account ?? '').replace(/^aws:/, ''),
    kubernetes,
    pools: cluster.nodePools.map((pool) => ({
      name: pool.name,
      profile: pool.profile,
      instance_types: pool.instanceTypes,
      discount_strategy: pool.discountStrategy,
      min_size: pool.minSize,
      max_size: pool.maxSize,
    })),
    components: units.filter(({ unit, enabled }) => unit.kind === 'component' && enabled).map(({ unit }) => unit.name),
    other_channels: Object.fromEntries(cluster.channels),
    file: cluster.file.file,
  };
}

function poolNames(row: InventoryRow): readonly string[] {
  return Array.isArray(row.pools) ? row.pools.map((pool: { name: string }) => pool.name) : [];
}
