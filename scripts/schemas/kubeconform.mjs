// node scripts/schemas/kubeconform.mjs <minor> <folder> [crd.json ...]: writes our schemas in kubeconform's layout, so
// that it runs without a network. Needs `npm run build`. Then:
//   kubeconform -strict -schema-location '<folder>/{{.ResourceKind}}{{.KindSuffix}}.json' out/<cluster>/kubernetes
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSchemas } from '../../dist/load/schemas.js';
import { kubeconformSchemas } from '../../dist/validate/kubernetes-schema/kubeconform.js';

const [minor, folder, ...crdFiles] = process.argv.slice(2);
const pinned = openSchemas();
const schemas = pinned.kubernetes(minor ?? '');
if (schemas === undefined || folder === undefined) {
  console.error(`usage: kubeconform.mjs <minor> <folder> [crd.json ...]; minors: ${pinned.minors.join(', ')}`);
  process.exit(2);
}
const crds = crdFiles.map((file) => JSON.parse(readFileSync(file, 'utf8')));
mkdirSync(folder, { recursive: true });
const files = kubeconformSchemas(schemas, [...pinned.externalCrds(), ...crds]);
for (const [name, schema] of files) writeFileSync(join(folder, name), JSON.stringify(schema));
console.log(`${files.size} schemas of Kubernetes ${minor} in ${folder}`);
