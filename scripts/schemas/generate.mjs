// npm run schemas [kubernetes|cloudformation|aws]: makes the pinned data below schemas/ again from registry packages.
// Needs npm, pip, python3 and go on the PATH; writes nothing outside schemas/ and a temporary folder.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAws } from './aws.mjs';
import { buildCloudFormation } from './cloudformation.mjs';
import { buildKubernetes } from './kubernetes.mjs';

const sources = JSON.parse(readFileSync(new URL('sources.json', import.meta.url), 'utf8'));
const schemas = fileURLToPath(new URL('../../schemas/', import.meta.url));
const wanted = process.argv[2];
const temporary = mkdtempSync(join(tmpdir(), 'weir-schemas-'));
try {
  const builders = { kubernetes: buildKubernetes, cloudformation: buildCloudFormation, aws: buildAws };
  for (const [name, build] of Object.entries(builders)) {
    if (wanted === undefined || wanted === name) build(sources, temporary, join(schemas, name));
  }
} finally {
  rmSync(temporary, { recursive: true });
}
