/** Errors of the engine as problems for people: the Jsonnet place, what it read, and the YAML line to look at. */
import { formatPlace, type Place, type Problem } from '../errors.ts';
import type { ArgumentPath, Frame } from '../jsonnet/api.ts';
import type { ClusterPlan, JsonValue, PlannedUnit } from '../model.ts';
import type { EntryArguments } from './arguments.ts';
import type { Failure } from './evaluate.ts';
import { compareText, dotted, isObject, valueAt } from './json.ts';
import { settingsOf } from './origins.ts';

/** One call of an entry: whose, where, with what. */
export interface EntryRun {
  readonly plan: ClusterPlan;
  readonly planned: PlannedUnit;
  readonly entry: string;
  readonly args: EntryArguments;
}

/** Frames of a stack that are shown at each end. */
const shownFrames = 5;

/** Text of a source file; undefined when there is none. */
export type ReadText = (file: string) => string | undefined;

/** What a failed run has to say, with the parts that tell one problem from another apart. */
export interface RunFailure {
  /** `component/external-dns`. */
  readonly unit: string;
  readonly cluster: string;
  readonly message: string;
  readonly place: Place;
  /** Lines of YAML that are involved. */
  readonly overlay: readonly string[];
  readonly stack: readonly string[];
}

export function runFailure(run: EntryRun, failure: Failure, readText: ReadText): RunFailure {
  const { message, notes } = explain(run, failure, readText);
  const { unit } = run.planned;
  return {
    unit: `${unit.kind}/${unit.name}`,
    cluster: run.plan.cluster.name,
    message,
    place: placeOf(failure.frames, run.entry),
    overlay: notes,
    stack: stackLines(failure.frames),
  };
}

/** Units that a problem names before it only counts them. */
const namedUnits = 5;

/** One problem for each place and message: a mistake in `lib/` is one, though forty units run into it. */
export function problemsOfRuns(failures: readonly RunFailure[]): readonly Problem[] {
  const groups = new Map<string, RunFailure[]>();
  for (const failure of failures) {
    const { place, message, overlay } = failure;
    const key = JSON.stringify([place.file, place.line, place.column, message, overlay]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [failure]);
    else group.push(failure);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = [...group].sort((a, b) => compareText(a.unit, b.unit) || compareText(a.cluster, b.cluster));
    if (first === undefined) return [];
    const units = [...new Set(group.map(({ unit }) => unit))].sort(compareText);
    const more = units.length > namedUnits ? ` and ${units.length - namedUnits} more units` : '';
    const stack = units.length > 1 && first.stack.length > 0 ? [`in ${first.unit}:`, ...first.stack] : first.stack;
    return [
      {
        message: `${units.slice(0, namedUnits).join(', ')}${more}: ${first.message}`,
        place: first.place,
        notes: [...first.overlay, ...stack],
        clusters: [...new Set(group.map(({ cluster }) => cluster))].sort(compareText),
      },
    ];
  });
}

/** What is wrong with the files of an entry, whatever its arguments. */
export function staticProblem(entry: string, failure: Failure): Problem {
  return { message: failure.message, place: placeOf(failure.frames, entry), notes: stackLines(failure.frames) };
}

function explain(
  run: EntryRun,
  failure: Failure,
  readText: ReadText,
): { readonly message: string; readonly notes: readonly string[] } {
  const path = failure.argumentPath;
  if (path === undefined || path.length === 0) {
    const named = argumentsNamed(failure.frames, readText);
    return { message: failure.message, notes: named.flatMap((each) => overlayNotes(run, each)) };
  }
  const value = valueAt(run.args as { readonly [key: string]: JsonValue }, path);
  if (value === undefined) {
    const remedy = remedyFor(run, path);
    if (remedy !== undefined) return { message: `reads ${dotted(path)}, which is missing: ${remedy}`, notes: [] };
  }
  return { message: failure.message, notes: overlayNotes(run, path) };
}

