/** Sources -> repository and plans, for every command: what load and merge find wrong is reported together. */
import { type Problem, UserError } from '../../errors.ts';
import { loadWithProblems } from '../../load/repository.ts';
import { planWithProblems } from '../../merge/plan.ts';
import type { ClusterPlan, Repository, SourceTree } from '../../model.ts';

export interface Fleet {
  readonly repository: Repository;
  /** Sorted by cluster. */
  readonly plans: readonly ClusterPlan[];
}

/**
 * Loads a tree and plans its clusters, or those named. Throws {@link UserError} with every problem of both stages.
 * @throws UserError
 */
export function loadFleet(tree: SourceTree, clusters?: readonly string[]): Fleet {
  const { repository, problems } = loadWithProblems(tree, { clusters });
  const planned = planWithProblems(repository);
  const all: readonly Problem[] = [...problems, ...planned.problems];
  if (all.length > 0) throw new UserError(all);
  return { repository, plans: planned.plans };
}
