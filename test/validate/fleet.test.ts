/** Rules that judge whole clusters and fleets: pools, addresses, owners, overlays, dates. */
import { describe, expect, test } from 'vitest';
import type { Place } from '../../src/errors.ts';
import type { Channel, ClusterPlan, Config, JsonObject, NodePool, Repository, Setting, Unit } from '../../src/model.ts';
import type { Rule } from '../../src/validate/rule.ts';
import { factsAge } from '../../src/validate/rules/facts-age.ts';
import { kubernetesSupport } from '../../src/validate/rules/kubernetes-support.ts';
import { poolArchitecture } from '../../src/validate/rules/pool-architecture.ts';
import { redundantOverlay } from '../../src/validate/rules/redundant-overlay.ts';
import { schedulablePod } from '../../src/validate/rules/schedulable-pod.ts';
import { serviceAddresses } from '../../src/validate/rules/service-addresses.ts';
import { uniqueDnsOwner } from '../../src/validate/rules/unique-dns-owner.ts';
import { validate } from '../../src/validate/run.ts';
import { artifactsOf, data, documents, planOf } from './harness.ts';

const place: Place = { file: 'clusters/kube-1.yaml', line: 7, column: 3 };

interface ClusterOptions {
  readonly name?: string;
  readonly objects?: string;
  readonly pools?: readonly NodePool[];
  readonly facts?: JsonObject;
  readonly shared?: Config;
  readonly units?: readonly { readonly unit: Unit; readonly config: Config }[];
}

function messages(
  rule: Rule,
  clusters: readonly ClusterOptions[],
  options: { readonly now?: string; readonly kubernetes?: string } = {},
): readonly string[] {
  const plans = clusters.map((options_): ClusterPlan => {
    const base = planOf({ facts: options_.facts });
    const name = options_.name ?? 'kube-1';
    return {
      ...base,
      cluster: { ...base.cluster, name, nodePools: options_.pools ?? [], factsFile: base.cluster.file },
      shared: new Map(options_.shared ? [['beta', options_.shared]] : []),
      units: (options_.units ?? []).map((unit) => ({ ...unit, enabled: true })),
    };
  });
  const channel: Channel = {
    name: 'beta',
    folder: 'channels/beta',
    manifest: { file: 'channels/beta/channel.yaml', value: {}, places: new Map(), keyPlaces: new Map() },
    kubernetes: options.kubernetes ?? '1.34',
    layerKinds: [],
    units: new Map(),
    library: [],
  };
  const repository: Repository = {
    tree: { label: 'test', kind: () => undefined, list: () => [], read: () => undefined },
    channels: new Map([['beta', channel]]),
    clusters: plans.map((plan) => plan.cluster),
  };
  const artifacts = clusters.flatMap((options_) =>
    artifactsOf(documents(options_.objects ?? '')).map((artifact, index) => ({
      ...artifact,
      cluster: options_.name ?? 'kube-1',
      path: artifact.kind === 'template' ? `cloudformation/node-pool-worker-${index}/template.yaml` : artifact.path,
      ...(artifact.kind === 'template' ? { pool: 'worker-1' } : {}),
    })),
  );
  const result = validate({
    repository,
    plans,
    artifacts,
    data,
    rules: [rule],
    locate: () => undefined,
    outputPlace: () => undefined,
    readSource: () => undefined,
    sourceFiles: [],
    now: new Date(options.now ?? '2026-06-01'),
  });
  return result.findings.map((finding) => finding.message);
}

function pool(...instanceTypes: readonly string[]): NodePool {
  return {
    name: 'worker-1',
    profile: 'worker',
    instanceTypes,
    discountStrategy: 'none',
    minSize: 1,
    maxSize: 3,
    config: {},
    place,
  };
}

function config(values: Readonly<Record<string, readonly (readonly [layer: string, value: string])[]>>): Config {
  const settings = new Map(
    Object.entries(values).map(([key, chain]) => [
      `/${key}`,
      chain.map(([layer, value]): Setting => ({ value, origin: { layer, place } })),
    ]),
  );
  return { value: Object.fromEntries(Object.entries(values).map(([key, chain]) => [key, chain[0]![1]])), settings };
}

const nodes = (labels: string, taint = '') => `Resources:
  LaunchTemplate:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        UserData:
          Fn::Base64: |
            #cloud-config
            write_files:
            - path: /etc/kubelet.yaml
              content: |
                kind: KubeletConfiguration
                registerWithTaints: [${taint}]
            - path: /usr/local/sbin/start
              content: |
                labels='${labels}'
`;
const workload = (spec: string, kind = 'Deployment') => `---
apiVersion: apps/v1
kind: ${kind}
metadata: {name: web, namespace: default}
spec: {template: {metadata: {labels: {app: web}}, spec: {${spec}}}}
`;
const dedicated = '{key: dedicated, value: skipper, effect: NoSchedule}';

