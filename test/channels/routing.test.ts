/** Traffic from outside and inside: DNS records, load balancers, routers, and what makes routes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { openWorkTree } from '../../src/load/tree.ts';
import type { Artifact, JsonObject, JsonValue } from '../../src/model.ts';
import {
  at,
  type CompiledObject,
  compileArtifacts,
  compileObjects,
  compileVariant,
  list,
  nameOf,
  ofKind,
  root,
} from './compiled.ts';
import { compileVariants, templateOf } from './variants.ts';

const ofUnit = (objects: readonly CompiledObject[] | undefined, unit: string) =>
  (objects ?? []).filter((object) => object.unit === unit);
const podOf = (object: JsonValue | undefined) => at(object, 'spec', 'template', 'spec');
const named = (objects: readonly CompiledObject[], kind: string, name: string) =>
  ofKind(objects, kind).find((object) => nameOf(object) === name);
const argsOf = (object: JsonValue | undefined, container = 0) =>
  list(podOf(object), 'containers', container, 'args').map(String);
const valuesOf = (args: readonly string[], flag: string) =>
  args.flatMap((arg) => (arg.replace(/^--?/, '').startsWith(`${flag}=`) ? [arg.slice(arg.indexOf('=') + 1)] : []));

/** All clusters of this repository, by their files. */
const fleet = openWorkTree(root)
  .list('clusters')
  .flatMap((entry) => (entry.name.endsWith('.facts.yaml') ? [] : [entry.name.replace('.yaml', '')]));
let compiled: ReadonlyMap<string, readonly CompiledObject[]>;
let artifacts: readonly Artifact[];
beforeAll(async () => {
  compiled = await compileObjects(fleet);
  artifacts = await compileArtifacts(['kube-1', 'kube-2']);
});

const statementsOf = (cluster: string, role: string) =>
  list(
    at(templateOf(artifacts, cluster, 'cluster'), 'Resources', role),
    'Properties',
    'Policies',
    0,
    'PolicyDocument',
    'Statement',
  );

describe('external-dns', () => {
  it('has an owner in every cluster that no other has', () => {
    const owners = fleet.flatMap((cluster) =>
      valuesOf(argsOf(ofKind(ofUnit(compiled.get(cluster), 'external-dns'), 'Deployment')[0]), 'txt-owner-id'),
    );
    expect(owners.length).toBe(fleet.length);
    expect(new Set(owners).size).toBe(owners.length);
  });

  it("may change records of the cluster's own zone alone", () => {
    const changes = statementsOf('kube-1', 'ExternalDNSIAMRole').filter((statement) =>
      JSON.stringify(at(statement, 'Action')).includes('ChangeResourceRecordSets'),
    );
    const facts = parse(readFileSync(join(root, 'clusters/kube-1.facts.yaml'), 'utf8')) as JsonObject;
    expect(changes.map((statement) => at(statement, 'Resource'))).toEqual([
      `arn:aws:route53:::hostedzone/${String(at(facts, 'hosted_zone', 'id'))}`,
    ]);
  });
});

