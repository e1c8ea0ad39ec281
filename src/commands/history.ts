/** `weir history UNIT`: its life over the channels. */
import { UserError } from '../errors.ts';
import { loadWithProblems } from '../load/repository.ts';
import { recordPath } from '../promote/record.ts';
import { channelOrder, sourceOf } from '../promote/status.ts';
import { historyJson, historyText, type LifeEvent } from '../report/promotion/history.ts';
import { openRepository } from './shared/context.ts';
import type { ExitStatus, Io } from './shared/io.ts';
import { channelHistory, promotable } from './shared/promotion.ts';

export interface HistoryOptions {
  readonly unit: string;
  readonly json?: boolean;
}

export async function history(options: HistoryOptions, io: Io): Promise<ExitStatus> {
  const { root, tree } = openRepository(io);
  const { repository, problems } = loadWithProblems(tree);
  if (problems.length > 0) throw new UserError(problems);
  const commits = channelHistory(root);
  const names = [...repository.channels.keys()];
  const known = names.flatMap((name) => promotable(repository, name, name));
  if (!known.includes(options.unit)) {
    throw new UserError([{ message: `no channel has a unit ${options.unit}: weir channels lists them` }]);
  }
  const events = channelOrder(repository.channels).flatMap((name): readonly LifeEvent[] => {
    const channel = repository.channels.get(name)!;
    const promoted = new Set(commits.commits(recordPath(name, options.unit)).map((commit) => commit.id));
    const source = sourceOf(repository.channels, name);
    const folders = ['components', 'stacks', 'node-pools'].map((kind) => `channels/${name}/${kind}/${options.unit}`);
    if (options.unit === 'shared') folders.push(`channels/${name}/shared`);
    const all = [...folders, recordPath(name, options.unit)].flatMap((folder) => commits.commits(folder));
    return [...new Map(all.map((commit) => [commit.id, commit])).values()].map((commit) => ({
      ...commit,
      channel: channel.name,
      kind: promoted.has(commit.id) ? 'promoted' : source ? 'edited' : 'changed',
    }));
  });
  const sorted = events.sort((a, b) => Date.parse(b.date) - Date.parse(a.date) || (a.channel < b.channel ? -1 : 1));
  io.out(options.json ? historyJson(sorted) : historyText(options.unit, sorted, commits.complete));
  return 0;
}
