/**
 * Findings as GitHub workflow commands. A step shows 10 annotations of each type and drops the rest without a word, so
 * findings are grouped by rule and line, and the last annotation of a type says how many more there are.
 */
import type { Finding } from '../../model.ts';
import { plain, workflowMessage, workflowProperty } from '../escape.ts';
import { type CheckReport, clusterText, mainPlace, staleRemedy, summaryText } from './report.ts';

/** Annotations of one type that GitHub shows for a step. */
const perType = 10;
const commands = { error: 'error', warning: 'warning', info: 'notice' } as const;

interface Annotation {
  readonly type: 'error' | 'warning' | 'notice';
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly title: string;
  readonly message: string;
}

export function findingsGithub(report: CheckReport): string {
  const annotations = [...grouped(report.findings), ...staleAnnotation(report)];
  const lines = (['error', 'warning', 'notice'] as const).flatMap((type) => limit(annotations, type)).map(command);
  return `${lines.map((line) => `${line}\n`).join('')}${summaryText(report)}\n`;
}

function grouped(findings: readonly Finding[]): readonly Annotation[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const place = mainPlace(finding);
    const key = `${finding.rule} ${finding.severity} ${place ? `${place.file}:${place.line}` : ''}`;
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups.values()].map((group) => {
    const first = group[0]!;
    const place = mainPlace(first);
    const clusters = [...new Set(group.flatMap((finding) => finding.clusters))].sort();
    const messages = group.slice(0, 5).map((finding) => plain(finding.message));
    if (group.length > messages.length) messages.push(`and ${group.length - messages.length} more here`);
    if (clusters.length > 0) messages.push(`clusters: ${clusterText(clusters)}`);
    return {
      type: commands[first.severity],
      file: place?.file,
      line: place?.line,
      column: place?.column,
      title: first.rule,
      message: messages.join('\n'),
    };
  });
}

function staleAnnotation(report: CheckReport): readonly Annotation[] {
  const first = report.stale[0];
  if (!first) return [];
  return [
    {
      type: 'error',
      file: first.file,
      line: 1,
      title: 'stale-output',
      message: `${report.stale.length === 1 ? 'This file is' : `${report.stale.length} files are`} not what the sources compile to.\nRun: ${staleRemedy(report.stale)}`,
    },
  ];
}

function limit(all: readonly Annotation[], type: Annotation['type']): readonly Annotation[] {
  const annotations = all.filter((annotation) => annotation.type === type);
  if (annotations.length <= perType) return annotations;
  const rest = annotations.slice(perType - 1);
  const rules = [...new Set(rest.map((annotation) => annotation.title))];
  return [
    ...annotations.slice(0, perType - 1),
    {
      type,
      title: `${rest.length} more`,
      message: `${rest.length} more of this kind, of ${rules.slice(0, 10).join(', ')}: run npx weir check, or see the log of this step.`,
    },
  ];
}

function command(annotation: Annotation): string {
  const properties = [
    ...(annotation.file === undefined ? [] : [`file=${workflowProperty(annotation.file)}`]),
    ...(annotation.line === undefined ? [] : [`line=${annotation.line}`]),
    ...(annotation.column === undefined ? [] : [`col=${annotation.column}`]),
    `title=${workflowProperty(plain(annotation.title))}`,
  ];
  return `::${annotation.type} ${properties.join(',')}::${workflowMessage(annotation.message)}`;
}
