// Fetches pinned packages with their ecosystems' own clients and unpacks them below a temporary folder.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} Source One pinned input of the schema data; the entries of sources.json.
 * @property {'npm' | 'pypi' | 'go'} registry
 * @property {string} name
 * @property {string} version
 * @property {string} licence SPDX expression
 * @property {string} digest npm: the integrity string; pypi: sha256 of the wheel; go: the go.sum hash
 */

/**
 * Fetches one package and returns the folder that holds its files.
 * @param {Source} source
 * @param {string} temporary a folder of this run
 * @returns {string}
 * @throws when the digest of what came is not the pinned one
 */
export function fetchPackage(source, temporary) {
  const fetchers = { npm: fetchNpm, pypi: fetchPypi, go: fetchGo };
  const { folder, digest } = fetchers[source.registry](source, temporary);
  if (digest !== source.digest) {
    throw new Error(`${source.name}@${source.version}: expected the digest ${source.digest}, got ${digest}`);
  }
  return folder;
}

function fetchNpm({ name, version }, temporary) {
  const folder = join(temporary, `npm-${name.replaceAll('/', '-')}-${version}`);
  mkdirSync(folder, { recursive: true });
  const output = execFileSync('npm', ['pack', '--json', '--silent', `${name}@${version}`], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [packed] = JSON.parse(output);
  const archive = join(folder, packed.filename);
  const digest = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  execFileSync('tar', ['-xzf', archive, '-C', folder]);
  return { folder: join(folder, 'package'), digest };
}

function fetchPypi({ name, version }, temporary) {
  const folder = join(temporary, `pypi-${name}-${version}`);
  mkdirSync(folder, { recursive: true });
  const options = ['download', '--quiet', '--no-deps', '--only-binary=:all:', '-d', folder, `${name}==${version}`];
  execFileSync('pip', options, { stdio: ['ignore', 'ignore', 'inherit'] });
  const wheel = join(
    folder,
    readdirSync(folder).find((file) => file.endsWith('.whl')),
  );
  const digest = `sha256:${createHash('sha256').update(readFileSync(wheel)).digest('hex')}`;
  const files = join(folder, 'files');
  execFileSync('python3', ['-m', 'zipfile', '-e', wheel, files]);
  return { folder: files, digest };
}

function fetchGo({ name, version }, temporary) {
  const output = execFileSync('go', ['mod', 'download', '-json', `${name}@${version}`], {
    cwd: temporary,
    encoding: 'utf8',
  });
  const { Dir, Sum } = JSON.parse(output);
  return { folder: Dir, digest: Sum };
}
