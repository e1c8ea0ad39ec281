// Every object of a cluster, given to a real API server: definitions are made, everything else is applied for trial
// (dryRun), with validation strict about unknown fields. So clusters do not disturb each other.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';

function objectsOf(out) {
  const folder = join(out, 'kubernetes');
  if (!existsSync(folder)) throw new Error(`${folder} is not there: compile first`);
  return readdirSync(folder).flatMap((component) =>
    readdirSync(join(folder, component)).map((file) => {
      const path = join(folder, component, file);
      return { path, value: parseDocument(readFileSync(path, 'utf8'), { version: '1.2', schema: 'core' }).toJS() };
    }),
  );
}

/** Resource names by group, version and kind, as the server says. */
async function discover(server) {
  const known = new Map();
  const note = (groupVersion, { status, text }) => {
    // A group whose definition is being taken up answers with an error for a moment.
    if (status !== 200) return;
    for (const resource of JSON.parse(text).resources ?? []) {
      if (!resource.name.includes('/')) known.set(`${groupVersion} ${resource.kind}`, resource);
    }
  };
  note('v1', await server.get('/api/v1'));
  for (const group of JSON.parse((await server.get('/apis')).text).groups) {
    for (const { groupVersion } of group.versions) {
      note(groupVersion, await server.get(`/apis/${groupVersion}`));
    }
  }
  return known;
}

const pathOf = (object, resource) => {
  const root = object.apiVersion === 'v1' ? '/api/v1' : `/apis/${object.apiVersion}`;
  const namespace = resource.namespaced ? `/namespaces/${object.metadata.namespace ?? 'default'}` : '';
  return `${root}${namespace}/${resource.name}/${object.metadata.name}`;
};

export async function judge(server, out, cluster, { check, say }) {
  const objects = objectsOf(out);
  const refused = [];
  const apply = async ({ path, value }, known, query) => {
    const resource = known.get(`${value.apiVersion} ${value.kind}`);
    if (resource === undefined) return refused.push(`${path}: the server knows no ${value.apiVersion} ${value.kind}`);
    const answer = await server.apply(value, pathOf(value, resource), query);
    if (answer.status >= 300) {
      let message = answer.text;
      try {
        message = JSON.parse(answer.text).message;
      } catch {
        // Not every proxy error is a Status.
      }
      refused.push(`${path}: ${message}`);
    }
  };
  const first = objects.filter(({ value }) => value.kind === 'CustomResourceDefinition' || value.kind === 'Namespace');
  // Classes that pods name must be there for a trial, too.
  const named = objects.filter(({ value }) => value.kind === 'PriorityClass');
  let known = await discover(server);
  for (const object of [...first, ...named]) await apply(object, known, '');
  // The server serves a new kind a moment after its definition.
  const kinds = first.filter(({ value }) => value.kind === 'CustomResourceDefinition');
  for (let second = 0; second < 30; second += 1) {
    known = await discover(server);
    const served = ({ value }) =>
      value.spec.versions
        .filter((version) => version.served)
        .every((version) => known.has(`${value.spec.group}/${version.name} ${value.spec.names.kind}`));
    if (kinds.every(served)) break;
    await new Promise((done) => setTimeout(done, 1000));
  }
  const rest = objects.filter((object) => !first.includes(object) && !named.includes(object));
  for (const object of rest) await apply(object, known, '&dryRun=All');
  check(
    `${cluster}: the API server accepts ${objects.length} objects`,
    refused.length === 0,
    `it refuses ${refused.length}`,
  );
  for (const line of refused) say(`       ${line}`);
}
