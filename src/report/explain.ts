/** The answer of `weir explain` as text. Pure. */
import { formatPlace } from '../errors.ts';
import type { ExplainedLeaf, Explanation, JsonValue, KeyMeaning, Setting } from '../model.ts';
import { plain } from './escape.ts';

/** One or several explanations as text for a terminal of `columns` columns; ends with a newline. */
export function explanationText(explanations: readonly Explanation[], columns: number): string {
  return explanations.map((explanation) => lines(explanation, columns).join('\n')).join('\n\n') + '\n';
}

/** The same as JSON for programs: an array, one member for each explanation. */
export function explanationJson(explanations: readonly Explanation[]): string {
  return `${JSON.stringify(explanations, null, 2)}\n`;
}

function lines(explanation: Explanation, columns: number): readonly string[] {
  const [only] = explanation.leaves;
  // An item of a list has the chain of the list.
  const isLeaf =
    explanation.leaves.length === 1 &&
    (only?.path === explanation.path || explanation.path.startsWith(`${only?.path}[`));
  const head = [...headline(explanation, isLeaf), ...meaningLines(explanation.meaning, columns)];
  if (only && isLeaf) return [...head, '', ...chainLines(only.chain)];
  if (explanation.leaves.length === 0) return [...head, '  nothing is set here'];
  return [...head, '', ...tableLines(explanation, columns)];
}

function headline(explanation: Explanation, isLeaf: boolean): readonly string[] {
  const value = explanation.value === undefined ? 'removed' : show(explanation.value);
  const head = isLeaf || !isContainer(explanation.value) ? `${explanation.path} = ${value}` : explanation.path;
  const { unit, pool } = explanation;
  const where = [
    `cluster ${explanation.cluster}`,
    ...(unit
      ? [
          unit.kind === 'shared'
            ? `shared of channel ${unit.channel}`
            : `${unit.kind} ${unit.name} of channel ${unit.channel}`,
        ]
      : []),
    ...(pool === undefined ? [] : [`pool ${pool}`]),
    ...(unit?.enabled === false ? ['switched off'] : []),
  ];
  return [plain(head), `  ${plain(where.join(', '))}`];
}

function meaningLines(meaning: KeyMeaning | undefined, columns: number): readonly string[] {
  if (!meaning) return [];
  const facts = [
    meaning.type + (meaning.format ? ` (${meaning.format})` : ''),
    ...(meaning.unit ? [`in ${meaning.unit}`] : []),
    ...(meaning.enum ? [`one of ${meaning.enum.map(show).join(', ')}`] : []),
    ...(meaning.configItems.length > 0 ? [`config item ${meaning.configItems.join(', ')}`] : []),
  ];
  const text = [
    ...(meaning.description ? [meaning.description] : []),
    ...(meaning.type === 'object' ? [] : [facts.join('; ')]),
    ...(meaning.change ? [`A change: ${meaning.change}`] : []),
  ];
  return text.flatMap((paragraph) => wrap(plain(paragraph), columns - 2)).map((line) => `  ${line}`);
}

/** One line for each layer that said something, the one that holds first. */
function chainLines(chain: readonly Setting[]): readonly string[] {
  const rows = chain.map(({ value, origin }, index) => [
    index === 0 ? 'set by' : 'over',
    origin.layer,
    formatPlace(origin.place),
    show(value),
  ]);
  return table(rows);
}

/** One line for each leaf below the path, and one for each setting that it overrode. */
function tableLines(explanation: Explanation, columns: number): readonly string[] {
  const rows = explanation.leaves.flatMap((leaf) => leafRows(leaf, explanation.path));
  const aligned = table(rows);
  const widest = Math.max(0, ...aligned.map((line) => line.length));
  // Too wide to align: the place goes on a line of its own.
  if (widest <= columns) return aligned;
  return rows.flatMap(([path = '', value = '', layer = '', place = '']) => [
    path === '' ? `    ${value}` : `  ${path} ${value}`,
    `        ${layer}  ${place}`,
  ]);
}

function leafRows(leaf: ExplainedLeaf, root: string): readonly (readonly string[])[] {
  const path = leaf.path === root ? '.' : leaf.path.slice(root.length).replace(/^\./, '');
  return leaf.chain.map(({ value, origin }, index) => [
    index === 0 ? path : '',
    index === 0 ? (leaf.value === undefined ? 'removed' : show(leaf.value)) : `over ${show(value)}`,
    origin.layer,
    formatPlace(origin.place),
  ]);
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const clean = rows.map((row) => row.map(plain));
  const widths = (clean[0] ?? []).map((_, column) => Math.max(...clean.map((row) => row[column]?.length ?? 0)));
  return clean.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}

function isContainer(value: JsonValue | undefined): boolean {
  return typeof value === 'object' && value !== null;
}

/** JSON, shortened to what a line can hold. */
function show(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function wrap(text: string, width: number): readonly string[] {
  const result: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > Math.max(width, 20)) {
      result.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return line === '' ? result : [...result, line];
}