describe('ingress-controller', () => {
  const controllerOf = (cluster: string) =>
    ofKind(ofUnit(compiled.get(cluster), 'ingress-controller'), 'Deployment')[0];
  const routerOf = (cluster: string) => named(compiled.get(cluster) ?? [], 'Deployment', 'skipper-ingress');
  const rulesTo = (cluster: string, port: number) =>
    Object.values(at(templateOf(artifacts, cluster, 'cluster'), 'Resources') as JsonObject).filter((resource) => {
      const from = at(resource, 'Properties', 'FromPort');
      const to = at(resource, 'Properties', 'ToPort');
      return (
        at(resource, 'Type') === 'AWS::EC2::SecurityGroupIngress' &&
        typeof from === 'number' &&
        typeof to === 'number' &&
        from <= port &&
        port <= to
      );
    });

  it.each([
    ['kube-1', 'network'],
    ['kube-2', 'application'],
  ])('on %s makes load balancers of the kind %s, and groups and routers agree', (cluster, kind) => {
    const args = argsOf(controllerOf(cluster));
    expect(valuesOf(args, 'load-balancer-type')).toEqual([kind]);
    const [https] = valuesOf(args, 'target-port').map(Number);
    const router = argsOf(routerOf(cluster));
    expect(valuesOf(router, 'address')).toEqual([`:${https}`]);

    const network = kind === 'network';
    const sources = rulesTo(cluster, Number(https)).map((rule) =>
      at(rule, 'Properties', 'CidrIp') !== undefined ? 'anywhere' : 'group',
    );
    expect(sources).toEqual([network ? 'anywhere' : 'group']);
    // A network load balancer adds no headers and cannot redirect: the router's pod does both.
    expect(valuesOf(router, 'forwarded-headers').length).toBe(network ? 1 : 0);
    const names = list(podOf(routerOf(cluster)), 'containers').map((container) => at(container, 'name'));
    expect(names.includes('http-redirect')).toBe(network);
    expect(args.includes('--redirect-http-to-https')).toBe(!network);
    if (network) {
      const [http] = valuesOf(args, 'nlb-http-target-port').map(Number);
      const redirect = list(podOf(routerOf(cluster)), 'containers').find(
        (found) => at(found, 'name') === 'http-redirect',
      );
      expect(at(redirect, 'ports', 0, 'containerPort')).toBe(http);
      expect(rulesTo(cluster, Number(http)).length).toBe(1);
    }
  });

  it('excludes from forwarded headers what did not come by a load balancer', () => {
    const excluded = valuesOf(argsOf(routerOf('kube-1')), 'forwarded-headers-exclude-cidrs');
    expect(excluded).toEqual(['10.2.0.0/15,172.31.0.0/16']);
  });

  it("changes nothing that does not carry the cluster's tag, but listeners, which can carry none", () => {
    const open = statementsOf('kube-1', 'IngressControllerIAMRole').filter((statement) => {
      const actions = [at(statement, 'Action')].flat().map(String);
      const reads = actions.every((action) => /:(Describe|Get|List)/.test(action));
      const stacks = String(at(statement, 'Resource')).includes('stack/kube-ingress-aws-controller-aws-');
      return !reads && !stacks && at(statement, 'Condition') === undefined;
    });
    expect(open.map((statement) => at(statement, 'Sid'))).toEqual(['ChangeListeners']);
  });

  it('caps the memory of the container that runs', () => {
    const objects = ofUnit(compiled.get('kube-1'), 'ingress-controller');
    const policy = list(ofKind(objects, 'VerticalPodAutoscaler')[0], 'spec', 'resourcePolicy', 'containerPolicies')[0];
    expect(at(policy, 'containerName')).toBe(at(podOf(controllerOf('kube-1')), 'containers', 0, 'name'));
    expect(at(policy, 'maxAllowed', 'memory')).toBe('4Gi');
  });
});

