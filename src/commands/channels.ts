/** `weir channels`: units by channel; `adopt` writes missing records; `add` makes a channel. */
import { UsageError, UserError } from '../errors.ts';
import { loadWithProblems } from '../load/repository.ts';
import type { Repository } from '../model.ts';
import { adoptRecords } from '../promote/adopt.ts';
import { addChannel } from '../promote/channel.ts';
import { recordHeader, recordPath, recordValue } from '../promote/record.ts';
import { channelsStatus } from '../promote/status.ts';
import { channelsJson, channelsMarkdown, channelsText } from '../report/promotion/channels.ts';
import { objectIds } from '../tools/git.ts';
import { commitChanges, type FileChange } from '../write/journal.ts';
import { renderYaml } from '../write/yaml.ts';
import { openRepository } from './shared/context.ts';
import type { ExitStatus, Io } from './shared/io.ts';
import { channelHistory, closures } from './shared/promotion.ts';

export interface ChannelsOptions {
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly now?: string;
}

/** Prints every unit's state in every channel. */
export async function channels(options: ChannelsOptions, io: Io): Promise<ExitStatus> {
  const { root, tree } = openRepository(io);
  const repository = load(tree);
  const now = options.now === undefined ? new Date() : new Date(options.now);
  if (Number.isNaN(now.getTime())) throw new UsageError(`--now takes a day such as 2026-11-24, not ${options.now}`);
  const report = { ...channelsStatus(repository, channelHistory(root)), now };
  io.out(options.json ? channelsJson(report) : options.markdown ? channelsMarkdown(report) : channelsText(report));
  return 0;
}

export interface AdoptOptions {
  /** Channel whose units get records; every channel that another one promotes to when absent. */
  readonly channel?: string;
  readonly dryRun?: boolean;
}

/** Writes records for units that have none: the latest commit of the source with the same content. */
export async function adopt(options: AdoptOptions, io: Io): Promise<ExitStatus> {
  const { root, tree } = openRepository(io);
  const repository = load(tree);
  if (options.channel !== undefined && !repository.channels.has(options.channel)) {
    throw new UsageError(
      `there is no channel ${options.channel}: there are ${[...repository.channels.keys()].sort().join(', ')}`,
    );
  }
  const history = channelHistory(root);
  const adopted = adoptRecords({
    repository,
    ...(options.channel === undefined ? {} : { channel: options.channel }),
    history,
    closure: closures(tree),
    objectIds: (commits, path) => objectIds(root, commits, path),
    head: 'HEAD',
  });
  for (const entry of adopted) {
    io.out(
      entry.record
        ? `${entry.channel}/${entry.unit}: ${entry.record.from} as of ${entry.record.commit.slice(0, 12)} (${entry.record.date.slice(0, 10)})\n`
        : `${entry.channel}/${entry.unit}: ${entry.why ?? 'no state of the source equals it: edited by hand'}\n`,
    );
  }
  const changes = adopted.flatMap((entry): readonly FileChange[] =>
    entry.record
      ? [{ path: recordPath(entry.channel, entry.unit), bytes: recordHeader + renderYaml(recordValue(entry.record)) }]
      : [],
  );
  if (options.dryRun !== true) commitChanges(root, changes, { recovery: 'rollback' });
  io.out(`${changes.length} records ${options.dryRun === true ? 'would be ' : ''}written\n`);
  return 0;
}

export interface AddOptions {
  readonly name: string;
  /** The channel that promotes to it. */
  readonly after: string;
}

/** Puts a new channel behind another one: it begins as what that one promoted to so far. */
export async function add(options: AddOptions, io: Io): Promise<ExitStatus> {
  const { root, tree } = openRepository(io);
  const repository = load(tree);
  const { files, fault } = addChannel(repository, options.name, options.after);
  if (fault !== undefined) throw new UserError([{ message: fault }]);
  const changes = [...files].map(([path, bytes]): FileChange => ({ path, bytes }));
  commitChanges(root, changes, { recovery: 'rollback' });
  io.out(`channels/${options.name}: ${changes.length} files. ${options.after} promotes to it now.\n`);
  return 0;
}

function load(tree: Parameters<typeof loadWithProblems>[0]): Repository {
  const { repository, problems } = loadWithProblems(tree);
  if (problems.length > 0) throw new UserError(problems);
  return repository;
}
