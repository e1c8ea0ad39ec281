/** A place in a source file. `line` and `column` count from 1; columns count UTF-16 code units. */
export interface Place {
  /** Path relative to the repository root, with forward slashes. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing that a person must fix. */
export interface Problem {
  /** What is wrong and what to do about it, in one or two sentences. No trailing newline. */
  readonly message: string;
  /** Where; absent when the problem has no place in a file (a missing file, say: name it in the message). */
  readonly place?: Place;
  /** Further lines under the message: a stack of Jsonnet frames, the two places of a conflict. */
  readonly notes?: readonly string[];
  /** The clusters that have it, sorted; absent when it is not about particular clusters. */
  readonly clusters?: readonly string[];
}

/** A mistake in what the user gave us. All problems of a stage are carried by one error. Exit status 1. */
export class UserError extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => formatProblem(problem)).join('\n'));
    this.name = 'UserError';
    this.problems = problems;
  }
}

/** The command line itself is wrong. Exit status 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** Our own fault: a state that the code excludes. Exit status 2, with a request to report it. */
export class InternalError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'InternalError';
  }
}

/** `file:line:column`, the form that editors and terminals link. */
export function formatPlace(place: Place): string {
  return `${place.file}:${place.line}:${place.column}`;
}

/** Control characters but tab and newline, and the characters that reorder or hide text (Unicode bidi, zero widths). */
const steering = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * One problem as plain text: place, message, notes indented below, clusters last. Names and values in it come from
 * files of a pull request: what would steer a terminal is shown as an escape.
 */
export function formatProblem(problem: Problem): string {
  const head = problem.place ? `${formatPlace(problem.place)}: ${problem.message}` : problem.message;
  const lines = [head, ...(problem.notes ?? []).map((note) => `    ${note}`)];
  if (problem.clusters?.length) lines.push(`    clusters: ${problem.clusters.join(', ')}`);
  return lines.join('\n').replace(steering, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);
}
