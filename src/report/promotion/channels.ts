/** `weir channels`: units by channel, for people and programs. */
import { markdown, markdownCode, plain } from '../escape.ts';

export interface ChannelState {
  readonly unit: string;
  readonly kind: string;
  readonly channel: string;
  readonly state: 'source' | 'same' | 'behind' | 'edited' | 'unrecorded' | 'missing' | 'gone';
  readonly behind?: number;
  readonly digest?: string;
  readonly fault?: string;
  readonly changed?: { readonly id: string; readonly date: string; readonly subject: string };
  readonly record?: { readonly from: string; readonly commit: string; readonly date: string };
  readonly images: ReadonlyMap<string, string>;
  readonly clusters: readonly string[];
  readonly early: readonly string[];
}

export interface ChannelsReport {
  readonly channels: readonly string[];
  readonly units: readonly { readonly unit: string; readonly kind: string; readonly states: readonly ChannelState[] }[];
  readonly complete: boolean;
  /** The day that ages count to. */
  readonly now: Date;
}

/** A table: a row a unit, a column a channel. */
export function channelsText(report: ChannelsReport): string {
  const header = ['unit', ...report.channels];
  const rows = report.units.map(({ unit, states }) => [unit, ...states.map((state) => cell(state, report.now))]);
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    row
      .map((text, column) => plain(text).padEnd(widths[column]!))
      .join('  ')
      .trimEnd();
  return `${[line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line), '', ...notes(report)].join('\n')}\n`;
}

export function channelsMarkdown(report: ChannelsReport): string {
  const head = `| unit | ${report.channels.map(markdown).join(' | ')} |\n|---|${report.channels.map(() => '---|').join('')}\n`;
  const rows = report.units.map(
    ({ unit, states }) =>
      `| ${markdownCode(unit)} | ${states.map((state) => markdown(cell(state, report.now))).join(' | ')} |\n`,
  );
  return `${head}${rows.join('')}\n${notes(report).map(markdown).join('\n\n')}\n`;
}

export function channelsJson(report: ChannelsReport): string {
  const units = report.units.map(({ unit, kind, states }) => ({
    name: unit,
    kind,
    channels: Object.fromEntries(
      states.map((state) => [
        state.channel,
        {
          state: state.state,
          behind: state.behind ?? null,
          digest: state.digest ?? null,
          changed: state.changed ?? null,
          soakSeconds: state.changed
            ? Math.max(0, Math.floor((report.now.getTime() - Date.parse(state.changed.date)) / 1000))
            : null,
          promoted: state.record
            ? { from: state.record.from, commit: state.record.commit, date: state.record.date }
            : null,
          images: Object.fromEntries(state.images),
          clusters: state.clusters,
          early: state.early,
        },
      ]),
    ),
  }));
  return `${JSON.stringify(units, null, 2)}\n`;
}

function cell(state: ChannelState, now: Date): string {
  const age = state.changed ? `, ${ageText(now.getTime() - Date.parse(state.changed.date))}` : '';
  const where = `, ${state.clusters.length} cl.`;
  const images = [...state.images.values()].map((image) => image.slice(image.lastIndexOf(':') + 1).slice(0, 20));
  const tags =
    images.length === 0 ? '' : ` ${[...new Set(images)].slice(0, 2).join(' ')}${new Set(images).size > 2 ? ' …' : ''}`;
  const early = state.early.length > 0 ? ` (${state.early.length} early)` : '';
  switch (state.state) {
    case 'missing':
      return '-';
    case 'source':
      return `${tags.trim() || 'here'}${age}${where}${early}`;
    case 'same':
      return `same${tags}${age}${where}${early}`;
    case 'behind':
      return `behind${state.behind === undefined ? '' : ` by ${state.behind}`}${tags}${age}${where}${early}`;
    case 'edited':
      return `EDITED BY HAND${tags}${age}${where}${early}`;
    case 'unrecorded':
      return `no record${tags}${age}${where}${early}`;
    case 'gone':
      return `gone from its source${tags}${age}${where}${early}`;
  }
}

function notes(report: ChannelsReport): readonly string[] {
  const states = report.units.flatMap((unit) => unit.states);
  const early = states.flatMap((state) =>
    state.early.map((cluster) => `${cluster} takes ${state.unit} from ${state.channel}`),
  );
  const faults = states.flatMap((state) => (state.fault ? [state.fault] : []));
  const of = (name: ChannelState['state']) => states.filter((state) => state.state === name).length;
  return [
    ...(early.length > 0
      ? [`Early: ${early.slice(0, 10).join('; ')}${early.length > 10 ? ` and ${early.length - 10} more` : ''}.`]
      : []),
    ...(of('edited') > 0
      ? [`${of('edited')} edited by hand: weir promote shows the three states and asks what to do.`]
      : []),
    ...(of('unrecorded') > 0
      ? [`${of('unrecorded')} without a record: weir channels adopt finds where they came from.`]
      : []),
    ...faults,
    ...(report.complete ? [] : ['This clone is shallow: counts and ages may be too small.']),
  ];
}

/** `5 d`, `3 h`, `12 min`. */
function ageText(milliseconds: number): string {
  const minutes = Math.max(0, Math.floor(milliseconds / 60_000));
  if (minutes >= 2880) return `${Math.floor(minutes / 1440)} d`;
  return minutes >= 120 ? `${Math.floor(minutes / 60)} h` : `${minutes} min`;
}
