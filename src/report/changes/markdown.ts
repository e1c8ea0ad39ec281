/**
 * Changes as a comment on a pull request: how bad, on how many clusters, what and why, details. It stays below the
 * forge's limit by saying less about the less important: the table of impacts counts everything, whatever is left out
 * below it.
 */
import type { CauseGroup, ChangeGroup, FieldGroup, FleetDiff } from '../../model.ts';
import { markdown, markdownCode, plain } from '../escape.ts';
import { lineChanges } from './lines.ts';
import {
  actionWords,
  capitalised,
  causeText,
  clusterText,
  countText,
  fieldWords,
  impactCounts,
  impactWords,
  isLong,
  namesText,
  subjectText,
  touchedText,
  valueText,
  verdict,
} from './words.ts';

/** GitHub's limit of a comment, in characters; GitLab's is larger. */
export const commentLimit = 65_536;
/** Kept free for what the caller adds: findings, a note on stale output, the marker. */
const reserve = 6_000;

export interface MarkdownOptions {
  /** Where the whole report is: the name of an artifact, or a link. */
  readonly fullReport?: string;
  /** Characters that this part may take. */
  readonly limit?: number;
}

/** The comment without its marker. */
export function changesMarkdown(diff: FleetDiff, options: MarkdownOptions = {}): string {
  const limit = options.limit ?? commentLimit - reserve;
  const title = `### weir: ${verdict(diff)}\n`;
  if (diff.impact === undefined) {
    return `${title}\nEvery file of \`out/\` compiles to what ${markdownCode(diff.base)} has.\n`;
  }
  const touched = diff.clusters.filter((cluster) => cluster.impact !== undefined);
  const names = touched.map((cluster) => cluster.name);
  const intro = `\n${capitalised(touchedText(names.length, diff.clusters.length))}: ${markdown(namesText(names, 12))}. Compared with ${markdownCode(diff.base)}.\n`;
  const full = options.fullReport === undefined ? '' : `\nEvery change in full: ${markdown(options.fullReport)}\n`;
  const counts = [
    '\n| what happens | changes | clusters |',
    '|---|--:|--:|',
    ...impactCounts(diff).map(
      ({ impact, groups, clusters }) =>
        `| **${impactWords[impact].title}**: ${impactWords[impact].meaning} | ${groups} | ${clusters} |`,
    ),
    '',
  ].join('\n');
  const why = overview(diff.causes, limit / 3);
  let text = title + intro + why + counts + full;
  const details = diff.causes.flatMap((cause, index) => cause.groups.map((group) => ({ group, index })));
  const footer = (left: number) =>
    left === 0
      ? ''
      : `\n_Details of ${countText(left, 'further change')} are left out here; the table above counts them.${
          options.fullReport === undefined ? ' `npx weir diff --format html` shows all.' : ''
        }_\n`;
  let heading = -1;
  let shown = 0;
  let part = '\n#### Details\n';
  for (const { group, index } of details) {
    const head = heading === index ? '' : `\n##### ${index + 1}. ${markdown(causeText(diff.causes[index]!.cause))}\n`;
    const candidates = [groupDetails(group, 30), groupDetails(group, 5), groupDetails(group, 0)];
    const room = limit - text.length - part.length - head.length - footer(details.length).length;
    const fitting = candidates.find((candidate) => candidate.length <= room);
    if (fitting === undefined) break;
    part += head + fitting;
    heading = index;
    shown++;
  }
  if (shown > 0) text += part;
  return text + footer(details.length - shown);
}

/** One line a cause: what, on how many clusters, with the loudest consequence in words. */
function overview(causes: readonly CauseGroup[], limit: number): string {
  let text = '\n';
  for (const [index, cause] of causes.entries()) {
    const first = cause.groups[0]!;
    const note = first.notes[0]?.texts[0]?.text ?? '';
    const line = `${index + 1}. ${markdown(causeText(cause.cause))}: **${impactWords[cause.impact].title}** on ${countText(cause.clusters.length, 'cluster')}${
      note === '' ? '' : `. ${markdown(note)}`
    }${cause.groups.length > 1 ? ` And ${countText(cause.groups.length - 1, 'more change')}.` : ''}\n`;
    if (text.length + line.length > limit) {
      return `${text}\nand ${countText(causes.length - index, 'more cause')}, none louder than these.\n`;
    }
    text += line;
  }
  return text;
}

function groupDetails(group: ChangeGroup, fields: number): string {
  const clusters =
    group.clusters.length > 1 ? `, ${markdown(clusterText(group.clusters))}` : `, ${markdown(group.clusters[0] ?? '')}`;
  const head = `\n**${impactWords[group.impact].title}**: ${markdown(subjectText(group))} ${actionWords[group.action]}${clusters}\n\n`;
  const notes = group.notes
    .flatMap((note) =>
      note.texts.slice(0, 3).map((text) => {
        const where = note.texts.length > 1 ? ` (${markdown(clusterText(text.clusters))})` : '';
        return `- ${markdown(text.text)}${where}\n`;
      }),
    )
    .slice(0, 8)
    .join('');
  if (fields === 0 || group.fields.length === 0) return head + notes;
  const lines = group.fields.slice(0, fields).map(fieldDiff).join('');
  const more = group.fields.length > fields ? `\n${countText(group.fields.length - fields, 'more field')}\n` : '';
  return `${head}${notes}\n<details><summary>${countText(group.fields.length, 'field')}</summary>\n\n${fence(lines)}${more}\n</details>\n`;
}

/** Lines of a `diff` block: repository text inside cannot end the block, because the fence is longer than any in it. */
function fieldDiff(field: FieldGroup): string {
  const label = `@@ ${plain(field.label) || 'the whole'} @@`;
  if (field.masked) return `${label} ${fieldWords[field.kind]} (secret, not shown)\n`;
  if (['moved', 'reordered', 'rewritten'].includes(field.kind)) return `${label} ${fieldWords[field.kind]}\n`;
  return field.variants
    .slice(0, 3)
    .map((variant) => {
      const where = field.variants.length > 1 ? ` on ${plain(clusterText(variant.clusters))}` : '';
      if (isLong(field)) {
        const lines = lineChanges(String(variant.before ?? ''), String(variant.after ?? '')).slice(0, 20);
        const marks = { added: '+', removed: '-', same: ' ', gap: '…' } as const;
        return `${label}${where}\n${lines.map((line) => `${marks[line.kind]} ${plain(line.text).slice(0, 300)}\n`).join('')}`;
      }
      return [
        `${label}${where}\n`,
        ...(variant.before === undefined ? [] : [`- ${plain(valueText(variant.before, 300))}\n`]),
        ...(variant.after === undefined ? [] : [`+ ${plain(valueText(variant.after, 300))}\n`]),
      ].join('');
    })
    .join('');
}

function fence(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const marks = '`'.repeat(longest + 1);
  return `${marks}diff\n${text}${marks}\n`;
}
