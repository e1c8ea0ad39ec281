/** A promotion's plan: for the terminal, as the body of a pull request, and as a commit message. */
import type { FleetDiff } from '../../model.ts';
import { lineChanges } from '../changes/lines.ts';
import { changesMarkdown } from '../changes/markdown.ts';
import { changesText } from '../changes/terminal.ts';
import { countText, statusLine } from '../changes/words.ts';
import { markdown, markdownCode, plain } from '../escape.ts';

export interface PlanReport {
  readonly from: string;
  readonly to: string;
  /** True for `weir promote --revert`. */
  readonly revert: boolean;
  readonly units: readonly {
    readonly unit: string;
    readonly kind: 'new' | 'update' | 'remove' | 'record' | 'kept' | 'merged' | 'same';
    readonly commits: readonly { readonly id: string; readonly date: string; readonly subject: string }[];
    readonly images: readonly { readonly name: string; readonly before?: string; readonly after?: string }[];
  }[];
  readonly library: readonly {
    readonly name: string;
    readonly kind: 'new' | 'update';
    readonly because: readonly string[];
    readonly readers: readonly string[];
  }[];
  readonly conflicts: readonly {
    readonly what: string;
    readonly message: string;
    readonly files: readonly {
      readonly path: string;
      readonly base?: string;
      readonly target?: string;
      readonly source?: string;
    }[];
  }[];
  readonly refused: readonly string[];
  readonly together: readonly { readonly unit: string; readonly library: string }[];
  readonly gates: readonly {
    readonly gate: string;
    readonly unit: string;
    readonly state: 'passed' | 'closed' | 'unknown' | 'overridden';
    readonly message: string;
    readonly reason?: string;
  }[];
  /** Clusters that take a moved unit early by their `channels` key: the promotion makes that moot. */
  readonly moot: readonly { readonly cluster: string; readonly unit: string }[];
  /** Absent where the plan does not compile. */
  readonly diff?: FleetDiff;
}

const kinds = {
  new: 'new here',
  update: 'updated',
  remove: 'removed: it is gone from the source',
  record: 'the same already; its record is written',
  kept: 'kept as it is here',
  merged: 'merged with the edit that was made here',
  same: 'the same already',
} as const;

export function planText(plan: PlanReport, options: { readonly color: boolean; readonly columns: number }): string {
  const blocks = [
    `${title(plan)}\n`,
    ...plan.units.map(unitText),
    ...plan.library.map(
      (move) =>
        `  lib/${plain(move.name)}: ${move.kind === 'new' ? 'new here' : 'updated'}, for ${move.because.map(plain).join(', ')}${
          move.readers.length > 0 ? `; also read by ${move.readers.map(plain).join(', ')}` : ''
        }\n`,
    ),
    ...plan.together.map(
      ({ unit, library }) =>
        `  note: ${plain(unit)} reads lib/${plain(library)} too and differs: the two were verified together\n`,
    ),
    ...plan.moot.map(
      ({ cluster, unit }) =>
        `  note: ${plain(cluster)} takes ${plain(unit)} from ${plain(plan.from)} already: its channels key is moot now\n`,
    ),
    ...plan.conflicts.map((conflict) => conflictText(conflict, plan)),
    ...plan.gates.map(
      (gate) =>
        `  gate ${gate.gate}${gate.unit ? ` (${plain(gate.unit)})` : ''}: ${gate.state}, ${plain(gate.message)}${gate.reason ? ` [${plain(gate.reason)}]` : ''}\n`,
    ),
    ...plan.refused.map((reason) => `  refused: ${plain(reason)}\n`),
  ];
  const changes = plan.diff ? `\n${changesText(plan.diff, options)}` : '';
  return blocks.join('') + changes;
}

function title(plan: PlanReport): string {
  const moving = plan.units.filter((unit) => unit.kind !== 'same').length;
  return plan.revert
    ? `${plan.to}: back to before ${countText(moving, 'promotion')}`
    : `${plan.from} to ${plan.to}: ${countText(moving, 'unit')}`;
}

function unitText(unit: PlanReport['units'][number]): string {
  const images = unit.images
    .map((image) => `    image ${plain(image.name)}: ${tag(image.before)} to ${tag(image.after)}\n`)
    .join('');
  const commits = unit.commits
    .slice(0, 8)
    .map((commit) => `    ${commit.id.slice(0, 10)} ${commit.date.slice(0, 10)} ${plain(commit.subject)}\n`)
    .join('');
  const more = unit.commits.length > 8 ? `    and ${unit.commits.length - 8} more commits\n` : '';
  return `  ${plain(unit.unit)}: ${kinds[unit.kind]}\n${images}${commits}${more}`;
}

