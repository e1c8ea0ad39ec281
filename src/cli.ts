#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
/** argv -> command. The only user of the process and of the console, and the only exit. */
import type { CheckFormat } from './commands/check.ts';
import type { DiffFormat } from './commands/diff.ts';
import type { JsonnetOptions } from './commands/jsonnet.ts';
import type { PromoteOptions } from './commands/promote.ts';
import type { ExitStatus, Io } from './commands/shared/io.ts';
import { formatProblem, InternalError, UsageError, UserError } from './errors.ts';
import { packageVersion } from './load/pages.ts';

const io: Io = {
  cwd: process.cwd(),
  env: process.env,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  columns: process.stdout.columns ?? 100,
  color: process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
  terminal: process.stderr.isTTY === true && process.env.TERM !== 'dumb',
};

const version = packageVersion();

process.exitCode = await main(process.argv);

async function main(argv: readonly string[]): Promise<ExitStatus> {
  let status: ExitStatus = 0;
  const program = buildProgram((result) => {
    status = result;
  });
  try {
    await program.parseAsync(argv);
    return status;
  } catch (error) {
    return explainFailure(error);
  }
}

function buildProgram(finish: (status: ExitStatus) => void): Command {
  const program = new Command('weir')
    .description(
      'Merges each cluster overlay with its channel defaults, compiles Jsonnet into CloudFormation templates and ' +
        'Kubernetes manifests under out/, validates them, and shows what a change does to which clusters.',
    )
    .version(version, '-V, --version', 'print the version')
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .showHelpAfterError('(weir --help shows the commands; weir <command> --help shows one)')
    .helpCommand('help [command]', 'show the help of a command');

  program
    .command('compile')
    .description('merge, compile and write out/ for all clusters, or for those named')
    .argument('[cluster...]', 'names of clusters; all without any')
    .addOption(channelOption())
    .addOption(selectorOption())
    .addOption(jobsOption())
    .option('--no-cache', 'neither read nor write .weir/cache; the result is the same')
    .addHelpText(
      'after',
      `
Writes out/<cluster>/ when load, merge and compile succeeded for everything asked for, and touches only files whose
bytes change. Nothing is validated here: that is weir check.

Examples:
  weir compile                                       after any edit, before the commit
  weir compile production-1 test-2                   two clusters only
  weir compile --selector environment=production     some of them, by an identity field`,
    )
    .action(async (clusters: string[], options: Choice & { jobs?: number; cache: boolean }) => {
      const { compile } = await import('./commands/compile.ts');
      finish(await compile({ ...choice(clusters, options), jobs: options.jobs, cache: options.cache }, io));
    });

  program
    .command('check')
    .description('compile in memory, report everything that is wrong, and whether the committed out/ is fresh')
    .argument('[cluster...]', 'names of clusters; all without any')
    .addOption(channelOption())
    .addOption(selectorOption())
    .addOption(
      new Option('--format <format>', 'how to report')
        .choices(['text', 'json', 'sarif', 'junit', 'github'])
        .default('text'),
    )
    .option('--now <day>', 'the day that rules about age judge by, such as 2026-11-24; today by default')
    .addHelpText(
      'after',
      `
Exit status: 0 clean, 1 findings or stale output, 2 wrong usage or a fault of weir. Warnings and findings that depend
on the date never change it. A finding that does not apply is justified in the source, on its line or the one above:
  // weir-ignore <rule>: <reason>        (# in YAML)

Examples:
  weir check                        what CI runs
  weir check --format github        annotations in a workflow
  weir rules                        what is checked`,
    )
    .action(async (clusters: string[], options: Choice & { format: CheckFormat; now?: string }) => {
      const { check } = await import('./commands/check.ts');
      finish(await check({ ...choice(clusters, options), format: options.format, now: options.now, version }, io));
    });

  program
    .command('explain')
    .description('show where a value of a cluster comes from, and what it overrode')
    .argument('<cluster>', 'name of a cluster')
    .argument('<path>', '<unit>, <unit>.<key>, pool/<name>.<key>, shared.<key>, facts.<key> or identity.<field>')
    .option('--json', 'machine-readable')
    .addHelpText(
      'after',
      `
Examples:
  weir explain production-1 external-dns.policy
  weir explain production-1 pool/worker-1.labels
  weir explain production-1 external-dns`,
    )
    .action(async (cluster: string, path: string, options: { json?: boolean }) => {
      const { explain } = await import('./commands/explain.ts');
      finish(await explain({ cluster, path, json: options.json === true }, io));
    });

  program
    .command('diff')
    .description('show what the work tree changes on which clusters, and what that does to them')
    .argument('[cluster...]', 'names of clusters; all without any')
    .addOption(channelOption())
    .addOption(selectorOption())
    .option('--base <revision>', 'what to compare with; by default where the branch left the default branch')
    .addOption(
      new Option('--format <format>', 'how to report')
        .choices(['text', 'markdown', 'html', 'json', 'status', 'yaml'])
        .default('text'),
    )
    .option('--output <file>', 'write the report to a file, and print one line')
    .option(
      '--deletions',
      "what an applier that does not prune must delete; --format text, json, or yaml (the incumbent's)",
    )
    .option('--exit-code', 'exit status 1 when anything changes')
    .addHelpText(
      'after',
      `
Compares the base revision's committed out/ with a fresh compile of the work tree; nothing is written or checked out.

Examples:
  weir diff                                   before the commit
  weir diff --base origin/main~5 kube-1       one cluster, against an older state
  weir diff --format html --output diff.html  everything, with filters, in a browser`,
    )
    .action(
      async (
        clusters: string[],
        options: Choice & {
          base?: string;
          format: DiffFormat;
          output?: string;
          exitCode?: boolean;
          deletions?: boolean;
        },
      ) => {
        const { diff } = await import('./commands/diff.ts');
        const { base, format, output, exitCode, deletions } = options;
        finish(await diff({ ...choice(clusters, options), base, format, output, exitCode, deletions }, io));
      },
    );

  const channelsCommand = program
    .command('channels')
    .description('show every unit in every channel: same, behind, edited by hand, missing, and where it runs')
    .option('--json', 'machine-readable')
    .option('--markdown', 'as a table for a wiki or a comment')
    .option('--now <day>', 'the day that ages count to; today by default')
    .action(async (options: { json?: boolean; markdown?: boolean; now?: string }) => {
      const { channels } = await import('./commands/channels.ts');
      finish(await channels(options, io));
    });
  channelsCommand
    .command('adopt')
    .description('write a record for every unit that has none: the latest commit of the source with the same content')
    .argument('[channel]', 'name of a channel; all that something promotes to without one')
    .option('--dry-run', 'say what would be written')
    .action(async (channel: string | undefined, options: { dryRun?: boolean }) => {
      const { adopt } = await import('./commands/channels.ts');
      finish(await adopt({ channel, dryRun: options.dryRun }, io));
    });
  channelsCommand
    .command('add')
    .description('make a channel behind another one')
    .argument('<name>', 'name of the new channel')
    .requiredOption('--after <channel>', 'the channel that promotes to it')
    .action(async (name: string, options: { after: string }) => {
      const { add } = await import('./commands/channels.ts');
      finish(await add({ name, after: options.after }, io));
    });

  program
    .command('promote')
    .description('plan what a channel would get from the one before it, show what that does where, and do it')
    .argument('[unit...]', 'names of units')
    .option('--all', 'every unit')
    .option('--except <unit...>', 'with --all: but not these')
    .option('--set <file>', 'a YAML list of units that were verified together')
    .option('--from <channel>', 'the source; the only one that promotes without it')
    .option('--to <channel>', 'the target; what the source promotes to without it')
    .option('--dry-run', 'show the plan and write nothing')
    .option('--revert', 'take the last promotion of these units back')
    .option('--merge <unit...>', 'merge what was edited in the target with what the source has')
    .option('--keep <unit...>', 'leave what was edited in the target as it is')
    .option('--take-source <unit...>', 'lose what was edited in the target')
    .option('--kubernetes', "move the channel's Kubernetes minor too")
    .option('--accept <impact...>', 'impacts that are wanted although they are louder than the gate allows')
    .option('--override <gate=reason...>', 'pass a closed gate; the reason lands in the record')
    .option('--commit', 'commit what was written')
    .option('--body <file>', 'write the body of the pull request')
    .option('--now <day>', 'the day that soak times count to; today by default')
    .addHelpText(
      'after',
      `
The plan comes first, always: what moves, what else changes because of it, which clusters, with what impact, which
gates are open. Then everything is written at once and compiled, or nothing is.

Examples:
  weir promote external-dns --dry-run      what stable would get
  weir promote --all --except karpenter    the weekly promotion but for one
  weir promote --revert external-dns       the way back`,
    )
    .action(async (units: string[], options: Omit<PromoteOptions, 'units'>) => {
      const { promote } = await import('./commands/promote.ts');
      finish(await promote({ ...options, units }, io));
    });

  program
    .command('history')
    .description('tell the life of a unit over the channels')
    .argument('<unit>', 'name of a unit')
    .option('--json', 'machine-readable')
    .action(async (unit: string, options: { json?: boolean }) => {
      const { history } = await import('./commands/history.ts');
      finish(await history({ unit, json: options.json }, io));
    });

  program
    .command('clusters')
    .description('list the clusters: identity, channel, pools, what runs on them')
    .argument('[cluster...]', 'names of clusters; all without any')
    .addOption(channelOption())
    .addOption(selectorOption())
    .option('--json', 'machine-readable: an array of objects with "name" first')
    .action(async (names: string[], options: Choice & { json?: boolean }) => {
      const { clusters } = await import('./commands/clusters.ts');
      finish(await clusters({ ...choice(names, options), json: options.json === true }, io));
    });

  program
    .command('components')
    .description('list the units of the channels: what they are for, their images, where they run')
    .option('--channel <name>', 'units of this channel alone')
    .addOption(
      new Option('--kind <kind>', 'which units')
        .choices(['component', 'stack', 'profile', 'shared', 'all'])
        .default('component'),
    )
    .option('--json', 'machine-readable: an array of objects with "name" first')
    .action(async (options: { channel?: string; kind: string; json?: boolean }) => {
      const { components } = await import('./commands/components.ts');
      finish(await components({ channel: options.channel, kind: options.kind, json: options.json === true }, io));
    });

  program
    .command('schema')
    .description('write the JSON Schemas by which editors complete and check cluster and facts files')
    .option('--check', 'write nothing; exit status 1 when a committed schema is not current')
    .action(async (options: { check?: boolean }) => {
      const { schema } = await import('./commands/schema.ts');
      finish(await schema({ check: options.check === true }, io));
    });

  program
    .command('rules')
    .description('list what weir check looks for, or show the page of one rule')
    .argument('[rule]', 'id of a rule')
    .option('--json', 'machine-readable')
    .action(async (rule: string | undefined, options: { json?: boolean }) => {
      const { listRules } = await import('./commands/rules.ts');
      finish(await listRules({ rule, json: options.json === true }, io));
    });

  program
    .command('jsonnet')
    .description('evaluate any Jsonnet file with the engine alone; the flags are those of the jsonnet command')
    .argument('<program>', 'a file, - for standard input, or with --exec the program itself')
    .option('-e, --exec', 'the argument is the program')
    .addOption(repeated('-J, --jpath <folder>', 'a further folder for imports; the last one is looked into first'))
    .addOption(repeated('-V, --ext-str <name[=value]>', 'an external variable; without a value from the environment'))
    .addOption(repeated('--ext-code <name[=code]>', 'an external variable, as Jsonnet code'))
    .addOption(repeated('--ext-str-file <name=file>', 'an external variable, the text of a file'))
    .addOption(repeated('--ext-code-file <name=file>', 'an external variable, the code of a file'))
    .addOption(repeated('-A, --tla-str <name[=value]>', 'an argument of the top-level function'))
    .addOption(repeated('--tla-code <name[=code]>', 'an argument of the top-level function, as Jsonnet code'))
    .addOption(repeated('--tla-str-file <name=file>', 'an argument of the top-level function, the text of a file'))
    .addOption(repeated('--tla-code-file <name=file>', 'an argument of the top-level function, the code of a file'))
    .option('-S, --string', 'the result is a string: print it as it is')
    .option('-y, --yaml-stream', 'the result is an array: print its elements as YAML documents')
    .option('-m, --multi <folder>', 'the result is an object of files: write them there, print their names')
    .option('-c, --create-output-dirs', 'folders are always created; accepted for scripts that say so')
    .option('-o, --output-file <file>', 'write to a file instead of standard output')
    .option('--no-trailing-newline', 'end the output without a line break')
    .addOption(countOption('-s, --max-stack <n>', 'how deep calls may nest; 500 by default'))
    .addHelpText(
      'after',
      `
Imports reach wherever their paths lead. Errors are printed with their stack, innermost frame first.

Examples:
  weir jsonnet lib.jsonnet
  weir jsonnet -e '(import "channels/beta/lib/kube.libsonnet").labels("a")'
  weir jsonnet --tla-code 'config={replicas: 2}' main.jsonnet`,
    )
    .action(async (text: string, options: JsonnetFlags) => {
      const { jsonnet } = await import('./commands/jsonnet.ts');
      const { outputFile, trailingNewline, ...rest } = options;
      finish(await jsonnet({ program: text, output: outputFile, noTrailingNewline: !trailingNewline, ...rest }, io));
    });

  return program;
}