/** How to supply what an entry read and did not find; undefined when it is the entry's own fault. */
function remedyFor(run: EntryRun, path: ArgumentPath): string | undefined {
  const { unit } = run.planned;
  const [argument, field, ...rest] = path;
  if (argument === 'cluster' && field === 'facts') {
    // The same words for every cluster, so that the same gap on two hundred is one problem.
    return `add ${dotted(rest)} to the cluster's facts file, clusters/<cluster>.facts.yaml`;
  }
  if (argument === 'pool' && field === 'amis') {
    const region = String(run.plan.cluster.identity.region ?? '');
    const key = rest.length > 0 ? `${region}.${dotted(rest)}` : region;
    return `pin the image under amis.${key} in ${unit.manifest?.file ?? `${unit.folder}/profile.yaml`}`;
  }
  if (argument === 'cluster' && field === 'enabled') {
    return `no unit of this cluster has that name${nearest(
      String(rest[0]),
      run.plan.units.map((each) => each.unit.name),
    )}`;
  }
  if (argument === 'cluster' && field === 'node_pools' && rest.length === 1) {
    return `the cluster has no pool of that name${nearest(
      String(rest[0]),
      run.plan.cluster.nodePools.map((pool) => pool.name),
    )}`;
  }
  if (argument === 'images') {
    return `declare the image under images in ${unit.manifest?.file ?? unit.folder}`;
  }
  const parent = valueAt(run.args as { readonly [key: string]: JsonValue }, path.slice(0, -1));
  const keys = isObject(parent) ? Object.keys(parent) : [];
  const guess = nearest(String(path.at(-1)), keys);
  if (argument === 'config' || argument === 'shared') {
    const schema =
      argument === 'config'
        ? unit.schemaFile.file
        : `${unit.folder.split('/').slice(0, 2).join('/')}/shared/config.schema.yaml`;
    return `${schema} declares no such key, or nothing sets it${guess}`;
  }
  if (argument === 'cluster') return `docs/units.md lists what a cluster has${guess}`;
  return undefined;
}

/** Most source lines of a failing expression that are searched for names of arguments. */
const searchedLines = 20;

/**
 * The argument paths that the innermost expression with any of them names in its text, such as `config.cache_seconds`:
 * what failed there most likely failed over them.
 */
function argumentsNamed(frames: readonly Frame[], readText: ReadText): readonly ArgumentPath[] {
  for (const { span } of frames) {
    const text = span === undefined ? undefined : readText(span.file);
    if (span === undefined || text === undefined || span.endLine - span.line > searchedLines) continue;
    const lines = text.split('\n').slice(span.line - 1, span.endLine);
    // Columns count code points.
    const last = lines.length - 1;
    lines[last] = [...(lines[last] ?? '')].slice(0, span.endColumn - 1).join('');
    lines[0] = [...(lines[0] ?? '')].slice(span.column - 1).join('');
    const paths = new Map<string, ArgumentPath>();
    for (const [, name = '', steps = ''] of lines.join('\n').matchAll(argumentReference)) {
      const path = [name, ...[...steps.matchAll(argumentStep)].map(([, field, key]) => field ?? key ?? '')];
      paths.set(dotted(path), path);
    }
    if (paths.size > 0) return [...paths.values()].slice(0, 3);
  }
  return [];
}

