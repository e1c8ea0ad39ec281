/** What a promotion out of a channel must show first. Declared in the source channel's `channel.yaml`, key `gates`. */

import { parseDocument } from 'yaml';
import { type Impact, impacts, type JsonValue, type Repository, type SourceTree } from '../model.ts';
import type { ChannelHistory } from './status.ts';
import { clustersOn } from './status.ts';

/**
 * ```yaml
 * gates:
 *   soak: 72h                    # since the last change of the unit or of the library files it reaches; d, h, m
 *   clusters: [kube-1-test]      # must run the unit from the source channel
 *   approvals: {file: approvals/stable.yaml, count: 1}
 *   impact: nodes-roll           # nothing louder without --accept
 * ```
 */
export interface Gates {
  readonly soakSeconds?: number;
  readonly clusters: readonly string[];
  readonly approvals?: { readonly file: string; readonly count: number };
  readonly impact?: Impact;
}

export type GateState = 'passed' | 'closed' | 'unknown' | 'overridden';

export interface GateResult {
  readonly gate: 'soak' | 'clusters' | 'approvals' | 'impact';
  readonly unit: string;
  /** `unknown` refuses like `closed`: what cannot be checked is no pass. */
  readonly state: GateState;
  readonly message: string;
  readonly reason?: string;
}

/** Reads the `gates` of a channel manifest; faults are told in words, and close everything until they are mended. */
export function readGates(value: JsonValue | undefined): { readonly gates: Gates; readonly faults: readonly string[] } {
  const faults: string[] = [];
  if (value === undefined) return { gates: { clusters: [] }, faults };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { gates: { clusters: [] }, faults: ['gates must be a map of soak, clusters, approvals, impact'] };
  }
  const map = value as { readonly [key: string]: JsonValue };
  const known = ['soak', 'clusters', 'approvals', 'impact'];
  for (const key of Object.keys(map)) {
    if (!known.includes(key)) faults.push(`there is no gate "${key}": the gates are ${known.join(', ')}`);
  }
  const soak = map.soak === undefined ? undefined : soakSeconds(map.soak);
  if (map.soak !== undefined && soak === undefined)
    faults.push(`soak must be a time such as 72h or 3d, not ${JSON.stringify(map.soak)}`);
  const clusters = map.clusters;
  if (clusters !== undefined && !(Array.isArray(clusters) && clusters.every((name) => typeof name === 'string'))) {
    faults.push('clusters must be a list of names of clusters');
  }
  const impact = map.impact;
  if (impact !== undefined && !impacts.includes(impact as Impact)) {
    faults.push(`impact must be one of ${impacts.join(', ')}`);
  }
  const approvals = readApprovals(map.approvals, faults);
  return {
    gates: {
      ...(soak === undefined ? {} : { soakSeconds: soak }),
      clusters: Array.isArray(clusters) ? clusters.filter((name): name is string => typeof name === 'string') : [],
      ...(approvals ? { approvals } : {}),
      ...(impacts.includes(impact as Impact) ? { impact: impact as Impact } : {}),
    },
    faults,
  };
}

function readApprovals(value: JsonValue | undefined, faults: string[]): Gates['approvals'] {
  if (value === undefined) return undefined;
  const map = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  const { file, count } = map as { readonly file?: JsonValue; readonly count?: JsonValue };
  const number = count ?? 1;
  const plain = typeof file === 'string' && !file.startsWith('/') && !file.split('/').includes('..');
  if (!plain || typeof number !== 'number' || !Number.isInteger(number) || number < 1) {
    faults.push('approvals must say a file of the repository and a count from 1');
    return undefined;
  }
  return { file, count: number };
}

/** `72h`, `3d`, `90m`, `1d12h` in seconds; undefined for anything else. */
function soakSeconds(value: JsonValue): number | undefined {
  if (typeof value !== 'string' || !/^(?:\d+[dhm])+$/.test(value)) return undefined;
  const units = { d: 86_400, h: 3_600, m: 60 } as const;
  let seconds = 0;
  for (const [, number, unit] of value.matchAll(/(\d+)([dhm])/g))
    seconds += Number(number) * units[unit as keyof typeof units];
  return seconds;
}

export interface GateInput {
  readonly repository: Repository;
  readonly tree: SourceTree;
  readonly gates: Gates;
  readonly source: string;
  /** Unit, its folder in the source, its digest there, and the library files that it reaches. */
  readonly unit: {
    readonly name: string;
    readonly folder: string;
    readonly digest: string;
    readonly library: readonly string[];
  };
  readonly history: ChannelHistory;
  readonly now: Date;
  /** Gates to override, by name, with the reason. */
  readonly overrides: ReadonlyMap<string, string>;
}

/** The gates of one unit, but for the one on impact, which needs the comparison. */
export function judgeGates(input: GateInput): readonly GateResult[] {
  const results = [...judgeSoak(input), ...judgeClusters(input), ...judgeApprovals(input)];
  return results.map((result) => override(result, input.overrides));
}

