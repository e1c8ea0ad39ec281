/** Access to AWS by service accounts, and programs that look at everything: who gets what. */
import { beforeAll, describe, expect, it } from 'vitest';
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
} from './compiled.ts';

const clusters = ['kube-1', 'kube-2', 'kube-3', 'kube-4', 'kube-1-test', 'lab-1'];
let compiled: ReadonlyMap<string, readonly CompiledObject[]>;
let artifacts: readonly Artifact[];
beforeAll(async () => {
  compiled = await compileObjects(clusters);
  artifacts = await compileArtifacts(clusters);
});

const ofUnit = (objects: readonly CompiledObject[] | undefined, unit: string) =>
  (objects ?? []).filter((object) => object.unit === unit);
const podOf = (object: JsonValue | undefined) => at(object, 'spec', 'template', 'spec');

interface TrustedRole {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly audience: JsonValue | undefined;
}

/** Roles of a cluster's stacks that service accounts may assume. */
function trustedRoles(cluster: string): readonly TrustedRole[] {
  return artifacts
    .filter((artifact) => artifact.cluster === cluster && artifact.kind === 'template')
    .flatMap((artifact) => Object.values((at(artifact.value, 'Resources') ?? {}) as JsonObject))
    .filter((resource) => at(resource, 'Type') === 'AWS::IAM::Role')
    .flatMap((resource) =>
      list(resource, 'Properties', 'AssumeRolePolicyDocument', 'Statement')
        .filter((statement) => at(statement, 'Action') === 'sts:AssumeRoleWithWebIdentity')
        .map((statement) => {
          const equals = (at(statement, 'Condition', 'StringEquals') ?? {}) as JsonObject;
          const value = (suffix: string) => Object.entries(equals).find(([key]) => key.endsWith(suffix))?.[1];
          return {
            name: String(at(resource, 'Properties', 'RoleName')),
            subjects: [value(':sub')].flat().map(String),
            audience: value(':aud'),
          };
        }),
    );
}

describe.each(clusters)('%s', (cluster) => {
  it('trusts each role to a service account that exists, for the audience of STS', () => {
    const accounts = ofKind(compiled.get(cluster) ?? [], 'ServiceAccount').map(
      (account) => `system:serviceaccount:${String(at(account, 'metadata', 'namespace'))}:${nameOf(account)}`,
    );
    const roles = trustedRoles(cluster);
    expect(roles.length).toBeGreaterThan(5);
    for (const role of roles) {
      expect(role.audience, role.name).toBe('sts.amazonaws.com');
      expect(role.subjects.length, role.name).toBeGreaterThan(0);
      for (const subject of role.subjects) expect(accounts, role.name).toContain(subject);
    }
  });

  it('gives each annotated account the role that its pods assume, by a token mounted directly', () => {
    const objects = compiled.get(cluster) ?? [];
    const names = trustedRoles(cluster).map((role) => role.name);
    const annotated = ofKind(objects, 'ServiceAccount').filter(
      (account) => at(account, 'metadata', 'annotations', 'eks.amazonaws.com/role-arn') !== undefined,
    );
    expect(annotated.length).toBeGreaterThan(5);
    for (const account of annotated) {
      const arn = String(at(account, 'metadata', 'annotations', 'eks.amazonaws.com/role-arn'));
      expect(names).toContain(arn.split(':role/')[1]);
      const workloads = ['Deployment', 'DaemonSet', 'StatefulSet']
        .flatMap((kind) => ofKind(objects, kind))
        .filter((workload) => at(podOf(workload), 'serviceAccountName') === nameOf(account));
      for (const workload of workloads) {
        const tokens = list(podOf(workload), 'volumes').flatMap((volume) => list(volume, 'projected', 'sources'));
        const audiences = tokens.map((source) => at(source, 'serviceAccountToken', 'audience'));
        expect(audiences, nameOf(workload)).toContain('sts.amazonaws.com');
        const variables = ['initContainers', 'containers']
          .flatMap((field) => list(podOf(workload), field))
          .flatMap((container) => list(container, 'env'))
          .filter((variable) => at(variable, 'name') === 'AWS_ROLE_ARN')
          .map((variable) => at(variable, 'value'));
        expect(new Set(variables), nameOf(workload)).toEqual(new Set([arn]));
      }
    }
  });
});

