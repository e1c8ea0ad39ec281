// node scripts/schemas/agreement.mjs [count] [seed]: judges the committed fleet and mutations of it with our validators,
// with kubeconform and with cfn-lint, whichever is on the PATH, and prints where they disagree. Needs `npm run build`.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { openSchemas } from '../../dist/load/schemas.js';
import { createRuleData } from '../../dist/validate/data.js';
import { kubeconformLocation, kubeconformSchemas } from '../../dist/validate/kubernetes-schema/kubeconform.js';
import { mutate, random } from './mutations.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const count = Number(process.argv[2] ?? 2000);
const seed = Number(process.argv[3] ?? 1);
const pinned = openSchemas();
const data = createRuleData(pinned);

/** Distinct documents of out/, by text. */
function readOutput(select) {
  const seen = new Map();
  for (const path of readdirSync(join(root, 'out'), { recursive: true, encoding: 'utf8' }).sort()) {
    if (!select.test(path)) continue;
    const text = readFileSync(join(root, 'out', path), 'utf8');
    if (!seen.has(text)) seen.set(text, { name: path, value: load(text) });
  }
  return [...seen.values()];
}

function run(program, args) {
  try {
    return execFileSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 30, stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (error) {
    // Both exit with another status when they find something.
    return error.stdout ?? '';
  }
}

function available(program, argument) {
  try {
    execFileSync(program, [argument], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Prints the four counts and the disagreements, grouped by what the one that objects says. */
function report(title, verdicts) {
  const counts = {};
  const groups = new Map();
  for (const { name, ours, theirs } of verdicts) {
    const key = `${ours.length > 0 ? 'refused' : 'valid'} / ${theirs.length > 0 ? 'refused' : 'valid'}`;
    counts[key] = (counts[key] ?? 0) + 1;
    if (ours.length > 0 === theirs.length > 0) continue;
    const group = ours.length > 0 ? `ours only: ${ours[0].code}` : `theirs only: ${theirs[0].code}`;
    if (!groups.has(group)) groups.set(group, []);
    groups.get(group).push(`${name}: ${(ours[0] ?? theirs[0]).message}`);
  }
  console.log(`\n${title}, ours / theirs`);
  for (const [key, value] of Object.entries(counts).sort()) console.log(`  ${key}: ${value}`);
  for (const [group, names] of [...groups].sort(([, a], [, b]) => b.length - a.length)) {
    console.log(`  ${group}: ${names.length}`);
    for (const name of names.slice(0, 3)) console.log(`      ${name.slice(0, 220)}`);
  }
}

function compareObjects(folder) {
  const objects = readOutput(/\/kubernetes\/.*\.yaml$/);
  const crds = objects.map(({ value }) => value).filter((value) => value.kind === 'CustomResourceDefinition');
  const minor = '1.34';
  const schemas = join(folder, 'schemas');
  mkdirSync(schemas);
  for (const [file, schema] of kubeconformSchemas(pinned.kubernetes(minor), crds)) {
    writeFileSync(join(schemas, file), JSON.stringify(schema));
  }
  const known = objects.filter(({ value }) => data.validateObject(minor, value, crds) !== undefined);
  const all = [...known, ...mutations(known, [])];
  const manifests = join(folder, 'manifests');
  mkdirSync(manifests);
  all.forEach(({ value }, index) => {
    writeFileSync(join(manifests, `${index}.json`), JSON.stringify(value));
  });
  const location = join(schemas, kubeconformLocation);
  const output = run('kubeconform', ['-output', 'json', '-verbose', '-schema-location', location, manifests]);
  const theirs = new Map();
  for (const { filename, status, msg } of JSON.parse(output).resources) {
    const index = Number(basename(filename, '.json'));
    if (status !== 'statusValid') theirs.set(index, [{ code: status, message: msg }]);
  }
  report(
    `${known.length} distinct objects and ${all.length - known.length} mutations: kubeconform`,
    all.map(({ name, value }, index) => ({
      name,
      ours: data.validateObject(minor, value, crds) ?? [{ code: 'unchecked', message: 'no schema' }],
      theirs: theirs.get(index) ?? [],
    })),
  );
}

/** A resource with what it refers to: small, because cfn-lint takes a second for a whole stack. */
function closures(templates) {
  const perType = new Map();
  const result = [];
  for (const { name, value } of templates) {
    const resources = value.Resources ?? {};
    for (const id of Object.keys(resources)) {
      const needed = new Set();
      const visit = (current) => {
        if (needed.has(current) || resources[current] === undefined) return;
        needed.add(current);
        const text = JSON.stringify(resources[current]);
        for (const match of text.matchAll(/"(?:Ref|DependsOn)":"([^"]+)"|"Fn::GetAtt":\["([^"]+)"/g)) {
          visit(match[1] ?? match[2]);
        }
      };
      visit(id);
      const type = resources[id].Type;
      if (needed.size > 6 || (perType.get(type) ?? 0) >= 3) continue;
      perType.set(type, (perType.get(type) ?? 0) + 1);
      const picked = Object.fromEntries([...needed].map((key) => [key, resources[key]]));
      const { Parameters, Conditions, Mappings } = value;
      const template = { AWSTemplateFormatVersion: '2010-09-09', Parameters, Conditions, Mappings, Resources: picked };
      result.push({ name: `${name}#${id}`, value: JSON.parse(JSON.stringify(template)) });
    }
  }
  return result;
}

function compareTemplates(folder) {
  const templates = readOutput(/\/cloudformation\/[^/]+\/template\.yaml$/);
  const bases = closures(templates);
  const all = [...bases, ...mutations(bases, ['Resources'])];
  const files = all.map((_entry, index) => join(folder, `template-${index}.json`));
  all.forEach(({ value }, index) => {
    writeFileSync(files[index], JSON.stringify(value));
  });
  const theirs = new Map();
  for (let at = 0; at < files.length; at += 100) {
    const output = run('cfn-lint', ['--regions', 'eu-central-1', '--format', 'json', ...files.slice(at, at + 100)]);
    for (const entry of JSON.parse(output || '[]')) {
      if (entry.Level !== 'Error') continue;
      const index = Number(/template-(\d+)\.json$/.exec(entry.Filename)[1]);
      theirs.set(index, [...(theirs.get(index) ?? []), { code: entry.Rule.Id, message: entry.Message }]);
    }
  }
  report(
    `${bases.length} resources with what they refer to and ${all.length - bases.length} mutations: cfn-lint (errors)`,
    all.map(({ name, value }, index) => ({
      name,
      ours: data.validateTemplate(value).issues.filter((issue) => issue.code !== 'unused'),
      theirs: theirs.get(index) ?? [],
    })),
  );
}

function mutations(bases, below) {
  const next = random(seed);
  const result = [];
  while (result.length < count && bases.length > 0) {
    const base = bases[Math.floor(next() * bases.length)];
    const changed = mutate(base.value, below, next);
    if (changed) result.push({ name: `${changed.what} in ${base.name}`, value: changed.value });
  }
  return result;
}

const folder = mkdtempSync(join(tmpdir(), 'weir-agreement-'));
try {
  if (available('kubeconform', '-v')) compareObjects(folder);
  else console.log('kubeconform is not on the PATH');
  if (available('cfn-lint', '--version')) compareTemplates(folder);
  else console.log('cfn-lint is not on the PATH');
} finally {
  rmSync(folder, { recursive: true });
}
