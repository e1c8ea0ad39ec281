/** Findings for a terminal or a log: what is wrong, the line to fix, where it shows, on which clusters. */
import { formatPlace } from '../../errors.ts';
import type { Finding, Severity } from '../../model.ts';
import { plain } from '../escape.ts';
import { type CheckReport, clusterText, mainPlace, outputText, staleRemedy, summaryText } from './report.ts';

export interface TextOptions {
  readonly color: boolean;
  /** Width to wrap messages at. */
  readonly columns: number;
}

const colors: Readonly<Record<Severity, string>> = { error: '\u001b[31m', warning: '\u001b[33m', info: '\u001b[36m' };
const bold = '\u001b[1m';
const reset = '\u001b[0m';
/** More stale files than this are summed up by cluster: nobody reads four thousand paths. */
const listedStaleFiles = 20;

/** The whole report, ending with its summary line. */
export function findingsText(report: CheckReport, options: TextOptions): string {
  const paint = (code: string, text: string) => (options.color ? `${code}${text}${reset}` : text);
  const blocks = report.findings.map((finding) => findingText(finding, options, paint));
  if (report.unchecked.length > 0) {
    const lines = report.unchecked.map(
      (entry) => `  ${plain(entry.what)}: ${plain(entry.reason)} (${plain(clusterText(entry.clusters))})`,
    );
    blocks.push(`${paint(bold, 'Could not check')}\n${lines.join('\n')}\n`);
  }
  if (report.stale.length > 0) blocks.push(staleText(report, paint));
  return `${blocks.join('\n')}${blocks.length > 0 ? '\n' : ''}${summaryText(report)}\n`;
}

function findingText(finding: Finding, options: TextOptions, paint: (code: string, text: string) => string): string {
  const place = mainPlace(finding);
  const output = outputText(finding);
  const details = [
    ...(finding.overlay && finding.overlay !== place ? [`set at  ${plain(formatPlace(finding.overlay))}`] : []),
    ...(output === undefined
      ? []
      : [`shows in ${plain(output)}${finding.pointer ? ` (${plain(finding.pointer)})` : ''}`]),
    ...(finding.clusters.length > 0 ? [`clusters ${plain(clusterText(finding.clusters))}`] : []),
  ];
  const head = `${paint(colors[finding.severity], finding.severity)} ${paint(bold, finding.rule)}${
    place ? `  ${plain(formatPlace(place))}` : ''
  }${finding.dated ? '  (depends on the date)' : ''}`;
  const message = wrap(plain(finding.message), Math.max(40, options.columns - 4)).map((line) => `    ${line}`);
  return [head, ...message, ...details.map((line) => `    ${line}`), ''].join('\n');
}

function staleText(report: CheckReport, paint: (code: string, text: string) => string): string {
  const words = { changed: 'differs', missing: 'is missing', extra: 'is left over' } as const;
  const lines =
    report.stale.length <= listedStaleFiles
      ? report.stale.map((file) => `    ${plain(file.file)} ${words[file.state]}`)
      : staleByCluster(report);
  return [
    `${paint(colors.error, 'error')} ${paint(bold, 'stale output')}: out/ is not what the sources compile to.`,
    ...lines,
    `    Run: ${staleRemedy(report.stale)}   (after a merge of two pull requests this is all that is needed)`,
    '',
  ].join('\n');
}

function staleByCluster(report: CheckReport): readonly string[] {
  const counts = new Map<string, number>();
  for (const file of report.stale) counts.set(file.cluster, (counts.get(file.cluster) ?? 0) + 1);
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  const shown = sorted
    .slice(0, listedStaleFiles)
    .map(([cluster, files]) => `    out/${plain(cluster)}/: ${files} files`);
  return sorted.length > shown.length ? [...shown, `    and ${sorted.length - shown.length} more clusters`] : shown;
}

/** Breaks at spaces; a word that is longer than the width stays whole, so that paths can be copied. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