describe('skipper', () => {
  interface Row {
    readonly name: string;
    readonly config: JsonObject;
    readonly with?: JsonObject;
  }
  const rows = parse(readFileSync(join(root, 'test/channels/variants/skipper.yaml'), 'utf8')) as Row[];
  const pool = (labels: JsonObject) => ({
    profile: 'worker-splitaz',
    instance_types: ['m6i.large'],
    discount_strategy: 'none',
    min_size: 0,
    max_size: 3,
    config: { labels },
  });
  const matrix: readonly Row[] = [{ name: 'by default', config: {} }, ...rows];
  let objects: readonly (readonly CompiledObject[])[];
  beforeAll(async () => {
    const found = await compileVariants(
      Object.fromEntries(
        matrix.map((row, index) => [
          `v${index}`,
          {
            node_pools: { workers: pool({}), ingress: pool({ dedicated: 'skipper-ingress' }) },
            config: { ...row.with, skipper: row.config },
          },
        ]),
      ),
    );
    objects = matrix.map((_, index) =>
      found
        .filter((artifact) => artifact.cluster === `v${index}` && artifact.kind === 'object')
        .map((artifact) => ({ unit: artifact.unit.name, value: artifact.value as JsonObject })),
    );
  });

  it.each(matrix.map((row, index) => [row.name, index] as const))(
    '%s: routes have one source, autoscalers a target, ports of the node one owner',
    (_, index) => {
      const row = matrix[index] as Row;
      const mine = ofUnit(objects[index], 'skipper');
      const mode = at(row.config, 'routesrv', 'mode') ?? 'enabled';
      const routers = ofKind(mine, 'Deployment').filter(
        (found) =>
          nameOf(found).startsWith('skipper-ingress') &&
          !nameOf(found).includes('routesrv') &&
          !nameOf(found).includes('cost'),
      );
      expect(routers.map(nameOf).sort()).toEqual(
        at(row.config, 'canary') === false ? ['skipper-ingress'] : ['skipper-ingress', 'skipper-ingress-canary'],
      );
      expect(named(mine, 'Deployment', 'skipper-ingress-routesrv') !== undefined).toBe(mode !== 'disabled');
      for (const router of routers) {
        const args = argsOf(router);
        expect(valuesOf(args, 'routes-urls').length).toBe(mode === 'enabled' ? 1 : 0);
        expect(valuesOf(args, 'kubernetes')).toEqual(mode === 'enabled' ? [] : ['true']);
        // Routers that read nothing have no rights, and no token.
        expect(at(podOf(router), 'automountServiceAccountToken')).toBe(mode !== 'enabled');
        // No flag twice, but those that are lists.
        const flags = args.map((arg) => arg.slice(0, arg.indexOf('=')));
        const repeated = flags.filter((flag, position) => flags.indexOf(flag) !== position);
        expect(repeated.filter((flag) => !['-edit-route', '-refuse-payload'].includes(flag))).toEqual([]);
      }

      const redis = at(row.config, 'redis', 'enabled') !== false;
      expect(named(mine, 'StatefulSet', 'skipper-ingress-redis') !== undefined).toBe(redis);
      expect(argsOf(routers[0]).includes('-enable-swarm=true')).toBe(redis);

      for (const autoscaler of ofKind(mine, 'HorizontalPodAutoscaler')) {
        const target = at(autoscaler, 'spec', 'scaleTargetRef') as JsonObject;
        const workload = named(mine, String(target.kind), String(target.name));
        expect(workload, nameOf(autoscaler)).toBeDefined();
        expect(at(workload, 'spec', 'replicas'), 'an autoscaler owns the number').toBeUndefined();
      }

      const onEveryNode = (objects[index] ?? []).filter(
        (found) => found.value.kind === 'DaemonSet' && at(podOf(found.value), 'hostNetwork') === true,
      );
      const ports = [...onEveryNode.map((found) => found.value), routers[0] as JsonObject].flatMap((workload) =>
        ['containers', 'initContainers']
          .flatMap((field) => list(podOf(workload), field))
          .flatMap((container) =>
            list(container, 'ports').map(
              (port) => `${String(at(port, 'containerPort'))}/${String(at(port, 'protocol') ?? 'TCP')}`,
            ),
          ),
      );
      expect(ports.filter((port, position) => ports.indexOf(port) !== position)).toEqual([]);
    },
  );

  it.each([
    [{ min_replicas: 3 }, 2],
    [{ min_replicas: 3, canary: false }, 3],
    [{ min_replicas: 1 }, 1],
  ])('counts the canary as one of the fewest routers: %j', async (config, fewest) => {
    const mine = ofUnit(await compileVariant('kube-1-test', { skipper: config }), 'skipper');
    expect(at(named(mine, 'HorizontalPodAutoscaler', 'skipper-ingress'), 'spec', 'minReplicas')).toBe(fewest);
  });

  it('ends only when load balancers have left and idle connections are closed', () => {
    const router = named(compiled.get('kube-1') ?? [], 'Deployment', 'skipper-ingress');
    const args = argsOf(router);
    const seconds = ['wait-for-healthcheck-interval', 'idle-timeout-server'].map((flag) =>
      Number.parseInt(valuesOf(args, flag)[0] ?? '', 10),
    );
    expect(at(podOf(router), 'terminationGracePeriodSeconds')).toBe(392);
    expect(seconds).toEqual([40, 352]);
  });

  it('stands on its own pool where it has one, and refuses a pool that is not there', async () => {
    const router = named(compiled.get('kube-1') ?? [], 'Deployment', 'skipper-ingress');
    expect(at(podOf(router), 'nodeSelector', 'dedicated')).toBe('skipper-ingress');
    expect(list(podOf(router), 'tolerations').map((toleration) => at(toleration, 'value'))).toEqual([
      'skipper-ingress',
    ]);
    const config = { skipper: { dedicated_pool: 'routers' } };
    await expect(compileVariant('kube-1', config)).rejects.toThrow(/no node pool has the label dedicated=routers/);
  });

  it.each<[JsonObject, RegExp]>([
    [{ oauth2_login: { enabled: true } }, /oauth2_login needs auth_url/],
    [{ tokeninfo: { mode: 'production' } }, /tokeninfo.mode production needs provider_url/],
    [{ open_policy_agent: { enabled: true } }, /open_policy_agent needs bundle_url/],
    [{ min_replicas: 60 }, /min_replicas is more than max_replicas/],
  ])('refuses what lacks its half: %j', async (config, message) => {
    await expect(compileVariant('kube-1-test', { skipper: config })).rejects.toThrow(message);
  });
});