describe('schedulable-pod', () => {
  test.each([
    ['no wish', nodes('role=worker') + workload('containers: []'), 0],
    ['a label that is there', nodes('role=worker') + workload('nodeSelector: {role: worker}'), 0],
    ['a label that is not', nodes('role=worker') + workload('nodeSelector: {role: wroker}'), 1],
    ['a label that the cloud gives', nodes('role=worker') + workload('nodeSelector: {kubernetes.io/arch: arm64}'), 0],
    [
      'a DaemonSet for nodes that are not there',
      nodes('role=worker') + workload('nodeSelector: {gpu: "1"}', 'DaemonSet'),
      0,
    ],
    ['a taint', nodes('role=worker', dedicated) + workload('containers: []'), 1],
    ['a taint and its toleration', nodes('role=worker', dedicated) + workload(`tolerations: [${dedicated}]`), 0],
    ['another value', nodes('role=worker', dedicated) + workload('tolerations: [{key: dedicated, value: x}]'), 1],
    ['any taint', nodes('role=worker', dedicated) + workload('tolerations: [{operator: Exists}]'), 0],
  ])('%s', (_, objects, count) => {
    expect(messages(schedulablePod, [{ objects, pools: [pool('m6i.large')] }])).toHaveLength(count);
  });
});

describe('pool-architecture', () => {
  test.each([
    [['m6i.large', 'm5.large'], 0],
    [['m6i.large', 'm6g.large'], 1],
    [['m6i.lage'], 1],
  ])('%j', (types, count) => {
    expect(messages(poolArchitecture, [{ pools: [pool(...types)] }])).toHaveLength(count);
  });
});

describe('service-addresses', () => {
  const shared = (pods: string, services: string, dns: string) =>
    config({
      pod_cidr: [['default', pods]],
      service_cidr: [['default', services]],
      dns_service_ip: [['default', dns]],
    });
  const facts = { vpc: { cidr: '172.31.0.0/16' } };
  test.each([
    ['apart', shared('10.2.0.0/15', '10.5.0.0/16', '10.5.0.11'), 0],
    ['pods over the VPC', shared('172.16.0.0/12', '10.5.0.0/16', '10.5.0.11'), 1],
    ['services inside pods', shared('10.0.0.0/8', '10.5.0.0/16', '10.5.0.11'), 1],
    ['DNS outside services', shared('10.2.0.0/15', '10.5.0.0/16', '10.6.0.11'), 1],
    ['the next block', shared('10.4.0.0/16', '10.5.0.0/16', '10.5.0.11'), 0],
  ])('%s', (_, value, count) => {
    expect(messages(serviceAddresses, [{ shared: value, facts }])).toHaveLength(count);
  });
});

describe('unique-dns-owner', () => {
  const dns = (owner: string) => `apiVersion: v1
kind: Pod
metadata: {name: dns, namespace: kube-system}
spec: {containers: [{name: dns, args: ["--txt-owner-id=${owner}"]}]}
`;
  const two = (a: string, b: string, zone: string) =>
    messages(uniqueDnsOwner, [
      { name: 'kube-1', objects: dns(a), facts: { hosted_zone: { id: 'Z1' } } },
      { name: 'kube-2', objects: dns(b), facts: { hosted_zone: { id: zone } } },
    ]);
  test('one owner in one zone is found', () => expect(two('x', 'x', 'Z1')).toHaveLength(1));
  test('in two zones it is no fault', () => expect(two('x', 'x', 'Z2')).toEqual([]));
  test('two owners are no fault', () => expect(two('x', 'y', 'Z1')).toEqual([]));
});

describe('redundant-overlay', () => {
  const unit = { name: 'dns', kind: 'component', provided: [] as Unit['provided'] } as Unit;
  test('what repeats the default is found, what differs is not', () => {
    const units = [
      {
        unit,
        config: config({
          same: [
            ['cluster', 'a'],
            ['default', 'a'],
          ],
          other: [
            ['cluster', 'b'],
            ['default', 'a'],
          ],
          layer: [
            ['environment/test', 'a'],
            ['default', 'a'],
          ],
        }),
      },
    ];
    const found = messages(redundantOverlay, [{ units }]);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('dns.same repeats what default says');
  });
});

describe('dates', () => {
  test('facts of half a year ago', () => {
    const facts = { captured: '2026-01-01' };
    expect(messages(factsAge, [{ facts }], { now: '2026-03-01' })).toEqual([]);
    expect(messages(factsAge, [{ facts }], { now: '2026-09-01' })).toHaveLength(1);
  });
  test('a minor at its end', () => {
    expect(messages(kubernetesSupport, [{}], { now: '2026-01-01', kubernetes: '1.34' })).toEqual([]);
    expect(messages(kubernetesSupport, [{}], { now: '2026-09-01', kubernetes: '1.34' })[0]).toContain(
      'gets fixes until',
    );
    expect(messages(kubernetesSupport, [{}], { now: '2026-12-01', kubernetes: '1.34' })[0]).toContain('no fixes since');
  });
});
