/** Changes as one page that works from a file: no network, no library, filters, exact differences side by side. */
import type { Place } from '../../errors.ts';
import type { ChangeGroup, FieldGroup, FleetDiff, JsonValue } from '../../model.ts';
import { impacts } from '../../model.ts';
import { html } from '../escape.ts';
import { type LineChange, lineChanges } from './lines.ts';
import { pageScript } from './page/script.ts';
import { pageStyle } from './page/style.ts';
import {
  actionWords,
  capitalised,
  causeText,
  fieldWords,
  impactCounts,
  impactWords,
  isLong,
  subjectText,
  touchedText,
  verdict,
} from './words.ts';

export interface HtmlOptions {
  /** Address of a line of the new state; undefined where there is none to link to. */
  readonly link?: (place: Place) => string | undefined;
  /** Findings and other words above the changes: plain text, one paragraph each. */
  readonly notices?: readonly string[];
}

interface Row {
  readonly before: string | null;
  readonly after: string | null;
  readonly changed: boolean;
  readonly gap?: string;
}

export function changesHtml(diff: FleetDiff, options: HtmlOptions = {}): string {
  const touched = diff.clusters.filter((cluster) => cluster.impact !== undefined).length;
  const counts = impactCounts(diff)
    .map(
      ({ impact, groups, clusters }) =>
        `<tr><td><span class="impact l${impacts.indexOf(impact)}">${html(impactWords[impact].title)}</span> <span class="soft">${html(impactWords[impact].meaning)}</span></td><td class="number">${groups}</td><td class="number">${clusters}</td></tr>`,
    )
    .join('\n');
  const notices = (options.notices ?? []).map((notice) => `<p>${html(notice)}</p>`).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>weir: ${html(verdict(diff))}</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
<h1>${html(verdict(diff))}</h1>
<p>${capitalised(touchedText(touched, diff.clusters.length))}. <span class="soft">${html(diff.base)} compared with ${html(diff.head)}.</span></p>
${notices}
${
  counts === ''
    ? ''
    : `<table aria-label="What happens"><thead><tr><th scope="col">what happens</th><th scope="col" class="number">changes</th><th scope="col" class="number">clusters</th></tr></thead><tbody>
${counts}
</tbody></table>`
}
<h2 id="changes">Changes</h2>
<form id="filters" aria-label="Filter the changes">
<label>cluster <input name="cluster" list="cluster-names" autocomplete="off"></label>
<datalist id="cluster-names">${diff.clusters.map((cluster) => `<option value="${html(cluster.name)}">`).join('')}</datalist>
${select('channel', distinct(diff.clusters.map((cluster) => cluster.channel)))}
${select('environment', distinct(diff.clusters.map((cluster) => cluster.environment)))}
${select('region', distinct(diff.clusters.map((cluster) => cluster.region)))}
${select(
  'impact',
  impactCounts(diff).map(({ impact }) => impact),
  'impact, at least',
)}
${select('component', distinct(diff.causes.flatMap((cause) => cause.groups.map((group) => `${group.unit.kind}/${group.unit.name}`))))}
<label>text <input name="text" type="search" autocomplete="off"></label>
<button type="button" id="reset">Reset</button>
<button type="button" id="expand">Open all</button>
</form>
<p id="status" role="status" aria-live="polite" class="soft"></p>
<div id="causes"></div>
<noscript><p>The details need JavaScript; the table above does not.</p></noscript>
</main>
<script type="application/json" id="data">${embed(pageData(diff, options))}</script>
<script>${pageScript}</script>
</body>
</html>
`;
}

function select(name: string, values: readonly string[], label = name): string {
  const options = values.map((value) => `<option>${html(value)}</option>`).join('');
  return `<label>${label} <select name="${name}"><option value="">all</option>${options}</select></label>`;
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)].filter((value) => value !== '').sort();
}

/** JSON inside a script element: nothing in it can end the element or begin a comment. */
function embed(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

function pageData(diff: FleetDiff, options: HtmlOptions) {
  return {
    order: impacts,
    words: impactWords,
    clusters: diff.clusters.map(({ name, channel, environment, region }) => ({ name, channel, environment, region })),
    causes: diff.causes.map((cause) => ({
      title: causeText(cause.cause),
      link: safeLink(cause.cause.place && options.link?.(cause.cause.place)),
      values:
        cause.cause.before === undefined || cause.cause.after === undefined
          ? undefined
          : [show(cause.cause.before), show(cause.cause.after)],
      groups: cause.groups.map(groupData),
    })),
  };
}

/** Links go to the web alone: a place or a template of it cannot smuggle in a script. */
function safeLink(link: string | undefined): string | undefined {
  return link !== undefined && /^https?:\/\//.test(link) ? link : undefined;
}

function groupData(group: ChangeGroup) {
  const title = `${subjectText(group)} ${actionWords[group.action]}`;
  const file = `out/${group.example.cluster}/${group.example.afterPath ?? group.example.beforePath ?? ''}`;
  return {
    id: group.id,
    unit: `${group.unit.kind}/${group.unit.name}`,
    title,
    impact: group.impact,
    clusters: group.clusters,
    pools: group.pools,
    notes: group.notes,
    file,
    search: [
      title,
      file,
      ...group.fields.map((field) => field.label),
      ...group.notes.flatMap((note) => note.texts.map(({ text }) => text)),
    ]
      .join(' ')
      .toLowerCase(),
    fields: group.fields.map(fieldData),
  };
}

function fieldData(field: FieldGroup) {
  const word = field.masked
    ? `${fieldWords[field.kind]} (secret, not shown)`
    : ['moved', 'reordered', 'rewritten'].includes(field.kind)
      ? fieldWords[field.kind]
      : undefined;
  return {
    label: field.label,
    notes: field.impacts,
    word,
    variants: word
      ? []
      : field.variants.map((variant) => ({
          clusters: variant.clusters,
          ...(isLong(field)
            ? { lines: rows(lineChanges(String(variant.before ?? ''), String(variant.after ?? ''))) }
            : { before: show(variant.before), after: show(variant.after) }),
        })),
  };
}

function show(value: JsonValue | undefined): string | null {
  if (value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

/** Line changes as rows of two columns: removed lines stand beside the added ones that follow them. */
function rows(lines: readonly LineChange[]): readonly Row[] {
  const result: Row[] = [];
  for (let index = 0; index < lines.length; ) {
    const line = lines[index]!;
    if (line.kind === 'same') {
      result.push({ before: line.text, after: line.text, changed: false });
      index++;
    } else if (line.kind === 'gap') {
      result.push({ before: null, after: null, changed: false, gap: line.text });
      index++;
    } else {
      const removed: string[] = [];
      const added: string[] = [];
      while (lines[index]?.kind === 'removed') removed.push(lines[index++]!.text);
      while (lines[index]?.kind === 'added') added.push(lines[index++]!.text);
      for (let row = 0; row < Math.max(removed.length, added.length); row++) {
        result.push({ before: removed[row] ?? null, after: added[row] ?? null, changed: true });
      }
    }
  }
  return result;
}