describe('resources of routes', () => {
  it('nobody reads, writes or may touch RouteGroups where there are none', async () => {
    const found = (await compileVariants({ none: { config: { 'routegroup-crd': { enabled: false } } } })).flatMap(
      (artifact) =>
        artifact.kind === 'object' ? [{ unit: artifact.unit.name, value: artifact.value as JsonObject }] : [],
    );
    const granted = ofKind(found, 'ClusterRole').flatMap((role) =>
      list(role, 'rules').flatMap((rule) =>
        list(rule, 'resources').some((resource) => String(resource).startsWith('routegroups')) ? [nameOf(role)] : [],
      ),
    );
    expect(granted).toEqual([]);
    const dns = ofKind(ofUnit(found, 'external-dns'), 'Deployment')[0];
    expect(valuesOf(argsOf(dns), 'source')).toEqual(['service', 'ingress']);
    const stacks = ofKind(ofUnit(found, 'stackset-controller'), 'Deployment')[0];
    expect(argsOf(stacks)).not.toContain('--enable-routegroup-support');
    expect(ofKind(ofUnit(found, 'fabric-gateway'), 'Deployment')).toEqual([]);
  });

  const definitionsOf = (objects: readonly CompiledObject[]) => ofKind(objects, 'CustomResourceDefinition');

  it('are small enough for an annotation of their whole text', () => {
    const sizes = definitionsOf(compiled.get('e2e-1') ?? []).map(
      (found) => [nameOf(found), JSON.stringify(found).length] as const,
    );
    expect(sizes.map(([name]) => name)).toEqual(
      expect.arrayContaining([
        'fabricgateways.zalando.org',
        'routegroups.zalando.org',
        'stacks.zalando.org',
        'stacksets.zalando.org',
      ]),
    );
    for (const [name, size] of sizes) expect(size, name).toBeLessThan(131_072);
  });

  it.each([true, false])('a RouteGroup must name hosts: %j', async (require_hosts) => {
    const found = definitionsOf(
      ofUnit(await compileVariant('kube-1', { 'routegroup-crd': { require_hosts } }), 'routegroup-crd'),
    );
    const required = list(
      found[0],
      'spec',
      'versions',
      0,
      'schema',
      'openAPIV3Schema',
      'properties',
      'spec',
      'required',
    );
    expect(required.includes('hosts')).toBe(require_hosts);
  });

  it.each<[string, string, JsonObject, string, string]>([
    ['stackset-controller', 'routegroups', { routegroups: true }, '--enable-routegroup-support', 'routegroups'],
    ['stackset-controller', 'configmaps', { configmaps: true }, '--enable-configmap-support', 'configmaps'],
    ['stackset-controller', 'secrets', { secrets: true }, '--enable-secret-support', 'secrets'],
    [
      'stackset-controller',
      'credentials',
      { platform_credentials_sets: true },
      '--enable-pcs-support',
      'platformcredentialssets',
    ],
    [
      'fabric-gateway',
      'snapshots',
      { enabled: true, snapshots: 3 },
      '-snapshots-history-limit=3',
      'controllerrevisions',
    ],
  ])('%s: %s are a flag and a rule together', async (unit, _, on, flag, resource) => {
    const off = Object.fromEntries(
      Object.entries(on).map(([key, value]) => [
        key,
        key === 'enabled' ? value : typeof value === 'number' ? 0 : false,
      ]),
    );
    for (const [config, expected] of [
      [on, true],
      [off, false],
    ] as const) {
      const mine = ofUnit(await compileVariant('kube-1', { [unit]: config }), unit);
      const resources = list(ofKind(mine, 'ClusterRole')[0], 'rules').flatMap((rule) => list(rule, 'resources'));
      expect(resources.includes(resource), resource).toBe(expected);
      expect(argsOf(ofKind(mine, 'Deployment')[0]).includes(flag), flag).toBe(expected);
    }
  });

  it('a fabric gateway can be kept without its controller, and is nothing when off', async () => {
    const kept = ofUnit(
      await compileVariant('kube-1', { 'fabric-gateway': { enabled: true, controller: false } }),
      'fabric-gateway',
    );
    expect(kept.map((object) => object.value.kind)).toEqual(['CustomResourceDefinition']);
    expect(ofUnit(compiled.get('kube-1'), 'fabric-gateway')).toEqual([]);
  });
});

