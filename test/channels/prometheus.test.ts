/** Prometheus against what is really there: every job finds a target, and every target is a port that a pod opens. */

import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { JsonObject, JsonValue } from '../../src/model.ts';
import { at, type CompiledObject, compileObjects, list, nameOf, ofKind } from './compiled.ts';

const clusters = ['kube-1', 'kube-2', 'kube-3', 'kube-1-test'];
let compiled: ReadonlyMap<string, readonly CompiledObject[]>;
beforeAll(async () => {
  compiled = await compileObjects(clusters);
});

interface Pod {
  readonly owner: string;
  readonly namespace: string;
  readonly labels: JsonObject;
  readonly annotations: JsonObject;
  readonly ports: readonly JsonValue[];
}

function podsOf(cluster: string): readonly Pod[] {
  const objects = compiled.get(cluster) ?? [];
  return ['Deployment', 'DaemonSet', 'StatefulSet'].flatMap((kind) =>
    ofKind(objects, kind).map((object) => ({
      owner: `${kind} ${nameOf(object)}`,
      namespace: String(at(object, 'metadata', 'namespace')),
      labels: (at(object, 'spec', 'template', 'metadata', 'labels') ?? {}) as JsonObject,
      annotations: (at(object, 'spec', 'template', 'metadata', 'annotations') ?? {}) as JsonObject,
      ports: ['containers', 'initContainers'].flatMap((field) =>
        list(object, 'spec', 'template', 'spec', field).flatMap((container) => list(container, 'ports')),
      ),
    })),
  );
}

function configuration(cluster: string): JsonObject {
  const map = ofKind(compiled.get(cluster) ?? [], 'ConfigMap').find((object) => nameOf(object) === 'prometheus');
  return parse(String(at(map, 'data', 'prometheus.yaml'))) as JsonObject;
}

const jobs = (cluster: string) => list(configuration(cluster), 'scrape_configs') as readonly JsonObject[];
const isPodJob = (job: JsonObject) => at(job, 'kubernetes_sd_configs', 0, 'role') === 'pod';

describe.each(clusters)('%s', (cluster) => {
  it('finds annotated pods at ports that they open', () => {
    const annotated = podsOf(cluster).filter((pod) => pod.annotations['prometheus.io/scrape'] === 'true');
    expect(annotated.length).toBeGreaterThan(5);
    for (const pod of annotated) {
      const port = Number(pod.annotations['prometheus.io/port']);
      expect(
        pod.ports.map((entry) => at(entry, 'containerPort')),
        pod.owner,
      ).toContain(port);
    }
  });

  it('scrapes the namespaces of all pods of the platform that are annotated, or says why not', () => {
    const job = jobs(cluster).find((candidate) => candidate.job_name === 'kubernetes-pods');
    const scraped = list(job, 'kubernetes_sd_configs', 0, 'namespaces', 'names');
    const missed = podsOf(cluster)
      .filter((pod) => pod.annotations['prometheus.io/scrape'] === 'true' && !scraped.includes(pod.namespace))
      .map((pod) => pod.owner);
    expect(missed).toEqual([]);
  });

  it('may look at pods wherever a job does', () => {
    const roles = ofKind(compiled.get(cluster) ?? [], 'Role').filter((role) => nameOf(role) === 'prometheus');
    const allowed = roles.map((role) => at(role, 'metadata', 'namespace'));
    for (const job of jobs(cluster).filter(isPodJob)) {
      for (const namespace of list(job, 'kubernetes_sd_configs', 0, 'namespaces', 'names')) {
        expect(allowed).toContain(namespace);
      }
    }
  });

  it('finds the pods and ports that its jobs name', () => {
    for (const job of jobs(cluster).filter(isPodJob)) {
      // A keep by label and port name: `coredns;cache-metrics`.
      const named = list(job, 'relabel_configs').find((relabel) =>
        list(relabel, 'source_labels').includes('__meta_kubernetes_pod_container_port_name'),
      );
      if (named === undefined) continue;
      const [application, port] = String(at(named, 'regex')).split(';');
      const target = podsOf(cluster).find((pod) => pod.labels['app.kubernetes.io/name'] === application);
      expect(target, `${String(job.job_name)}: ${application}`).toBeDefined();
      expect(target?.ports.map((entry) => at(entry, 'name'))).toContain(port);
    }
  });

  it('records series of programs that are there', () => {
    const map = ofKind(compiled.get(cluster) ?? [], 'ConfigMap').find((object) => nameOf(object) === 'prometheus');
    const rules = String(at(map, 'data', 'rules.yaml'));
    const matchers = [...rules.matchAll(/application=\\?"([^"\\]+)\\?", component=~\\?"([^"\\]+)\\?"/g)];
    expect(matchers.length).toBeGreaterThan(0);
    for (const [, application, component] of matchers) {
      const found = podsOf(cluster).filter(
        (pod) =>
          pod.labels['app.kubernetes.io/name'] === application &&
          new RegExp(`^(?:${component})$`).test(String(pod.labels['app.kubernetes.io/component'])),
      );
      expect(found.length, `${application}/${component}`).toBeGreaterThan(0);
    }
  });

  it('keeps less than its volume holds', () => {
    const set = ofKind(compiled.get(cluster) ?? [], 'StatefulSet').find((object) => nameOf(object) === 'prometheus');
    const retention = list(set, 'spec', 'template', 'spec', 'containers', 0, 'args')
      .map((argument) => /^--storage\.tsdb\.retention\.size=(\d+)MB$/.exec(String(argument))?.[1])
      .find((size) => size !== undefined);
    const size = String(at(set, 'spec', 'volumeClaimTemplates', 0, 'spec', 'resources', 'requests', 'storage'));
    expect(size).toMatch(/^\d+Gi$/);
    expect(Number(retention)).toBeLessThan(Number.parseInt(size, 10) * 1024);
  });
});
