/** `weir components`: which units there are, in which channels, on how many clusters. */
import { UsageError } from '../errors.ts';
import type { Channel, ClusterPlan, Unit, UnitKind } from '../model.ts';
import { type InventoryRow, inventoryJson, inventoryTable } from '../report/inventory.ts';
import { loadFleet, openRepository } from './shared/context.ts';
import type { ExitStatus, Io } from './shared/io.ts';

export interface ComponentsOptions {
  /** Only this channel. */
  readonly channel?: string;
  /** `component` when absent; `all` for every kind. */
  readonly kind?: string;
  readonly json?: boolean;
}

const kinds: readonly UnitKind[] = ['component', 'stack', 'profile', 'shared'];

/** Lists units, sorted by name, then channel. */
export async function components(options: ComponentsOptions, io: Io): Promise<ExitStatus> {
  const kind = options.kind ?? 'component';
  if (kind !== 'all' && !kinds.some((known) => known === kind)) {
    throw new UsageError(`--kind takes one of ${kinds.join(', ')}, all; not ${kind}`);
  }
  const { tree } = openRepository(io);
  const { repository, plans } = loadFleet(tree);
  const { channel: wanted } = options;
  if (wanted !== undefined && !repository.channels.has(wanted)) {
    throw new UsageError(
      `there is no channel ${wanted}; there are ${[...repository.channels.keys()].sort().join(', ')}`,
    );
  }
  const rows = [...repository.channels.values()]
    .filter((channel) => wanted === undefined || channel.name === wanted)
    .flatMap((channel) => [...channel.units.values()].map((unit) => ({ unit, channel })))
    .filter(({ unit }) => kind === 'all' || unit.kind === kind)
    .map(({ unit, channel }) => describe(unit, channel, plans))
    .sort((a, b) => compareText(a.name, b.name) || compareText(String(a.channel), String(b.channel)));
  if (options.json) io.out(inventoryJson(rows));
  else
    io.out(
      inventoryTable(rows.map(shorten), [
        'name',
        ...(kind === 'all' ? ['kind'] : []),
        'channel',
        'order',
        'clusters',
        'versions',
      ]),
    );
  return 0;
}

function describe(unit: Unit, channel: Channel, plans: readonly ClusterPlan[]): InventoryRow {
  const users = plans.filter(({ units }) => units.some((planned) => planned.unit === unit && planned.enabled));
  // Who gets any unit of a channel gets its shared.
  const sharers = plans.filter(({ shared, units }) => units.length > 0 && shared.has(channel.name));
  return {
    name: unit.name,
    kind: unit.kind,
    channel: channel.name,
    description: unit.description,
    order: unit.order,
    images: Object.fromEntries(unit.images),
    ...(unit.resources && { stack: unit.resources.stack }),
    clusters: (unit.kind === 'shared' ? sharers : users).map(({ cluster }) => cluster.name),
    folder: unit.folder,
  };
}

/** A table has room for tags and for a count. */
function shorten(row: InventoryRow): InventoryRow {
  const images = Object.values((row.images ?? {}) as Readonly<Record<string, string>>);
  const tags = images.map((image) => image.replace(/@.*$/, '').replace(/^.*:/, ''));
  return { ...row, clusters: Array.isArray(row.clusters) ? row.clusters.length : 0, versions: [...new Set(tags)] };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
