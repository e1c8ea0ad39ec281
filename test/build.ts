/** Builds `dist/` once before the tests, so that tests of whole processes run what the sources say. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export default function build(): void {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const result = spawnSync('node', ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    cwd: root,
    encoding: 'utf8',
  });
  // While several people edit one tree, a fault of another room must not keep one's own tests from running.
  if (result.status !== 0 && process.env.CI) throw new Error(`the build failed:\n${result.stdout}${result.stderr}`);
}
