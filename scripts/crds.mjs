// Prints the structural schema of one CustomResourceDefinition as Jsonnet: the facts that a cluster needs, without the
// prose, which is most of the bytes (an object that is applied from a client must stay under 262,144 of them).
// Usage: node scripts/crds.mjs FILE.yaml "where it is from, version, licence" > crd.libsonnet
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const [file, origin] = process.argv.slice(2);
if (file === undefined || origin === undefined) {
  console.error('usage: node scripts/crds.mjs FILE.yaml ORIGIN');
  process.exit(2);
}

/** A schema without `description`; a property that is called so stays, because its value is a schema. */
function bare(node) {
  if (Array.isArray(node)) return node.map(bare);
  if (node === null || typeof node !== 'object') return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key, value]) => !(key === 'description' && typeof value === 'string'))
      .map(([key, value]) => [key, bare(value)]),
  );
}

const definition = parse(readFileSync(file, 'utf8'));
const { apiVersion, kind, metadata, spec } = bare(definition);
const text = JSON.stringify({ apiVersion, kind, metadata: { name: metadata.name }, spec }, null, 2);
console.log(`// Structural schema of ${metadata.name}, from ${origin}. Made by scripts/crds.mjs.\n${text}`);