/** The limit on impact, once the consequences of the whole promotion are known. */
export function judgeImpact(
  gates: Gates,
  loudest: Impact | undefined,
  accepted: readonly Impact[],
  overrides: ReadonlyMap<string, string>,
): readonly GateResult[] {
  if (gates.impact === undefined) return [];
  const passed =
    loudest === undefined || impacts.indexOf(loudest) >= impacts.indexOf(gates.impact) || accepted.includes(loudest);
  const result: GateResult = {
    gate: 'impact',
    unit: '',
    state: passed ? 'passed' : 'closed',
    message: passed
      ? `nothing louder than ${gates.impact}${loudest !== undefined && accepted.includes(loudest) ? `, or accepted: ${loudest}` : ''}`
      : `the loudest consequence is ${loudest}, and the limit is ${gates.impact}: --accept ${loudest} says that this is wanted`,
  };
  return [override(result, overrides)];
}

function override(result: GateResult, overrides: ReadonlyMap<string, string>): GateResult {
  const reason = overrides.get(result.gate);
  return result.state !== 'passed' && reason !== undefined ? { ...result, state: 'overridden', reason } : result;
}

function judgeSoak(input: GateInput): readonly GateResult[] {
  const { soakSeconds: wanted } = input.gates;
  if (wanted === undefined) return [];
  const { unit, history, now } = input;
  const folders = [unit.folder, ...unit.library];
  const dates = folders
    .flatMap((folder) => history.commits(folder).slice(0, 1))
    .map((commit) => Date.parse(commit.date));
  const base = { gate: 'soak', unit: unit.name } as const;
  if (dates.length === 0) {
    return [
      {
        ...base,
        state: 'unknown',
        message: history.complete
          ? 'its state is not on the default branch yet: merge it first'
          : 'this clone is too shallow to tell since when it has soaked: fetch more history',
      },
    ];
  }
  const since = Math.max(...dates);
  const seconds = (now.getTime() - since) / 1000;
  const state = seconds >= wanted ? 'passed' : 'closed';
  const due = new Date(since + wanted * 1000).toISOString().slice(0, 16);
  return [
    {
      ...base,
      state,
      message: `unchanged in ${input.source} for ${timeText(seconds)} of ${timeText(wanted)}${state === 'closed' ? `; due ${due}Z` : ''}`,
    },
  ];
}

function judgeClusters(input: GateInput): readonly GateResult[] {
  if (input.gates.clusters.length === 0) return [];
  const running = clustersOn(input.repository, input.source, input.unit.name).clusters;
  const missing = input.gates.clusters.filter((name) => !running.includes(name));
  return [
    {
      gate: 'clusters',
      unit: input.unit.name,
      state: missing.length === 0 ? 'passed' : 'closed',
      message:
        missing.length === 0
          ? `runs on ${input.gates.clusters.join(', ')}`
          : `${missing.join(', ')} must run it from ${input.source} first`,
    },
  ];
}

/** A list of `{unit, digest, by}`: an approval is of one state, and a later edit takes it away. */
function judgeApprovals(input: GateInput): readonly GateResult[] {
  const { approvals } = input.gates;
  if (!approvals) return [];
  const base = { gate: 'approvals', unit: input.unit.name } as const;
  if (input.tree.kind(approvals.file) !== 'file') {
    return [{ ...base, state: 'closed', message: `${approvals.file} does not exist: ${approvalHint(input)}` }];
  }
  const document = parseDocument(new TextDecoder().decode(input.tree.read(approvals.file)), { logLevel: 'silent' });
  const value = document.errors.length === 0 ? (document.toJS({ maxAliasCount: 0 }) as JsonValue) : undefined;
  if (!Array.isArray(value)) {
    return [{ ...base, state: 'unknown', message: `${approvals.file} is no list of {unit, digest, by}` }];
  }
  const people = new Set(
    value.flatMap((entry: JsonValue) => {
      const { unit, digest, by } = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<
        string,
        JsonValue
      >;
      return unit === input.unit.name && digest === input.unit.digest && typeof by === 'string' ? [by] : [];
    }),
  );
  const enough = people.size >= approvals.count;
  return [
    {
      ...base,
      state: enough ? 'passed' : 'closed',
      message: enough
        ? `approved by ${[...people].sort().join(', ')}`
        : `${people.size} of ${approvals.count} approvals: ${approvalHint(input)}`,
    },
  ];
}

function approvalHint(input: GateInput): string {
  return `add {unit: ${input.unit.name}, digest: ${input.unit.digest}, by: <you>} to ${input.gates.approvals?.file ?? ''} in a reviewed pull request`;
}

/** `3d 4h`, `50m`. */
export function timeText(seconds: number): string {
  const minutes = Math.max(0, Math.floor(seconds / 60));
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)];
  if (days > 0) return hours > 0 ? `${days}d ${hours}h` : `${days}d`;
  return hours > 0 ? `${hours}h ${minutes % 60}m` : `${minutes}m`;
}
