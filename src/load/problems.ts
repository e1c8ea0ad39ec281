/** Collects what is wrong over all files, so that a person sees everything at once. */
import { type Place, type Problem, UserError } from '../errors.ts';

export class Problems {
  readonly #list: Problem[] = [];

  add(message: string, place?: Place, notes?: readonly string[], clusters?: readonly string[]): void {
    this.#list.push({ message, place, notes, clusters });
  }

  addAll(problems: readonly Problem[]): void {
    this.#list.push(...problems);
  }

  get size(): number {
    return this.#list.length;
  }

  /** By file, line, column; problems without a place first. Equal problems are reported once, with all their clusters. */
  sorted(): readonly Problem[] {
    return sortProblems(this.#list);
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
