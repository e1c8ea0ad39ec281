/** The network between pods, the addresses of services, and names: rows on flannel, kube-proxy and CoreDNS. */
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Artifact, JsonObject } from '../../src/model.ts';
import {
  at,
  type CompiledObject,
  compileArtifacts,
  compileObjects,
  compileVariant,
  list,
  nameOf,
  ofKind,
} from './compiled.ts';
import { templateOf } from './variants.ts';

const clusters = ['kube-1', 'kube-2', 'data-1', 'lab-1'];
let compiled: ReadonlyMap<string, readonly CompiledObject[]>;
let artifacts: readonly Artifact[];
beforeAll(async () => {
  compiled = await compileObjects(clusters);
  artifacts = await compileArtifacts(['kube-1']);
});

const ofUnit = (objects: readonly CompiledObject[] | undefined, unit: string) =>
  (objects ?? []).filter((object) => object.unit === unit);
const dataOf = (objects: readonly CompiledObject[], unit: string, key: string) =>
  String(at(ofKind(ofUnit(objects, unit), 'ConfigMap')[0], 'data', key));

describe('flannel', () => {
  it.each(clusters)('has the pod network of %s, as kube-proxy has it', (cluster) => {
    const objects = compiled.get(cluster) ?? [];
    const network = JSON.parse(dataOf(objects, 'flannel', 'net-conf.json')) as JsonObject;
    const proxy = parse(dataOf(objects, 'kube-proxy', 'config.yaml')) as JsonObject;
    expect(network.Network).toBe('10.2.0.0/15');
    expect(proxy.clusterCIDR).toBe(network.Network);
    expect(network.EnableNFTables, 'both write rules through the same interface').toBe(proxy.mode === 'nftables');
  });

  it('talks at the port that security groups open between all nodes', () => {
    const network = JSON.parse(dataOf(compiled.get('kube-1') ?? [], 'flannel', 'net-conf.json')) as JsonObject;
    const port = at(network, 'Backend', 'Port');
    const resources = Object.values(at(templateOf(artifacts, 'kube-1', 'cluster'), 'Resources') as JsonObject);
    const rules = resources.filter(
      (resource) =>
        at(resource, 'Type') === 'AWS::EC2::SecurityGroupIngress' &&
        at(resource, 'Properties', 'FromPort') === port &&
        at(resource, 'Properties', 'IpProtocol') === 'udp',
    );
    const pairs = rules.map((rule) =>
      [
        at(rule, 'Properties', 'SourceSecurityGroupId', 'Ref') ?? at(rule, 'Properties', 'SourceSecurityGroupId'),
        at(rule, 'Properties', 'GroupId', 'Ref') ?? at(rule, 'Properties', 'GroupId'),
      ].map((group) => JSON.stringify(group)),
    );
    // Masters and workers, each to each.
    expect(new Set(pairs.map((pair) => pair.join(' to '))).size).toBe(4);
  });

  it('shows the container runtime its configuration only once the daemon is ready', () => {
    const daemonSet = ofKind(ofUnit(compiled.get('kube-1'), 'flannel'), 'DaemonSet')[0];
    const init = list(daemonSet, 'spec', 'template', 'spec', 'initContainers');
    expect(init.map((container) => at(container, 'name'))).toEqual([
      'install-plugin',
      'kube-flannel',
      'install-configuration',
    ]);
    expect(at(init[1], 'restartPolicy')).toBe('Always');
    expect(at(init[1], 'startupProbe', 'httpGet', 'path')).toBe('/readyz');
  });

  it.each<[string, JsonObject, RegExp]>([
    ['pods where services are', { shared: { pod_cidr: '10.5.0.0/16' } }, /pod_cidr .* overlaps service_cidr/],
    ['pods where the VPC is', { shared: { pod_cidr: '172.31.0.0/16' } }, /pod_cidr .* overlaps the VPC/],
    [
      'services where the VPC is',
      { shared: { service_cidr: '172.31.0.0/16' } },
      /overlaps the VPC|is not in service_cidr/,
    ],
  ])('refuses %s', async (_, config, message) => {
    await expect(compileVariant('kube-1', config)).rejects.toThrow(message);
  });
});

