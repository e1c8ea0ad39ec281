/** A fleet of any size from the real channels and clusters: names, accounts, facts and pool sizes differ as real ones do. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Writes a repository of `size` clusters into a temporary folder and returns it. */
export function makeFleet(size) {
  const folder = mkdtempSync(join(tmpdir(), 'weir-bench-'));
  cpSync(join(root, 'channels'), join(folder, 'channels'), { recursive: true });
  cpSync(join(root, 'schemas'), join(folder, 'schemas'), { recursive: true });
  mkdirSync(join(folder, 'clusters'));
  writeFileSync(join(folder, '.gitignore'), '.weir/\n');
  const models = readdirSync(join(root, 'clusters'))
    .filter((file) => file.endsWith('.yaml') && !file.endsWith('.facts.yaml'))
    .map((file) => file.slice(0, -5))
    .sort();
  for (let index = 0; index < size; index++) {
    const model = models[index % models.length];
    const name = `${model}-n${String(index).padStart(4, '0')}`;
    const text = readFileSync(join(root, `clusters/${model}.yaml`), 'utf8');
    const account = /infrastructure_account: aws:(\d{12})/.exec(text)[1];
    const own = String(100_000_000_000 + index);
    const adapt = (part) =>
      part
        .replaceAll(account, own)
        .replace(new RegExp(`(?<![\\w-])${model}(?![\\w-])`, 'g'), name)
        // Ids of the account: the last four digits of each differ.
        .replace(
          /\b(vpc|subnet|sg|fs|vpce)-([0-9a-f]{13})[0-9a-f]{4}\b/g,
          (_, kind, head) => `${kind}-${head}${hex(index)}`,
        )
        .replace(
          /\bmax_size: (\d+)/g,
          (_, size_) => `max_size: ${Number(size_) + (Number(size_) > 9 ? 12 * (index % 7) : 0)}`,
        );
    writeFileSync(join(folder, `clusters/${name}.yaml`), adapt(text));
    writeFileSync(
      join(folder, `clusters/${name}.facts.yaml`),
      adapt(readFileSync(join(root, `clusters/${model}.facts.yaml`), 'utf8')),
    );
  }
  return folder;
}

function hex(number) {
  return number.toString(16).padStart(4, '0').slice(-4);
}

/** Runs `weir` in a folder: seconds, peak MiB, exit status, output. */
export function weir(folder, ...parameters) {
  const file = join(folder, '.weir-rss');
  const begin = process.hrtime.bigint();
  const result = spawnSync(
    'node',
    ['--import', join(root, 'bench/rss.mjs'), join(root, 'dist/cli.js'), ...parameters],
    {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      env: { ...process.env, WEIR_BENCH_RSS: file },
    },
  );
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
  const memory = Number(readFileSync(file, 'utf8')) / 1024;
  rmSync(file, { force: true });
  return { seconds, memory, status: result.status, text: result.stdout + result.stderr };
}

export function git(folder, ...parameters) {
  const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.org', '-c', 'gc.auto=0'];
  const result = spawnSync('git', [...identity, ...parameters], { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (result.status !== 0) throw new Error(`git ${parameters.join(' ')}: ${result.stderr}`);
  return result.stdout;
}

export function median(list) {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
