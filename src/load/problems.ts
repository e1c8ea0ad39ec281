/** Collects what is wrong over all files, so that a person sees everything at once. */
import { type Place, type Problem, UserError } from '../errors.ts';

/** Problems of one file that are listed; of more, their number. Nobody reads a thousand lines. */
const listedPerFile = 100;

export class Problems {
  readonly #list: Problem[] = [];
  readonly #counts = new Map<string, number>();
  #size = 0;

  add(message: string, place?: Place, notes?: readonly string[], clusters?: readonly string[]): void {
    this.#push({ message, place, notes, clusters });
  }

  addAll(problems: readonly Problem[]): void {
    for (const problem of problems) this.#push(problem);
  }

  get size(): number {
    return this.#size;
  }

  #push(problem: Problem): void {
    this.#size++;
    if (problem.place) {
      const count = (this.#counts.get(problem.place.file) ?? 0) + 1;
      this.#counts.set(problem.place.file, count);
      if (count > listedPerFile) return;
    }
    this.#list.push(problem);
  }

  /** By file, line, column; problems without a place first. Equal problems are reported once, with all their clusters. */
  sorted(): readonly Problem[] {
    const more = [...this.#counts]
      .filter(([, count]) => count > listedPerFile)
      .map(([file, count]) => ({ message: `${file} has ${count - listedPerFile} more problems` }));
    return sortProblems([...this.#list, ...more]);
  }

  /** Throws {@link UserError} when there is anything to report. */
  throwIfAny(): void {
    if (this.#list.length > 0) throw new UserError(this.sorted());
  }
}

function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  const merged = new Map<string, Problem>();
  for (const problem of problems) {
    const { place } = problem;
    const key = JSON.stringify([place?.file, place?.line, place?.column, problem.message, problem.notes]);
    const known = merged.get(key);
    if (!known) {
      merged.set(key, problem);
      continue;
    }
    const clusters = [...new Set([...(known.clusters ?? []), ...(problem.clusters ?? [])])].sort();
    merged.set(key, { ...known, clusters: clusters.length > 0 ? clusters : undefined });
  }
  return [...merged.values()].sort(
    (a, b) =>
      compareText(a.place?.file ?? '', b.place?.file ?? '') ||
      (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
      (a.place?.column ?? 0) - (b.place?.column ?? 0) ||
      compareText(a.message, b.message),
  );
}

/** Order by code units: the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
