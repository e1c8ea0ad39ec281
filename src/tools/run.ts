/**
 * Starting git. A pull request is untrusted: neither its content nor its attributes may make git run a program, ask a
 * question, or talk to a server. What git reads from the user's own configuration stays, because `safe.directory`
 * stands there.
 */
import { spawnSync } from 'node:child_process';
import { InternalError, UserError } from '../errors.ts';

/** Environment of the caller: `Io.env`. PATH and HOME are used, nothing else. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface GitResult {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Switches that hold for every call. */
const hardening = [
  '--no-pager',
  '--no-replace-objects',
  '--literal-pathspecs',
  ...[
    // Programs that git would start by itself.
    'core.fsmonitor=false',
    'core.hooksPath=/dev/null',
    'core.sshCommand=false',
    'credential.helper=',
    'diff.external=',
    'log.showSignature=false',
    // Attributes and settings that change what is printed.
    'core.attributesFile=/dev/null',
    'core.quotePath=false',
    'log.mailmap=false',
    'log.follow=false',
    'diff.renames=false',
    'submodule.recurse=false',
    'protocol.allow=never',
  ].flatMap((setting) => ['-c', setting]),
];

/** Ten minutes: a bound against a machine that hangs, not a limit of the work. */
const timeout = 600_000;

/** The most that one call may print. */
export const outputLimit = 1 << 30;

/** Runs git in `root`. Throws {@link UserError} when there is no git; the status is the caller's business. */
export function runGit(
  root: string,
  args: readonly string[],
  options: { readonly env?: Environment; readonly input?: string } = {},
): GitResult {
  const result = spawnSync('git', [...hardening, '-C', root, ...args], {
    env: gitEnvironment(options.env),
    input: options.input ?? '',
    maxBuffer: outputLimit,
    timeout,
    windowsHide: true,
  });
  if (result.error) {
    const { code } = result.error as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      throw new UserError([{ message: 'git is not on the PATH: weir needs it to read other revisions' }]);
    }
    throw new InternalError(`git ${args[0]}: ${result.error.message}`);
  }
  return { status: result.status ?? 1, stdout: result.stdout, stderr: result.stderr.toString('utf8').trim() };
}

/** Nothing of the caller's GIT_* variables: a hook sets GIT_DIR and GIT_INDEX_FILE, which are not about our root. */
function gitEnvironment(env: Environment = {}): Record<string, string> {
  const kept = ['PATH', 'HOME', 'XDG_CONFIG_HOME', 'SYSTEMROOT', 'USERPROFILE', 'TMPDIR'];
  const result: Record<string, string> = { PATH: '/usr/local/bin:/usr/bin:/bin' };
  for (const name of kept) {
    const value = env[name];
    if (value !== undefined) result[name] = value;
  }
  return {
    ...result,
    LC_ALL: 'C',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
  };
}
