/** What the report of a check is made of, and the choices that all formats share. */
import { formatPlace, type Place } from '../../errors.ts';
import type { Finding, Severity, Unchecked } from '../../model.ts';

/** A committed file that differs from a fresh compile. */
export interface StaleFile {
  /** Relative to the repository root. */
  readonly file: string;
  readonly cluster: string;
  readonly state: 'changed' | 'missing' | 'extra';
}

export interface RuleInfo {
  readonly id: string;
  readonly family: string;
  readonly severity: Severity;
  readonly title: string;
}

export interface CheckReport {
  readonly findings: readonly Finding[];
  readonly unchecked: readonly Unchecked[];
  readonly stale: readonly StaleFile[];
  /** Findings that a justified suppression took away. */
  readonly suppressed: number;
  readonly clusters: number;
  readonly artifacts: number;
  /** Every rule that ran, in the order of the index. */
  readonly rules: readonly RuleInfo[];
}

/** What decides the exit status: errors and stale output; warnings and dated findings never do. */
export function failed(report: CheckReport): boolean {
  return report.stale.length > 0 || report.findings.some((finding) => finding.severity === 'error' && !finding.dated);
}

/** The command that repairs stale output. */
export function staleRemedy(stale: readonly StaleFile[]): string {
  const clusters = [...new Set(stale.map((file) => file.cluster))].sort();
  const arguments_ = clusters.length <= 5 ? ` ${clusters.join(' ')}` : '';
  return `npx weir compile${arguments_}`;
}

/** The line that a person should open: the source, else the overlay, else the file in `out/`. */
export function mainPlace(finding: Finding): Place | undefined {
  return finding.source ?? finding.overlay ?? finding.output;
}

/** `out/<cluster>/<artifact>:line:column`, or without the line where it is not known. */
export function outputText(finding: Finding): string | undefined {
  if (finding.output) return formatPlace(finding.output);
  if (finding.artifact === undefined) return undefined;
  return `out/${finding.clusters[0] ?? '?'}/${finding.artifact}`;
}

/** Names of clusters for a line of text: all of them while they are few, then how many and the first ones. */
export function clusterText(clusters: readonly string[], limit = 6): string {
  if (clusters.length <= limit) return clusters.join(', ');
  return `${clusters.length} clusters: ${clusters.slice(0, limit - 1).join(', ')} and ${clusters.length - limit + 1} more`;
}

/** `3 errors, 1 warning, 2 stale files, ...`: one line that says how it went. */
export function summaryText(report: CheckReport): string {
  const parts = [
    count(report.findings.filter((finding) => finding.severity === 'error').length, 'error'),
    count(report.findings.filter((finding) => finding.severity === 'warning').length, 'warning'),
    count(report.findings.filter((finding) => finding.severity === 'info').length, 'note'),
    count(report.stale.length, 'stale file'),
  ].filter((part) => !part.startsWith('0 '));
  const rest = [
    count(report.clusters, 'cluster'),
    count(report.artifacts, 'file'),
    count(report.rules.length, 'rule'),
    ...(report.unchecked.length > 0 ? [`${report.unchecked.length} not checked`] : []),
    ...(report.suppressed > 0 ? [`${report.suppressed} justified in the source`] : []),
  ];
  return `${parts.length === 0 ? 'clean' : parts.join(', ')} (${rest.join(', ')})`;
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
