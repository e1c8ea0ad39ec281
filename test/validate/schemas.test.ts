/** The packaged data and its reader. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openSchemas } from '../../src/load/schemas.ts';
import { createRuleData } from '../../src/validate/data.ts';

const root = fileURLToPath(new URL('../../schemas/', import.meta.url));
const pinned = openSchemas();

describe('the packaged data', () => {
  test('every source has a version, a licence and a digest', () => {
    const text = readFileSync(new URL('../../scripts/schemas/sources.json', import.meta.url), 'utf8');
    const families = JSON.parse(text) as Record<string, { sources: Record<string, Record<string, string>> }>;
    for (const { sources } of Object.values(families)) {
      for (const source of Object.values(sources)) {
        expect(source).toMatchObject({
          registry: expect.stringMatching(/^(npm|pypi|go)$/),
          name: expect.any(String),
          version: expect.stringMatching(/^v?\d/),
          licence: expect.stringMatching(/^[A-Za-z0-9.-]+$/),
          digest: expect.stringMatching(/^(sha512-|sha256:|h1:)/),
        });
      }
    }
  });

  test('CloudFormation keeps its 2 MB', () => {
    const files = ['index.json', 'combinations.json', 'lambda-runtimes.json'].map((name) => `cloudformation/${name}`);
    const { services } = JSON.parse(readFileSync(`${root}cloudformation/index.json`, 'utf8')) as { services: string[] };
    const all = [...files, ...services.map((service) => `cloudformation/types/${service}.json`)];
    const bytes = all.reduce((sum, file) => sum + readFileSync(root + file).length, 0);
    expect(bytes).toBeLessThan(2_000_000);
  });

  test('types of a Kubernetes fleet have schemas, with what replaces them', () => {
    const types = [
      'AWS::AutoScaling::AutoScalingGroup',
      'AWS::AutoScaling::LifecycleHook',
      'AWS::EC2::LaunchTemplate',
      'AWS::EC2::SecurityGroup',
      'AWS::EC2::SecurityGroupIngress',
      'AWS::EC2::Volume',
      'AWS::EFS::FileSystem',
      'AWS::Events::Rule',
      'AWS::ElasticLoadBalancingV2::LoadBalancer',
      'AWS::ElasticLoadBalancingV2::TargetGroup',
      'AWS::IAM::InstanceProfile',
      'AWS::IAM::OIDCProvider',
      'AWS::IAM::Role',
      'AWS::KMS::Key',
      'AWS::Lambda::Function',
      'AWS::Route53::RecordSet',
      'AWS::S3::Bucket',
      'AWS::SQS::Queue',
      'AWS::SSM::Document',
    ];
    expect(types.filter((type) => pinned.resourceType(type) === undefined)).toEqual([]);
    expect(pinned.resourceType('AWS::EC2::SecurityGroup')?.createOnly).toEqual([
      'GroupDescription',
      'GroupName',
      'VpcId',
    ]);
    expect(pinned.resourceType('AWS::AutoScaling::AutoScalingGroup')?.conditionalCreateOnly).toContain(
      'LaunchTemplate',
    );
    expect(pinned.resourceType('AWS::ElasticLoadBalancingV2::TargetGroup')?.createOnly).toContain('Port');
    expect(pinned.resourceType('AWS::EC2::LaunchTemplate')?.attributes).toContain('LatestVersionNumber');
  });

  test('a type name is no path', () => {
    for (const type of [
      'AWS::../../../package::X',
      'AWS::EC2::../X',
      'EC2',
      '',
      'AWS::Nope::X',
      'AWS::EC2::constructor',
    ]) {
      expect(pinned.resourceType(type)).toBeUndefined();
    }
  });

  test('instance types, actions and runtimes', () => {
    const data = createRuleData(pinned);
    expect(data.instanceType('m6g.xlarge')).toEqual({ architectures: ['arm64'], memoryMiB: 16384, vcpus: 4, gpus: 0 });
    expect(data.instanceType('g4dn.xlarge')?.gpus).toBe(1);
    expect(data.instanceType('m6g.huge')).toBeUndefined();
    expect(data.instanceType('constructor')).toBeUndefined();
    expect(data.iamActions('s3')?.has('getobject')).toBe(true);
    expect(data.iamActions('aws-nope')).toBeUndefined();
    expect(data.iamConditionKeys('aws')).toContain('aws:sourceip');
    expect(data.iamConditionKeys('ec2')).toContain('ec2:resourcetag/*');
    expect(data.lambdaRuntime('python3.13')).toBeDefined();
    expect(data.lambdaRuntime('python1')).toBeUndefined();
  });

  test('API resources of a minor, with subresources and scope', () => {
    const resources = createRuleData(pinned).apiResources('1.34');
    expect(resources?.get('/pods/log')?.verbs).toContain('get');
    expect(resources?.get('apps/deployments')).toMatchObject({ kind: 'Deployment', namespaced: true });
    expect(resources?.get('/nodes')?.namespaced).toBe(false);
    expect(createRuleData(pinned).apiResources('1.2')).toBeUndefined();
  });
});

test('external definitions are read from their folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-test-'));
  try {
    mkdirSync(join(folder, 'crds'));
    const definition = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };
    writeFileSync(join(folder, 'crds', 'a.example.org.json'), JSON.stringify({ reason: 'a test', definition }));
    expect(openSchemas(`${folder}/`).externalCrds()).toEqual([definition]);
    expect(openSchemas(`${folder}/`).minors).toEqual([]);
    expect(() => openSchemas(`${folder}/`).deprecations()).toThrow('npm run schemas');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
