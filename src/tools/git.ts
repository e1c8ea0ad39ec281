/** The door to git: everything that weir asks it. Programs are started in run.ts alone. */
export {
  type Commit,
  defaultBranch,
  type History,
  history,
  isShallow,
  mergeBase,
  objectIds,
  resolveCommit,
  uncommitted,
} from './history.ts';
export { changedLines, isChanged, type LineRange } from './lines.ts';
export { openRevision, type RevisionTree } from './revision.ts';
export type { Environment } from './run.ts';