describe('older ways to credentials', () => {
  it('are off unless asked for', () => {
    for (const unit of ['kube2iam', 'kube-aws-iam-controller', 'pod-identity-webhook']) {
      expect(ofUnit(compiled.get('kube-1'), unit), unit).toEqual([]);
    }
    expect(ofUnit(compiled.get('lab-1'), 'kube2iam').length).toBeGreaterThan(0);
  });

  it('kube2iam runs where it is asked to, without privileges', async () => {
    for (const nodes of ['workers', 'all']) {
      const objects = await compileVariant('kube-1', { kube2iam: { enabled: true, nodes } });
      const pod = podOf(ofKind(ofUnit(objects, 'kube2iam'), 'DaemonSet')[0]);
      expect(at(pod, 'nodeSelector')).toEqual(
        nodes === 'workers' ? { 'node.kubernetes.io/role': 'worker' } : undefined,
      );
      expect(at(pod, 'containers', 0, 'securityContext', 'privileged')).toBeUndefined();
    }
  });

  it('kube-aws-iam-controller may become the roles that are named, and nothing else', () => {
    const template = artifacts.find(
      (found) => found.cluster === 'lab-1' && found.path === 'cloudformation/cluster/template.yaml',
    );
    const role = at(template?.value, 'Resources', 'KubeAwsIamControllerIAMRole');
    const statements = list(role, 'Properties', 'Policies', 0, 'PolicyDocument', 'Statement');
    expect(statements.map((statement) => at(statement, 'Action'))).toEqual(['sts:AssumeRole']);
    expect(list(statements[0], 'Resource').every((arn) => String(arn).includes(':role/app-'))).toBe(true);
    const kinds = ofKind(ofUnit(compiled.get('lab-1'), 'kube-aws-iam-controller'), 'CustomResourceDefinition').map(
      nameOf,
    );
    expect(kinds).toEqual(['awsiamroles.zalando.org']);
  });

  it('the webhook for users does not start without the authority that the API server is to trust', async () => {
    await expect(compileVariant('kube-1', { 'pod-identity-webhook': { enabled: true } })).rejects.toThrow(
      /needs ca_bundle/,
    );
    const webhook = ofKind(ofUnit(compiled.get('kube-4'), 'pod-identity-webhook'), 'MutatingWebhookConfiguration')[0];
    const bundle = Buffer.from(String(at(webhook, 'webhooks', 0, 'clientConfig', 'caBundle')), 'base64').toString();
    expect(bundle).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
    expect(at(webhook, 'webhooks', 0, 'failurePolicy')).toBe('Ignore');
  });
});

describe('programs that look at everything', () => {
  it('kube-state-metrics may read what it measures, no more and no less', () => {
    const objects = ofUnit(compiled.get('kube-1'), 'kube-state-metrics');
    const args = list(podOf(ofKind(objects, 'Deployment')[0]), 'containers', 0, 'args').map(String);
    const measured = (args.find((arg) => arg.startsWith('--resources=')) ?? '').split('=')[1]?.split(',') ?? [];
    const rules = list(ofKind(objects, 'ClusterRole')[0], 'rules');
    expect(rules.flatMap((rule) => list(rule, 'resources')).sort()).toEqual([...measured].sort());
    expect(new Set(rules.flatMap((rule) => list(rule, 'verbs')))).toEqual(new Set(['list', 'watch']));
    expect(measured).not.toContain('secrets');
  });

  it('node-exporter is not root, has no capability, and writes nothing on its node', async () => {
    for (const network_card_metrics of [false, true]) {
      const objects = ofUnit(
        await compileVariant('kube-1', { 'node-exporter': { network_card_metrics } }),
        'node-exporter',
      );
      const pod = podOf(ofKind(objects, 'DaemonSet')[0]);
      const container = list(pod, 'containers')[0];
      expect(at(container, 'securityContext')).toMatchObject({ runAsNonRoot: true, capabilities: { drop: ['ALL'] } });
      expect(at(container, 'securityContext', 'privileged')).toBeUndefined();
      expect(list(container, 'volumeMounts').every((mount) => at(mount, 'readOnly') === true)).toBe(true);
      const service = ofKind(objects, 'Service')[0];
      expect(at(service, 'spec', 'clusterIP')).toBe('None');
      expect(at(service, 'spec', 'ports', 0, 'port')).toBe(9100);
    }
  });
});
