// Makes schemas/kubernetes/ from pinned registry packages. See sources.json for the inputs and SOURCES.md for the rest.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchPackage } from './fetch.mjs';
import { apiPackages, folders, readGoPackage, readLifecycles } from './go-types.mjs';
import { writeJson } from './json.mjs';

/** Definitions that the published schemas leave open, written out as what the API server really accepts. */
const specialDefinitions = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { format: 'quantity', type: 'string' },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { 'x-kubernetes-int-or-string': true },
  'io.k8s.apimachinery.pkg.runtime.RawExtension': { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  'io.k8s.apimachinery.pkg.apis.meta.v1.Patch': { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON': { 'x-kubernetes-preserve-unknown-fields': true },
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray': jsonSchemaOr({
    type: 'array',
    items: { $ref: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps' },
  }),
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool': jsonSchemaOr({ type: 'boolean' }),
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray': jsonSchemaOr({
    type: 'array',
    items: { type: 'string' },
  }),
};

function jsonSchemaOr(other) {
  const schema = { $ref: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps' };
  return { oneOfTypes: [other, schema] };
}

const kept = [
  'type',
  'format',
  'required',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
  'x-kubernetes-group-version-kind',
];

/** One published schema node without prose, `null` alternatives and the constant values of apiVersion and kind. */
function compact(node) {
  const result = {};
  for (const key of kept) if (node[key] !== undefined) result[key] = node[key];
  if (Array.isArray(result.type)) result.type = result.type.find((type) => type !== 'null');
  if (node.$ref) return { $ref: node.$ref.replace('#/$defs/', '') };
  if (node.properties) result.properties = mapValues(node.properties, compact);
  if (node.items) result.items = compact(node.items);
  if (typeof node.additionalProperties === 'object') result.additionalProperties = compact(node.additionalProperties);
  return result;
}

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
}

/** Adds enum values and defaults from the Go types to the definitions of one minor; returns how many were added. */
function addGoFacts(definitions, moduleFolder) {
  const packages = new Map();
  for (const { folder, name, version } of apiPackages(moduleFolder)) {
    packages.set(`k8s.io/api/${name}/${version}`, readGoPackage(folder));
  }
  const counts = { enums: 0, defaults: 0 };
  for (const [path, goPackage] of packages) {
    const prefix = `io.k8s.api.${path.split('/').slice(2).join('.')}.`;
    for (const struct of goPackage.structs.keys()) {
      const definition = definitions[prefix + struct];
      if (!definition?.properties) continue;
      for (const [name, { field, owner }] of allFields(struct, goPackage, packages)) {
        const property = definition.properties[name];
        if (property === undefined) continue;
        if (field.default !== undefined) {
          property.default = field.default;
          counts.defaults++;
        }
        const values = enumValues(field.type, owner, packages);
        const leaf = leafOf(property);
        if (values && leaf?.type === 'string') {
          leaf.enum = values;
          counts.enums++;
        }
      }
    }
  }
  return counts;
}

/** The fields of a struct by JSON name, those of embedded structs included, each with the package that declares it. */
function allFields(struct, goPackage, packages) {
  const fields = new Map();
  for (const embedded of goPackage.embedded.get(struct) ?? []) {
    const { name, owner } = resolve(embedded, goPackage, packages);
    if (!owner?.structs.has(name)) continue;
    for (const [key, value] of allFields(name, owner, packages)) fields.set(key, value);
  }
  for (const [key, field] of goPackage.structs.get(struct) ?? []) fields.set(key, { field, owner: goPackage });
  return fields;
}

function resolve(type, goPackage, packages) {
  const [alias, name] = type.includes('.') ? type.split('.') : [undefined, type];
  return { name, owner: alias === undefined ? goPackage : packages.get(goPackage.imports.get(alias)) };
}

function enumValues(type, goPackage, packages) {
  const { name, owner } = resolve(type.replace(/^(\*|\[\]|map\[string\])+/, ''), goPackage, packages);
  const values = owner?.enums.get(name);
  const others = (owner?.references.get(name) ?? []).map((reference) => {
    const [alias, constant] = reference.split('.');
    return packages.get(owner.imports.get(alias))?.constants.get(constant);
  });
  // Half an enum would refuse what is right.
  if (values === undefined || others.includes(undefined)) return undefined;
  return [...new Set([...values, ...others])].sort();
}

/** The node that an enum of a field's Go type speaks of: the field itself, or its items or values. */
function leafOf(property) {
  if (property.items) return property.items;
  if (property.additionalProperties) return property.additionalProperties;
  return property;
}

/** apimachinery's types are in no pinned module; its label selectors take these four operators. */
function addSelectorOperators(definitions) {
  const { properties } = definitions['io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement'];
  properties.operator.enum = ['DoesNotExist', 'Exists', 'In', 'NotIn'];
}