type JsonnetFlags = Omit<JsonnetOptions, 'program' | 'output' | 'noTrailingNewline'> & {
  readonly outputFile?: string;
  readonly trailingNewline: boolean;
};

/** An option that may be given several times. */
function repeated(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string, previous: readonly string[] | undefined) => [
    ...(previous ?? []),
    text,
  ]);
}

function countOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('A number from 1 on.');
    return value;
  });
}

interface Choice {
  readonly channel?: string;
  readonly selector?: readonly string[];
}

function choice(clusters: readonly string[], options: Choice) {
  return { clusters, channel: options.channel, selectors: options.selector };
}

function channelOption(): Option {
  return new Option('--channel <name>', 'only clusters on this channel');
}

function selectorOption(): Option {
  return new Option('--selector <key=value>', 'only clusters with this identity field; may be repeated').argParser(
    (text: string, previous: readonly string[] | undefined) => [...(previous ?? []), text],
  );
}

function jobsOption(): Option {
  return new Option('--jobs <n>', 'worker threads; by default as many as pay off').argParser((text: string) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < 1 || value > 64) throw new InvalidArgumentError('A number from 1 to 64.');
    return value;
  });
}

function explainFailure(error: unknown): ExitStatus {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UserError) {
    for (const problem of error.problems) io.err(`error: ${formatProblem(problem)}\n`);
    const count = error.problems.length;
    io.err(count === 1 ? '1 error\n' : `${count} errors\n`);
    return 1;
  }
  if (error instanceof UsageError) {
    io.err(`error: ${error.message}\n`);
    return 2;
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const kind = error instanceof InternalError ? 'A state that weir excludes' : 'An error that weir did not expect';
  io.err(`${kind}: this is our fault, please report it with the lines below.\n${detail}\n`);
  return 2;
}