const argumentReference =
  /(?<![A-Za-z0-9_.])(config|shared|cluster|pool)((?:\.[A-Za-z_][A-Za-z0-9_]*|\['[^'\\]+'\])+)/g;
const argumentStep = /\.([A-Za-z_][A-Za-z0-9_]*)|\['([^'\\]+)'\]/g;

/** The lines that set what an entry stumbled over. */
function overlayNotes(run: EntryRun, path: ArgumentPath): readonly string[] {
  // A step too far ends at the key that is there.
  const known = [...path];
  while (known.length > 1 && valueAt(run.args as { readonly [key: string]: JsonValue }, known) === undefined)
    known.pop();
  return settingsOf(run.plan, run.planned, known)
    .slice(0, 3)
    .flatMap(({ settings }) => {
      const [setting] = settings;
      if (setting === undefined) return [];
      const value = JSON.stringify(setting.value);
      const shown = value.length > 60 ? `${value.slice(0, 57)}...` : value;
      return [`${dotted(known)} is ${shown}, set by ${setting.origin.layer} at ${formatPlace(setting.origin.place)}`];
    });
}

/** Whether a span lies in a file of the repository, not in one that is built in. */
function isSource(span: { readonly file: string }): boolean {
  return span.file.includes('/') && !span.file.startsWith('<');
}

/** The innermost place in a file of the repository. */
function placeOf(frames: readonly Frame[], entry: string): Place {
  for (const { span } of frames) {
    if (span !== undefined && isSource(span)) return { file: span.file, line: span.line, column: span.column };
  }
  return { file: entry, line: 1, column: 1 };
}

/** The stack, innermost first: places with the functions they are in, and where in the result it happened. */
function stackLines(frames: readonly Frame[]): readonly string[] {
  const lines: string[] = [];
  let inside: string[] = [];
  const flush = (): void => {
    // Frames go outwards; a path reads inwards.
    if (inside.length > 0) lines.push(`while making ${inside.reverse().join('').replace(/^\./, '')}`);
    inside = [];
  };
  for (const { span, name } of frames) {
    const step = span === undefined ? resultStep(name ?? '') : undefined;
    if (step !== undefined) {
      inside.push(step);
      continue;
    }
    flush();
    if (span !== undefined && isSource(span)) {
      const place = formatPlace({ file: span.file, line: span.line, column: span.column });
      lines.push(name === undefined ? `at ${place}` : `at ${place} in ${name}`);
    }
  }
  flush();
  // One line would repeat the place of the problem.
  if (lines.length <= 1) return [];
  if (lines.length <= 2 * shownFrames) return lines;
  const hidden = lines.length - 2 * shownFrames;
  return [...lines.slice(0, shownFrames), `... ${hidden} more ...`, ...lines.slice(-shownFrames)];
}

/** The engine's `Field "spec"` and `Array element 3` as steps of a path; undefined for other frames without a place. */
function resultStep(name: string): string | undefined {
  const element = /^Array element ([0-9]+)$/.exec(name);
  if (element !== null) return `[${element[1]}]`;
  const field = /^Field "(.*)"$/s.exec(name)?.[1];
  if (field === undefined) return undefined;
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(field) ? `.${field}` : `[${JSON.stringify(field)}]`;
}

/** `; did you mean x?`, or nothing. */
function nearest(word: string, candidates: readonly string[]): string {
  const scored = [...new Set(candidates)]
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .filter(
      ({ candidate, distance }) => distance <= Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3)),
    )
    .sort((a, b) => a.distance - b.distance || compareText(a.candidate, b.candidate));
  return scored[0] === undefined ? '' : `; did you mean ${scored[0].candidate}?`;
}

/** Changes, insertions, removals and swaps of neighbours that make one word of the other. */
function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i++) {
    const above = rows[i - 1] as number[];
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (above[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(change, (above[j] as number) + 1, (row[j - 1] as number) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, ((rows[i - 2] as number[])[j - 2] as number) + 1);
      }
      row.push(best);
    }
    rows.push(row);
  }
  return (rows[a.length] as number[])[b.length] as number;
}

/** Equal problems once, with all their clusters; sorted by place. */
export function foldProblems(problems: readonly Problem[]): readonly Problem[] {
  const folded = new Map<string, Problem>();
  for (const problem of problems) {
    const { place } = problem;
    const key = JSON.stringify([place?.file, place?.line, place?.column, problem.message, problem.notes]);
    const known = folded.get(key);
    const clusters = [...new Set([...(known?.clusters ?? []), ...(problem.clusters ?? [])])].sort(compareText);
    folded.set(key, { ...problem, ...(clusters.length > 0 ? { clusters } : {}) });
  }
  return [...folded.values()].sort(
    (a, b) =>
      compareText(a.place?.file ?? '', b.place?.file ?? '') ||
      (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
      (a.place?.column ?? 0) - (b.place?.column ?? 0) ||
      compareText(a.message, b.message),
  );
}