function buildMinor(minor, publishedFolder, apiFolder) {
  const file = join(
    publishedFolder,
    'kubernetes_validate/kubernetes-json-schema',
    `v${minor}.0-local/_definitions.json`,
  );
  const published = JSON.parse(readFileSync(file, 'utf8')).$defs;
  const definitions = mapValues(published, (node, name) => specialDefinitions[name] ?? compact(node));
  const counts = addGoFacts(definitions, apiFolder);
  const kinds = {};
  for (const [name, definition] of Object.entries(definitions)) {
    const identities = definition['x-kubernetes-group-version-kind'] ?? [];
    // DeleteOptions and WatchEvent belong to every group and are no objects that anyone applies.
    if (identities.length !== 1 || !definition.properties?.kind) continue;
    const [{ group, version, kind }] = identities;
    kinds[`${group === '' ? version : `${group}/${version}`} ${kind}`] = name;
  }
  for (const definition of Object.values(definitions)) delete definition['x-kubernetes-group-version-kind'];
  addSelectorOperators(definitions);
  return { counts, data: { format: 1, minor, kinds, definitions } };
}

/**
 * API resources from the generated clients: paths and methods of @kubernetes/client-node (newest minor it has), and
 * names and kinds of client-go for each minor.
 */
function buildResources(clientFolder, goClients, metricsFolder) {
  const resources = new Map();
  const at = (group, version, plural) => {
    const key = `${group}/${version}/${plural}`;
    if (!resources.has(key)) {
      resources.set(key, { group, version, plural, verbs: new Set(), subresources: new Map() });
    }
    return resources.get(key);
  };
  for (const folder of goClients) {
    for (const found of goClientResources(join(folder, 'kubernetes/typed'))) {
      Object.assign(at(found.group, found.version, found.plural), { kind: found.kind, namespaced: found.namespaced });
    }
  }
  for (const { group, version, path, method } of clientNodePaths(clientFolder))
    addPath(at, group, version, path, method);
  for (const found of goClientResources(join(metricsFolder, 'pkg/client/clientset/versioned/typed'))) {
    const entry = at(found.group, found.version, found.plural);
    Object.assign(entry, { kind: found.kind, namespaced: found.namespaced, aggregated: true });
    for (const verb of ['get', 'list', 'watch']) entry.verbs.add(verb);
  }
  return resources;
}

function* goClientResources(typedFolder) {
  for (const group of folders(typedFolder)) {
    for (const version of folders(join(typedFolder, group))) {
      const fakes = join(typedFolder, group, version, 'fake');
      if (!existsSync(fakes)) continue;
      for (const file of readdirSync(fakes).sort()) {
        const text = readFileSync(join(fakes, file), 'utf8');
        const resource = /SchemeGroupVersion\.WithResource\("([^"]+)"\)/.exec(text);
        const kind = /SchemeGroupVersion\.WithKind\("([^"]+)"\)/.exec(text);
        if (!resource || !kind) continue;
        yield {
          group: groupOf(join(typedFolder, group, version)),
          version,
          plural: resource[1],
          kind: kind[1],
          namespaced: /func newFake\w+\(fake \*\w+, namespace string\)/.test(text),
        };
      }
    }
  }
}

/** The served group name, from the comment that the client generator puts above each client type. */
function groupOf(folder) {
  const client = readdirSync(folder).find((file) => file.endsWith('_client.go'));
  const group = /used to interact with features provided by the (\S*) ?group/.exec(
    readFileSync(join(folder, client), 'utf8'),
  )?.[1];
  if (group === undefined) throw new Error(`no group name in ${folder}`);
  return group;
}

function* clientNodePaths(clientFolder) {
  const folder = join(clientFolder, 'dist/gen/apis');
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('Api.js')) continue;
    const text = readFileSync(join(folder, file), 'utf8');
    const pattern = /const localVarPath = '([^']+)'[\s\S]*?HttpMethod\.([A-Z]+)\)/g;
    for (const [, path, method] of text.matchAll(pattern)) {
      const match = /^\/(?:api|apis\/([^/]+))\/(v\d\w*)\/(.+)$/.exec(path);
      if (match) yield { group: match[1] ?? '', version: match[2], path: match[3], method };
    }
  }
}

function addPath(at, group, version, path, method) {
  if (path.startsWith('watch/')) return;
  const parts = path.replace(/^namespaces\/\{namespace\}\/(?=\w)/, '').split('/');
  const plural = parts[0];
  const entry = at(group, version, plural);
  entry.namespaced ||= /^namespaces\/\{namespace\}\/\w/.test(path);
  if (parts.length > 2) {
    // `{path}` stands for the rest of a proxied request, not for a subresource.
    const name = parts[2];
    if (!entry.subresources.has(name)) entry.subresources.set(name, new Set());
    for (const verb of verbsOf(method, true)) entry.subresources.get(name).add(verb);
  } else {
    for (const verb of verbsOf(method, parts.length === 2)) entry.verbs.add(verb);
  }
}

/** RBAC verbs of an HTTP method, by the table in the authorization documentation; `named` is a request on one object. */
function verbsOf(method, named) {
  const one = { GET: ['get'], PUT: ['update'], PATCH: ['patch'], DELETE: ['delete'], POST: ['create'] };
  const many = { GET: ['list', 'watch'], DELETE: ['deletecollection'], POST: ['create'] };
  return (named ? one : many)[method] ?? [];
}

