/**
 * The proof of who can do what, over the compiled ClusterRoles of a production cluster and of one that is not, and the
 * table in docs/roles.md. `UPDATE_DOCS=1 npx vitest run test/channels/roles.test.ts` writes the table.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CompiledObject, compileObjects, ofKind, root } from './compiled.ts';
import {
  allows,
  boundRoles,
  clusterRules,
  type Deed,
  type Person,
  people,
  refusedInPlatform,
  rulesOf,
} from './roles.ts';

const production = 'kube-1';
const test = 'kube-1-test';
let objects: ReadonlyMap<string, readonly CompiledObject[]>;
beforeAll(async () => {
  objects = await compileObjects([production, test]);
});
const of = (cluster: string) => objects.get(cluster) ?? [];
const where = (person: Person) => (person === 'PowerUser' ? test : production);
const may = (person: Person, verb: string, resource: string, cluster = where(person)) =>
  allows(rulesOf(of(cluster), person), { verb, resource });

const look = ['get', 'list', 'watch'];
const write = ['create', 'update', 'patch', 'delete', 'deletecollection'];

/** The rows of the page: what people ask about, and every deed that it takes. */
const rows: readonly (readonly [string, readonly Deed[]])[] = [
  [
    'see workloads, services, events, nodes',
    deeds(look, ['apps/deployments', '/pods', '/services', '/events', '/nodes']),
  ],
  ['read logs', deeds(['get'], ['/pods/log'])],
  [
    'see who may do what',
    deeds(look, ['rbac.authorization.k8s.io/roles', 'rbac.authorization.k8s.io/clusterrolebindings']),
  ],
  ['see routes and autoscalers', deeds(look, ['zalando.org/routegroups', 'autoscaling/horizontalpodautoscalers'])],
  ['read secrets', deeds(look, ['/secrets'])],
  ['run a command in a pod, forward a port', deeds(['create'], ['/pods/exec', '/pods/attach', '/pods/portforward'])],
  [
    'write workloads, services, volumes, routes',
    deeds(write, ['apps/deployments', 'batch/jobs', '/services', '/persistentvolumeclaims', 'zalando.org/routegroups']),
  ],
  ['write secrets', deeds(write, ['/secrets'])],
  [
    "write roles of a namespace, no wider than one's own",
    deeds(write, ['rbac.authorization.k8s.io/roles', 'rbac.authorization.k8s.io/rolebindings']),
  ],
  ['write custom resource definitions', deeds(write, ['apiextensions.k8s.io/customresourcedefinitions'])],
  ['make tokens of service accounts', deeds(['create'], ['/serviceaccounts/token'])],
  ['evict pods', deeds(['create'], ['/pods/eviction'])],
  ['write DaemonSets', deeds(['create', 'delete'], ['apps/daemonsets'])],
  ['restart what runs on every node', deeds(['patch'], ['apps/daemonsets'])],
  ['cordon and remove nodes', deeds(['patch', 'delete'], ['/nodes'])],
  ['remove an admission webhook', deeds(['delete'], ['admissionregistration.k8s.io/validatingwebhookconfigurations'])],
  [
    'write roles of the whole cluster',
    deeds(['create'], ['rbac.authorization.k8s.io/clusterroles', 'rbac.authorization.k8s.io/clusterrolebindings']),
  ],
  ['act as somebody else', deeds(['impersonate'], ['/users', '/groups', '/serviceaccounts'])],
  ['reach kubelets past the API server', deeds(['get', 'create'], ['/nodes/proxy'])],
];

function deeds(verbs: readonly string[], resources: readonly string[]): readonly Deed[] {
  return resources.flatMap((resource) => verbs.map((verb) => ({ verb, resource })));
}

describe('who is bound', () => {
  it('binds each role to a ClusterRole, by environment', () => {
    const bound = (cluster: string) =>
      Object.fromEntries(people.map((person) => [person, boundRoles(of(cluster), person)]));
    expect(bound(production)).toEqual({
      ReadOnly: ['readonly'],
      PowerUser: [],
      Manual: ['manual'],
      Emergency: ['emergency'],
      Administrator: ['cluster-admin'],
    });
    expect(bound(test)).toEqual({
      ReadOnly: ['readonly'],
      PowerUser: ['poweruser'],
      Manual: [],
      Emergency: [],
      Administrator: ['cluster-admin'],
    });
  });

  it('aggregates rules into every role of people', () => {
    const rules = clusterRules(of(production));
    const count = (role: string) => rules.get(role)?.length ?? 0;
    expect(count('readonly')).toBeGreaterThan(0);
    expect(count('poweruser')).toBeGreaterThan(count('readonly'));
    expect(count('manual')).toBe(count('poweruser'));
    expect(count('emergency')).toBeGreaterThan(count('manual'));
  });
});

