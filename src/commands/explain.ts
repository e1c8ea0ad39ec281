/** `weir explain CLUSTER PATH`: where a value comes from. */
import { UserError } from '../errors.ts';
import { clusterSchema } from '../load/cluster-schema.ts';
import { loadDeclaredFacts } from '../load/repository.ts';
import { didYouMean } from '../load/suggest.ts';
import { explain as explainPath } from '../merge/explain.ts';
import { explanationJson, explanationText } from '../report/explain.ts';
import { loadFleet, openRepository } from './shared/context.ts';
import type { ExitStatus, Io } from './shared/io.ts';

export interface ExplainOptions {
  readonly cluster: string;
  /** `<unit>.<key>`, `pool/<name>.<key>`, `shared.<key>`, `facts.<key>`, `identity.<field>`; a leaf or what is above one. */
  readonly path: string;
  readonly json?: boolean;
}

/** Prints the value, the chain of layers that set it, and its meaning. Throws `UserError` for a path that leads nowhere. */
export async function explain(options: ExplainOptions, io: Io): Promise<ExitStatus> {
  const { tree } = openRepository(io);
  const { repository, plans } = loadFleet(tree, { clusters: [options.cluster] });
  const [plan] = plans;
  if (!plan) throw new UserError([{ message: `there is no cluster ${options.cluster}` }]);
  const answer = explainPath(repository, plan, options.path, {
    cluster: clusterSchema,
    facts: loadDeclaredFacts(tree),
  });
  if ('unknown' in answer) {
    const where = answer.after === '' ? `cluster ${options.cluster} has no` : `${answer.after} has no`;
    throw new UserError([
      { message: `${where} ${JSON.stringify(answer.unknown)}${didYouMean(answer.unknown, answer.known)}` },
    ]);
  }
  io.out(options.json ? explanationJson(answer) : explanationText(answer, io.columns));
  return 0;
}