/**
 * Rows of resources.json. Which minors serve a resource is what the schemas say: client-go keeps clients of APIs that
 * are long gone.
 */
function finishResources(resources, kindsOf, clientMinor) {
  const rows = [];
  for (const entry of resources.values()) {
    const { group, version, plural, namespaced, aggregated } = entry;
    const apiVersion = group === '' ? version : `${group}/${version}`;
    const kind = entry.kind ?? kindOfPlural(apiVersion, plural, kindsOf);
    const minors = [...kindsOf]
      .filter(([, kinds]) => kinds[`${apiVersion} ${kind}`] !== undefined)
      .map(([minor]) => minor);
    if (minors.length === 0 && !aggregated) continue;
    // The client package has every API of its minor, so what it has no path for is no resource (policy's evictions are
    // a subresource of pods). An API that only another minor serves has the verbs of its other versions.
    if (entry.verbs.size === 0 && minors.includes(clientMinor)) continue;
    const { verbs, subresources } = entry.verbs.size > 0 ? entry : (siblingOf(entry, resources) ?? entry);
    rows.push({
      group,
      version,
      kind,
      plural,
      namespaced: namespaced === true,
      ...(verbs.size === 0 ? {} : { verbs: [...verbs].sort() }),
      ...(subresources.size === 0
        ? {}
        : { subresources: mapValues(Object.fromEntries(subresources), (set) => [...set].sort()) }),
      ...(aggregated ? { aggregated: true } : { minors }),
    });
  }
  const key = (row) => `${row.group}\n${row.version}\n${row.plural}`;
  return rows.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function siblingOf({ group, plural }, resources) {
  return [...resources.values()].find(
    (other) => other.group === group && other.plural === plural && other.verbs.size > 0,
  );
}

/** For groups without a Go client here: the kind whose English plural is the resource's name. */
function kindOfPlural(apiVersion, plural, kindsOf) {
  for (const kinds of kindsOf.values()) {
    for (const name of Object.keys(kinds)) {
      const [itsVersion, kind] = name.split(' ');
      const lower = kind.toLowerCase();
      if (itsVersion === apiVersion && [`${lower}s`, `${lower}es`, lower, lower.replace(/y$/, 'ies')].includes(plural))
        return kind;
    }
  }
  return undefined;
}

/**
 * @param {{kubernetes: {minors: string[], sources: Record<string, import('./fetch.mjs').Source>}}} sources
 * @param {string} temporary
 * @param {string} output schemas/kubernetes
 */
export function buildKubernetes({ kubernetes }, temporary, output) {
  const fetched = (name) => fetchPackage(kubernetes.sources[name], temporary);
  const published = fetched('published');
  const kindsOf = new Map();
  const goClients = [];
  // APIs that are gone from the newer modules; what a newer one says wins.
  const lifecycles = new Map();
  const addLifecycles = (folder) => {
    for (const entry of readLifecycles(folder)) lifecycles.set(`${entry.group}/${entry.version} ${entry.kind}`, entry);
  };
  addLifecycles(fetched('api-1.24'));
  for (const minor of kubernetes.minors) {
    const apiFolder = fetched(`api-${minor}`);
    const { data, counts } = buildMinor(minor, published, apiFolder);
    writeJson(join(output, `v${minor}.json`), data, 2);
    kindsOf.set(minor, data.kinds);
    goClients.push(fetched(`client-go-${minor}`));
    addLifecycles(apiFolder);
    const { length } = Object.keys(data.definitions);
    console.log(
      `kubernetes ${minor}: ${length} definitions, ${Object.keys(data.kinds).length} kinds, ${counts.enums} enums, ${counts.defaults} defaults`,
    );
  }
  const resources = finishResources(
    buildResources(fetched('client-node'), goClients, fetched('metrics')),
    kindsOf,
    kubernetes.clientMinor,
  );
  writeJson(join(output, 'resources.json'), { format: 1, minors: kubernetes.minors, resources }, 2);
  for (const entry of JSON.parse(readFileSync(new URL('removed-apis.json', import.meta.url), 'utf8')).apis) {
    const key = `${entry.group}/${entry.version} ${entry.kind}`;
    // What the types say wins, but for the introduction, which most of them say and nothing else.
    const known = lifecycles.get(key);
    if (known?.deprecated === undefined && known?.removed === undefined) lifecycles.set(key, { ...known, ...entry });
  }
  const apis = [...lifecycles.entries()]
    .filter(([, entry]) => entry.deprecated !== undefined || entry.removed !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { group, version, kind, introduced, deprecated, removed, replacement }]) => ({
      apiVersion: group === '' ? version : `${group}/${version}`,
      kind,
      introduced: introduced === undefined ? undefined : `1.${introduced}`,
      deprecated: deprecated === undefined ? undefined : `1.${deprecated}`,
      removed: removed === undefined ? undefined : `1.${removed}`,
      replacement,
    }));
  writeJson(join(output, 'deprecations.json'), { format: 1, apis }, 2);
  console.log(`kubernetes: ${resources.length} resources, ${apis.length} deprecated or removed APIs`);
}