describe('ReadOnly', () => {
  const everything = () => [...new Set(rulesOf(of(production), 'ReadOnly').flatMap((rule) => rule.verbs))].sort();

  it('has no verb but get, list and watch', () => {
    expect(everything()).toEqual(look);
  });

  it('names every resource: no wildcard could bring a secret in', () => {
    for (const rule of rulesOf(of(production), 'ReadOnly')) {
      expect([...rule.groups, ...rule.resources]).not.toContain('*');
    }
  });

  it.each([
    '/secrets',
    '/pods/exec',
    '/pods/attach',
    '/pods/portforward',
    '/pods/proxy',
    '/services/proxy',
    '/nodes/proxy',
    '/serviceaccounts/token',
  ])('cannot even get %s', (resource) => {
    for (const cluster of [production, test]) {
      for (const verb of [...look, ...write]) expect(may('ReadOnly', verb, resource, cluster)).toBe(false);
    }
  });
});

describe('writers', () => {
  it.each(['PowerUser', 'Manual', 'Emergency'] as const)(
    '%s has no right over rights, and cannot act as another',
    (person) => {
      for (const verb of ['escalate', 'bind']) expect(may(person, verb, 'rbac.authorization.k8s.io/roles')).toBe(false);
      for (const verb of write) {
        expect(may(person, verb, 'rbac.authorization.k8s.io/clusterroles')).toBe(false);
        expect(may(person, verb, 'rbac.authorization.k8s.io/clusterrolebindings')).toBe(false);
        expect(may(person, verb, 'admissionregistration.k8s.io/validatingadmissionpolicies')).toBe(false);
        expect(may(person, verb, 'admissionregistration.k8s.io/validatingadmissionpolicybindings')).toBe(false);
      }
      expect(may(person, 'impersonate', '/users')).toBe(false);
      expect(may(person, 'create', '/nodes/proxy')).toBe(false);
    },
  );

  it('keeps them out of the namespaces of the platform, but for Emergency', () => {
    const refused = people.filter((person) => refusedInPlatform(of(where(person)), person));
    expect(refused).toEqual(['ReadOnly', 'PowerUser', 'Manual']);
  });
});

describe('emergency access', () => {
  it('compiles in production and nowhere else', () => {
    const units = (cluster: string) => of(cluster).filter((object) => object.unit === 'emergency-access').length;
    expect(units(production)).toBeGreaterThan(0);
    expect(units(test)).toBe(0);
    expect(ofKind(of(production), 'ValidatingAdmissionPolicy').length).toBe(
      ofKind(of(test), 'ValidatingAdmissionPolicy').length + 1,
    );
  });
});

describe('docs/roles.md', () => {
  it('has the table as the compiled roles make it', () => {
    const file = `${root}/docs/roles.md`;
    const [begin, end] = ['<!-- made by test/channels/roles.test.ts -->', '<!-- end -->'];
    const text = readFileSync(file, 'utf8');
    const [before, rest = ''] = text.split(begin);
    const fresh = `${before}${begin}\n${table()}${end}${rest.split(end)[1] ?? ''}`;
    if (process.env.UPDATE_DOCS === '1') writeFileSync(file, fresh);
    else expect(text).toBe(fresh);
  });
});

function table(): string {
  const header = ['', ...people];
  const lines = [header, header.map((_, index) => (index === 0 ? '---' : ':-:'))];
  const environment = (person: Person) => {
    const bound = [production, test].filter((cluster) => boundRoles(of(cluster), person).length > 0);
    return bound.length === 2 ? 'everywhere' : bound[0] === production ? 'production' : 'elsewhere';
  };
  lines.push(['bound in', ...people.map(environment)]);
  for (const [row, all] of rows) {
    lines.push([
      row,
      ...people.map((person) => {
        const allowed = all.filter((deed) => may(person, deed.verb, deed.resource)).length;
        return allowed === all.length ? 'yes' : allowed === 0 ? '' : `${allowed} of ${all.length}`;
      }),
    ]);
  }
  lines.push([
    'change anything in `kube-system`, `visibility`, `emergency-access`',
    ...people.map((person) =>
      refusedInPlatform(of(where(person)), person) || !may(person, 'create', '/pods') ? '' : 'yes',
    ),
  ]);
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