describe('kube-static-egress-controller', () => {
  const blocksOf = (objects: readonly CompiledObject[]) =>
    valuesOf(argsOf(ofKind(ofUnit(objects, 'kube-static-egress-controller'), 'Deployment')[0]), 'aws-nat-cidr-block');

  it('cuts a subnet for each zone from the second quarter of the VPC', () => {
    expect(blocksOf(compiled.get('kube-1') ?? [])).toEqual(['172.31.64.0/28', '172.31.64.16/28', '172.31.64.32/28']);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['too few', ['172.31.200.0/28'], /1 networks for 3 zones/],
    ['outside', ['10.9.0.0/28', '10.9.0.16/28', '10.9.0.32/28'], /is not in the VPC/],
  ])('refuses networks that are %s', async (_, nat_cidr_blocks, message) => {
    const config = { 'kube-static-egress-controller': { enabled: true, nat_cidr_blocks } };
    await expect(compileVariant('kube-1', config)).rejects.toThrow(message);
  });

  it('is scraped at the port that it opens', () => {
    const deployment = ofKind(ofUnit(compiled.get('kube-1'), 'kube-static-egress-controller'), 'Deployment')[0];
    const annotations = at(deployment, 'spec', 'template', 'metadata', 'annotations') as JsonObject;
    expect(list(podOf(deployment), 'containers', 0, 'ports').map((port) => String(at(port, 'containerPort')))).toEqual([
      annotations['prometheus.io/port'],
    ]);
  });
});
