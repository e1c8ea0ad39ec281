/** A small repository in real git, with the commands as a person runs them. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ExitStatus, Io } from '../../src/commands/shared/io.ts';
import { formatProblem, UserError } from '../../src/errors.ts';

const kube = `{
  configMap(name, data):: {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: name, namespace: 'default' },
    data: data,
  },
}
`;
const schema = (keys: string) => `type: object
additionalProperties: false
properties:
  enabled: { type: boolean, default: true, description: Whether it is there. }
${keys}`;
const unit = (name: string, version: string) => ({
  [`components/${name}/component.yaml`]: `description: The ${name}.\norder: 300\nimages:\n  ${name}: registry.example.org/${name}:${version}\n`,
  [`components/${name}/config.schema.yaml`]: schema(
    '  mode: { type: string, enum: [fast, safe], default: safe, description: How it works. }\n',
  ),
  [`components/${name}/main.jsonnet`]: `local kube = import '../../lib/kube.libsonnet';

// What ${name} is told.
function(config, images) {
  config: kube.configMap('${name}', {
    image: images['${name}'],
    mode: config.mode,
    // Lines apart, so that two edits need not meet.
    first: '1',
    second: '2',
    third: '3',
  }),
}
`,
});
const channel = (files: Readonly<Record<string, string>>, name: string) =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`channels/${name}/${path}`, text]));
const cluster = (name: string, of: string, account: number) => `id: aws:00000000000${account}:eu-central-1:${name}
local_id: ${name}
channel: ${of}
environment: test
region: eu-central-1
infrastructure_account: aws:00000000000${account}
api_server_url: https://${name}.example.org
provider: aws
criticality_level: 1
lifecycle_status: ready
owner: team-a
node_pools: {}
config: {}
`;

/** Channels `beta` and `stable` with three units that read one library, and a cluster on each. */
export function seed(): Readonly<Record<string, string>> {
  const shared = { 'shared/config.schema.yaml': 'type: object\nadditionalProperties: false\nproperties: {}\n' };
  const units = { ...unit('red', 'v1.0.0'), ...unit('green', 'v1.0.0'), ...unit('blue', 'v1.0.0') };
  const common = { ...shared, ...units, 'lib/kube.libsonnet': kube };
  return {
    ...channel(
      { ...common, 'channel.yaml': 'kubernetes: "1.34"\npromotes_to: stable\nlayers: [environment]\n' },
      'beta',
    ),
    ...channel({ ...common, 'channel.yaml': 'kubernetes: "1.34"\nlayers: [environment]\n' }, 'stable'),
    'clusters/early.yaml': cluster('early', 'beta', 1),
    'clusters/late.yaml': cluster('late', 'stable', 2),
    '.gitignore': '.weir/\n',
  };
}

export interface Run {
  readonly status: ExitStatus | 'failed';
  readonly text: string;
}

export class Scene {
  readonly root = mkdtempSync(join(tmpdir(), 'weir-promote-'));
  #day = Date.parse('2026-01-01T12:00:00Z');

  constructor(files: Readonly<Record<string, string>> = seed()) {
    for (const [path, text] of Object.entries(files)) this.write(path, text);
    this.git('init', '--quiet', '--initial-branch=main');
    // Commands that commit use the repository's own identity.
    this.git('config', 'user.name', 'a');
    this.git('config', 'user.email', 'a@example.org');
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  write(path: string, text: string): void {
    mkdirSync(join(this.root, dirname(path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  edit(path: string, from: string, to: string): void {
    const text = this.read(path);
    if (!text.includes(from)) throw new Error(`${path} has no ${JSON.stringify(from)}`);
    this.write(path, text.replace(from, to));
  }

  git(...parameters: readonly string[]): string {
    const date = new Date(this.#day).toISOString();
    const result = spawnSync('git', parameters, {
      cwd: this.root,
      encoding: 'utf8',
      env: {
        ...process.env,
        GIT_AUTHOR_NAME: 'a',
        GIT_AUTHOR_EMAIL: 'a@example.org',
        GIT_COMMITTER_NAME: 'a',
        GIT_COMMITTER_EMAIL: 'a@example.org',
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_DATE: date,
        GIT_CONFIG_GLOBAL: '/dev/null',
      },
    });
    if (result.status !== 0) throw new Error(`git ${parameters.join(' ')}: ${result.stderr}`);
    return result.stdout;
  }

  /** Commits everything; a day passes. */
  commit(message: string): void {
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '--message', message);
    this.#day += 86_400_000;
  }

  /** The day as the commands take it. */
  get today(): string {
    return new Date(this.#day).toISOString().slice(0, 10);
  }

  /** Runs a command as the command line would, with errors as text. */
  async run(command: (io: Io) => Promise<ExitStatus>): Promise<Run> {
    const said: string[] = [];
    const io: Io = {
      cwd: this.root,
      env: process.env,
      out: (text) => void said.push(text),
      err: (text) => void said.push(text),
      columns: 100,
      color: false,
    };
    try {
      return { status: await command(io), text: said.join('') };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { status: 'failed', text: said.join('') + error.problems.map(formatProblem).join('\n') };
    }
  }

  /** Every file but those of git and of weir's state, by path. */
  files(): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    const walk = (folder: string) => {
      for (const name of readdirSync(join(this.root, folder)).sort()) {
        const path = folder === '' ? name : `${folder}/${name}`;
        if (path === '.git' || path === '.weir') continue;
        if (statSync(join(this.root, path)).isDirectory()) walk(path);
        else found.set(path, this.read(path));
      }
    };
    walk('');
    return found;
  }
}
