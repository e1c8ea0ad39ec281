/** Changes for a terminal: how bad, on how many clusters, what and why, then the details. */
import type { ChangeGroup, FieldGroup, FleetDiff, Impact } from '../../model.ts';
import { plain } from '../escape.ts';
import { lineChanges } from './lines.ts';
import {
  actionWords,
  causeText,
  clusterText,
  countText,
  fieldWords,
  impactCounts,
  impactWords,
  isLong,
  subjectText,
  valueText,
  verdict,
} from './words.ts';

export interface TerminalOptions {
  readonly color: boolean;
  readonly columns: number;
}

const reset = '\u001b[0m';
const bold = '\u001b[1m';
const dim = '\u001b[2m';
const red = '\u001b[31m';
const green = '\u001b[32m';
const yellow = '\u001b[33m';
const cyan = '\u001b[36m';
const shades: Readonly<Record<Impact, string>> = {
  'update-fails': red,
  'data-destroyed': red,
  replaced: red,
  'nodes-roll': yellow,
  'control-plane-restarts': yellow,
  'pods-restart': yellow,
  removed: yellow,
  'access-widened': yellow,
  created: green,
  updated: cyan,
  'next-run': cyan,
  'no-effect': dim,
};

export function changesText(diff: FleetDiff, options: TerminalOptions): string {
  const paint = (code: string, text: string) => (options.color ? `${code}${text}${reset}` : text);
  const head = `${paint(bold, plain(verdict(diff)))}  ${paint(dim, `(${plain(diff.base)} to ${plain(diff.head)})`)}`;
  if (diff.impact === undefined) return `${head}\n`;
  const counts = impactCounts(diff).map(
    ({ impact, groups, clusters }) =>
      `  ${paint(shades[impact], impactWords[impact].title.padEnd(28))} ${countText(groups, 'change')} on ${countText(clusters, 'cluster')}`,
  );
  const causes = diff.causes.map((cause) => {
    const title = `${paint(bold, plain(causeText(cause.cause)))}  ${paint(dim, plain(clusterText(cause.clusters)))}`;
    return [title, ...cause.groups.flatMap((group) => groupLines(group, options, paint)), ''].join('\n');
  });
  return `${[head, ...counts, '', ...causes].join('\n')}`;
}

function groupLines(
  group: ChangeGroup,
  options: TerminalOptions,
  paint: (code: string, text: string) => string,
): readonly string[] {
  const pools = group.pools.length > 1 ? `, pools ${group.pools.join(', ')}` : '';
  return [
    `  ${paint(shades[group.impact], impactWords[group.impact].title)}: ${plain(subjectText(group))} ${actionWords[group.action]}${plain(pools)}${
      group.clusters.length > 1 ? `  ${paint(dim, plain(clusterText(group.clusters)))}` : ''
    }`,
    ...group.notes.flatMap((note) =>
      note.texts.slice(0, 4).map((text) => {
        const where = note.texts.length > 1 ? ` ${paint(dim, `[${plain(clusterText(text.clusters))}]`)}` : '';
        return `    ${plain(text.text)}${where}`;
      }),
    ),
    ...group.fields.slice(0, 30).flatMap((field) => fieldLines(field, options, paint)),
    ...(group.fields.length > 30 ? [`    and ${group.fields.length - 30} more fields (--format html shows all)`] : []),
  ];
}

function fieldLines(
  field: FieldGroup,
  options: TerminalOptions,
  paint: (code: string, text: string) => string,
): readonly string[] {
  const width = Math.max(40, options.columns - 8);
  const label = plain(field.label) || '(the whole)';
  if (field.masked) return [`    ${label}: ${fieldWords[field.kind]} (secret, not shown)`];
  if (field.kind === 'moved' || field.kind === 'reordered' || field.kind === 'rewritten') {
    return [`    ${label}: ${fieldWords[field.kind]}`];
  }
  return field.variants.slice(0, 5).flatMap((variant) => {
    const where = field.variants.length > 1 ? `  ${paint(dim, `[${plain(clusterText(variant.clusters))}]`)}` : '';
    const head = `    ${label}${where}`;
    if (isLong(field)) {
      const lines = lineChanges(String(variant.before ?? ''), String(variant.after ?? ''));
      return [
        head,
        ...lines.slice(0, 40).map((line) => {
          if (line.kind === 'added') return `      ${paint(green, `+ ${plain(line.text)}`)}`;
          if (line.kind === 'removed') return `      ${paint(red, `- ${plain(line.text)}`)}`;
          return `      ${paint(dim, `${line.kind === 'gap' ? '…' : ' '} ${plain(line.text)}`)}`;
        }),
        ...(lines.length > 40 ? [`      … ${lines.length - 40} more lines`] : []),
      ];
    }
    return [
      head,
      ...(variant.before === undefined ? [] : [`      ${paint(red, `- ${plain(valueText(variant.before, width))}`)}`]),
      ...(variant.after === undefined ? [] : [`      ${paint(green, `+ ${plain(valueText(variant.after, width))}`)}`]),
    ];
  });
}
