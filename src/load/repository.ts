/** A tree of sources -> a {@link Repository}: everything read, each file judged by itself, all problems at once. */
import { type Problem, UserError } from '../errors.ts';
import type { Repository, SourceTree } from '../model.ts';
import { loadChannels } from './channel.ts';
import { badName, isClusterName, type LoadedCluster, listClusters, loadCluster, loadFactsSchema } from './cluster.ts';
import { checkCluster, checkIds } from './overlay.ts';
import { Problems } from './problems.ts';
import { didYouMean } from './suggest.ts';

export interface LoadOptions {
  /** Names of the clusters to load; all when absent. Channels are always loaded whole. */
  readonly clusters?: readonly string[];
}

/** Loads a repository. Throws {@link UserError} with every problem of every file. */
export function loadRepository(tree: SourceTree, options: LoadOptions = {}): Repository {
  const { repository, problems } = loadWithProblems(tree, options);
  if (problems.length > 0) throw new UserError(problems);
  return repository;
}

/**
 * Loads what can be loaded, and says what is wrong with the rest. For callers that want the problems of later stages
 * too before they give up.
 */
export function loadWithProblems(
  tree: SourceTree,
  options: LoadOptions = {},
): { readonly repository: Repository; readonly problems: readonly Problem[] } {
  const problems = new Problems();
  const channels = loadChannels(tree, problems);
  const known = listClusters(tree, problems);
  const factsSchema = loadFactsSchema(tree, problems);
  const loaded: LoadedCluster[] = [];
  for (const name of chooseClusters(known, options.clusters, problems)) {
    const cluster = loadCluster(tree, name, factsSchema, problems);
    if (!cluster) continue;
    loaded.push(cluster);
    checkCluster(cluster, channels, problems);
  }
  checkIds(loaded, problems);
  return {
    repository: {
      tree,
      channels: new Map([...channels].map(([name, { channel }]) => [name, channel])),
      clusters: loaded.map(({ cluster }) => cluster),
    },
    problems: problems.sorted(),
  };
}

/** The schema of facts files that a sound repository declares, if it does. */
export function loadDeclaredFacts(tree: SourceTree): ReturnType<typeof loadFactsSchema> {
  return loadFactsSchema(tree, new Problems());
}

function chooseClusters(
  known: readonly string[],
  wanted: readonly string[] | undefined,
  problems: Problems,
): readonly string[] {
  if (!wanted) return known;
  for (const name of wanted) {
    if (!isClusterName(name)) problems.add(badName(name));
    else if (!known.includes(name)) problems.add(`there is no cluster ${name}${didYouMean(name, known)}`);
  }
  return known.filter((name) => wanted.includes(name));
}
