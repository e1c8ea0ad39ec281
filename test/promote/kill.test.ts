/**
 * A promotion that is killed is rolled back by the next command, or was complete. `WEIR_KILLS=200` kills it as often;
 * the default keeps the suite short, since each round starts two processes.
 */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adopt } from '../../src/commands/channels.ts';
import { compile } from '../../src/commands/compile.ts';
import { Scene } from './scene.ts';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const rounds = Number(process.env.WEIR_KILLS ?? 10);
let scene: Scene;
const folder = mkdtempSync(join(tmpdir(), 'weir-kill-'));

beforeAll(async () => {
  scene = new Scene();
  await scene.run((io) => compile({}, io));
  scene.commit('the beginning');
  await scene.run((io) => adopt({}, io));
  for (const unit of ['red', 'green', 'blue']) {
    scene.edit(`channels/beta/components/${unit}/component.yaml`, 'v1.0.0', 'v1.1.0');
  }
  scene.edit(
    'channels/beta/lib/kube.libsonnet',
    "namespace: 'default' }",
    "namespace: 'default', labels: { a: 'b' } }",
  );
  await scene.run((io) => compile({}, io));
  scene.commit('all of it');
});
afterAll(() => {
  scene.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the promotion in a copy, and kills it after some milliseconds; undefined lets it end. */
async function promoteAndKill(copy: string, delay: number | undefined): Promise<number> {
  const begin = performance.now();
  const child = spawn(process.execPath, [cli, 'promote', '--all'], { cwd: copy, stdio: 'ignore' });
  const timer = delay === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), delay);
  await new Promise((resolve) => child.on('exit', resolve));
  clearTimeout(timer);
  return performance.now() - begin;
}

function treeOf(copy: string): string {
  const git = (...parameters: readonly string[]) =>
    spawnSync('git', parameters, {
      cwd: copy,
      encoding: 'utf8',
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' },
    }).stdout;
  git('add', '--all');
  return git('write-tree').trim();
}

test('killed at any moment, the tree is as before or as after, never between', async () => {
  const copies: string[] = [];
  const copyOf = (name: string) => {
    const copy = join(folder, name);
    cpSync(scene.root, copy, { recursive: true });
    copies.push(copy);
    return copy;
  };
  const before = treeOf(copyOf('before'));
  const whole = copyOf('after');
  const duration = await promoteAndKill(whole, undefined);
  const after = treeOf(whole);
  expect(after).not.toBe(before);
  let interrupted = 0;
  for (let round = 0; round < rounds; round++) {
    const copy = copyOf(`round-${round}`);
    // Spread over the last part of the run, where files are written.
    await promoteAndKill(copy, duration * (0.55 + (0.45 * round) / rounds));
    const next = spawnSync(process.execPath, [cli, 'clusters'], { cwd: copy, encoding: 'utf8' });
    expect(next.status, next.stderr).toBe(0);
    const tree = treeOf(copy);
    expect([before, after]).toContain(tree);
    if (tree === before) interrupted++;
    rmSync(copy, { recursive: true, force: true });
  }
  expect(interrupted).toBeGreaterThan(0);
}, 900_000);