describe('kube-proxy', () => {
  it('is not privileged, and is of the minor of the cluster', () => {
    const daemonSet = ofKind(ofUnit(compiled.get('kube-1'), 'kube-proxy'), 'DaemonSet')[0];
    const container = list(daemonSet, 'spec', 'template', 'spec', 'containers')[0];
    expect(at(container, 'securityContext', 'privileged')).toBeUndefined();
    expect(at(container, 'securityContext', 'capabilities', 'drop')).toEqual(['ALL']);
    const proxy = parse(dataOf(compiled.get('kube-1') ?? [], 'kube-proxy', 'config.yaml')) as JsonObject;
    expect(proxy.conntrack, "kernel settings are the node's").toMatchObject({ maxPerCore: 0, min: 0 });
  });
});

describe('coredns', () => {
  /** Zones of each server block; throws where braces do not balance. */
  const blocksOf = (corefile: string): readonly (readonly string[])[] => {
    let depth = 0;
    const blocks: string[][] = [];
    for (const line of corefile.split('\n')) {
      if (line.endsWith('{')) {
        if (depth === 0) blocks.push(line.slice(0, -1).trim().split(' '));
        depth++;
      } else if (line.trim() === '}') depth--;
      expect(depth, corefile).toBeGreaterThanOrEqual(0);
    }
    expect(depth, corefile).toBe(0);
    return blocks;
  };
  const corefileOf = (objects: readonly CompiledObject[]) => dataOf(objects, 'coredns', 'Corefile');
  const daemonSetOf = (objects: readonly CompiledObject[]) => ofKind(ofUnit(objects, 'coredns'), 'DaemonSet')[0];

  it.each<[string, JsonObject, readonly string[]]>([
    ['by default', {}, ['ingress.cluster.local', 'cluster.local', '.']],
    [
      'with zones of other name servers',
      { custom_zones: { 'corp.example.org': { nameservers: ['10.9.0.2'] } } },
      ['corp.example.org', 'ingress.cluster.local', 'cluster.local', '.'],
    ],
    [
      'without a bound on what waits upstream',
      { max_upstream_concurrency: 0 },
      ['ingress.cluster.local', 'cluster.local', '.'],
    ],
  ])('serves its zones once, %s', async (_, coredns, zones) => {
    const corefile = corefileOf(await compileVariant('kube-1', { coredns }));
    const blocks = blocksOf(corefile);
    expect(blocks.map(([zone]) => zone)).toEqual(zones.map((zone) => `${zone}:9254`));
    const all = blocks.flat();
    expect(new Set(all).size).toBe(all.length);
    expect(all).toContain('10.2.0.0/15:9254');
    expect(corefile.includes('max_concurrent')).toBe(coredns.max_upstream_concurrency !== 0);
  });

  it('refuses a zone that it serves already, and traces without a place to go', async () => {
    const zone = { custom_zones: { 'cluster.local': { nameservers: ['10.9.0.2'] } } };
    await expect(compileVariant('kube-1', { coredns: zone })).rejects.toThrow(/served twice/);
    const traces = { tracing_endpoints: ['traces.example.org'] };
    await expect(compileVariant('kube-1', { coredns: traces })).rejects.toThrow(/tracing_local_endpoint/);
  });

  it.each([
    ['kube-1', ['dnsmasq', 'dnsmasq-metrics', 'coredns']],
    ['kube-2', ['unbound', 'unbound-metrics', 'coredns']],
  ])('answers by the cache of %s', (cluster, containers) => {
    const objects = compiled.get(cluster) ?? [];
    const found = list(daemonSetOf(objects), 'spec', 'template', 'spec', 'containers');
    expect(found.map((container) => at(container, 'name'))).toEqual(containers);
    expect(at(daemonSetOf(objects), 'spec', 'updateStrategy', 'type')).toBe('OnDelete');
    const keys = Object.keys(at(ofKind(ofUnit(objects, 'coredns'), 'ConfigMap')[0], 'data') as JsonObject);
    expect(keys.includes('unbound.conf')).toBe(cluster === 'kube-2');
  });

  it('has the address that kubelets are told, and answers with the address of the internal routers', () => {
    const objects = compiled.get('kube-1') ?? [];
    const service = ofKind(ofUnit(objects, 'coredns'), 'Service')[0];
    const internal = ofKind(ofUnit(objects, 'skipper'), 'Service').find(
      (found) => nameOf(found) === 'skipper-internal',
    );
    expect(at(service, 'spec', 'clusterIP')).toBe('10.5.0.11');
    expect(corefileOf(objects)).toContain(`IN A ${String(at(internal, 'spec', 'clusterIP'))}`);
    const outside = compileVariant('kube-1', { shared: { dns_service_ip: '10.6.0.11' } });
    return expect(outside).rejects.toThrow(/dns_service_ip .* is not in service_cidr/);
  });
});