/** A three-way view: what was edited here since the promotion, and what the source made of the same file. */
function conflictText(conflict: PlanReport['conflicts'][number], plan: PlanReport): string {
  const files = conflict.files.slice(0, 10).map((file) => {
    const sides = [
      ['edited here', file.base ?? '', file.target ?? ''],
      [`changed in ${plan.from}`, file.base ?? '', file.source ?? ''],
    ] as const;
    return [
      `    ${plain(file.path)}\n`,
      ...sides.map(([label, before, after]) => {
        const lines = lineChanges(before, after)
          .filter((line) => line.kind !== 'same')
          .slice(0, 12);
        if (lines.length === 0) return `      ${label}: nothing\n`;
        const marks = { added: '+', removed: '-', gap: '…', same: ' ' } as const;
        return `      ${label}:\n${lines.map((line) => `        ${marks[line.kind]} ${plain(line.text)}\n`).join('')}`;
      }),
    ].join('');
  });
  return `  conflict: ${plain(conflict.message)}\n${files.join('')}`;
}

function tag(image: string | undefined): string {
  return image === undefined ? '-' : plain(image.slice(image.lastIndexOf('/') + 1));
}

/** What a reviewer of the promotion wants: what moves, since when, what it does where, what was overridden. */
export function planBody(plan: PlanReport): string {
  const units = plan.units
    .filter((unit) => unit.kind !== 'same')
    .map((unit) => {
      const images = unit.images
        .map((image) => ` ${markdownCode(`${image.name}: ${tag(image.before)} → ${tag(image.after)}`)}`)
        .join('');
      const commits = unit.commits
        .slice(0, 10)
        .map((commit) => `  - ${commit.id.slice(0, 10)} ${markdown(commit.subject)} (${commit.date.slice(0, 10)})\n`)
        .join('');
      return `- ${markdownCode(unit.unit)}: ${kinds[unit.kind]}.${images}\n${commits}`;
    })
    .join('');
  const library = plan.library
    .map(
      (move) =>
        `- ${markdownCode(`lib/${move.name}`)} for ${markdown(move.because.join(', '))}${move.readers.length > 0 ? `; also read by ${markdown(move.readers.join(', '))}` : ''}\n`,
    )
    .join('');
  const gates = plan.gates
    .map(
      (gate) =>
        `| ${gate.gate} | ${gate.unit ? markdownCode(gate.unit) : 'all'} | ${gate.state} | ${markdown(gate.message)}${gate.reason ? ` **Reason: ${markdown(gate.reason)}**` : ''} |\n`,
    )
    .join('');
  return [
    `## ${markdown(title(plan))}\n\n`,
    units,
    library,
    ...plan.together.map(
      ({ unit, library: name }) =>
        `- Left out, but verified together: ${markdownCode(unit)} (reads ${markdownCode(`lib/${name}`)})\n`,
    ),
    ...plan.moot.map(
      ({ cluster, unit }) =>
        `- The ${markdownCode('channels')} key of ${markdown(cluster)} for ${markdownCode(unit)} is moot now.\n`,
    ),
    gates === '' ? '' : `\n| gate | unit | state | |\n|---|---|---|---|\n${gates}`,
    plan.diff ? `\n${changesMarkdown(plan.diff, { limit: 50_000 })}` : '',
    `\nTo take it back: ${markdownCode(`npx weir promote --revert ${plan.units.map((unit) => unit.unit).join(' ')}`)}\n`,
  ].join('');
}

/** First line within 72 characters, then the units with their images. */
export function planMessage(plan: PlanReport): string {
  const names = plan.units.filter((unit) => unit.kind !== 'same').map((unit) => unit.unit);
  const verb = plan.revert ? `Take back in ${plan.to}` : `Promote to ${plan.to}`;
  const list = names.join(', ');
  const subject =
    `${verb}: ${list}`.length <= 72
      ? `${verb}: ${list}`
      : `${verb}: ${names[0] ?? ''} and ${names.length - 1} more units`;
  const units = plan.units
    .filter((unit) => unit.kind !== 'same')
    .map((unit) => {
      const images = unit.images.map((image) => `${image.name} ${tag(image.before)} to ${tag(image.after)}`).join(', ');
      return `- ${unit.unit}: ${kinds[unit.kind]}${images === '' ? '' : ` (${images})`}\n`;
    });
  const overridden = plan.gates
    .filter((gate) => gate.state === 'overridden')
    .map((gate) => `Gate ${gate.gate} overridden: ${gate.reason ?? ''}\n`);
  return `${subject}\n\n${units.join('')}${plan.diff ? `\n${statusLine(plan.diff)}\n` : ''}${overridden.join('')}`;
}
