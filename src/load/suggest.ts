/** "Did you mean": the nearest known name to a name that nobody knows. */

/**
 * The candidate with the smallest edit distance, when it is near enough to be a slip: at most a third of the name's
 * length, at least one edit and at most three. Ties go to the first by code units. Case and the difference between `-`
 * and `_` count for nothing.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = fold(name);
  const limit = Math.min(3, Math.max(1, Math.floor(wanted.length / 3)));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of [...candidates].sort()) {
    const distance = editDistance(wanted, fold(candidate), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** `; did you mean "x"?`, or a list of what there is when it is short, or nothing. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const known = [...new Set(candidates)].sort();
  const guess = nearest(name, known);
  if (guess !== undefined) return `; did you mean "${guess}"?`;
  if (known.length > 0 && known.length <= 12) return `; known: ${known.join(', ')}`;
  return '';
}

function fold(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

/** Edits (insert, delete, replace, swap of neighbours) from `a` to `b`; `limit` or more is reported as `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let smallest = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row.push(cost);
      smallest = Math.min(smallest, cost);
    }
    if (smallest >= limit) return limit;
    before = previous;
    previous = row;
  }
  return Math.min(previous[b.length] ?? limit, limit);
}
