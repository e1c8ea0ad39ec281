/** Where a component's pods and its AWS resources must agree: queues, buckets, GPU pools, and what roles may do. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Artifact, JsonObject, JsonValue } from '../../src/model.ts';
import { at, compileArtifacts, list, nameOf } from './compiled.ts';

let artifacts: readonly Artifact[];
beforeAll(async () => {
  artifacts = await compileArtifacts(['kube-3', 'kube-4']);
});

const resources = (cluster: string, stack: string): JsonObject => {
  const template = artifacts.find(
    (artifact) => artifact.cluster === cluster && artifact.path === `cloudformation/${stack}/template.yaml`,
  );
  if (template === undefined) throw new Error(`${cluster} has no stack ${stack}`);
  return at(template.value, 'Resources') as JsonObject;
};
const workload = (cluster: string, kind: string, name: string): JsonValue | undefined =>
  artifacts.find(
    (artifact) =>
      artifact.cluster === cluster &&
      artifact.kind === 'object' &&
      at(artifact.value, 'kind') === kind &&
      nameOf(artifact.value as JsonObject) === name,
  )?.value;
const environment = (pod: JsonValue | undefined, name: string) =>
  at(
    list(pod, 'containers', 0, 'env').find((entry) => at(entry, 'name') === name),
    'value',
  );

/** The actions of a role's inline policies, by resource. */
function actions(role: JsonValue | undefined): ReadonlySet<string> {
  return new Set(
    list(role, 'Properties', 'Policies')
      .flatMap((policy) => list(policy, 'PolicyDocument', 'Statement'))
      .flatMap((statement) => {
        const action = at(statement, 'Action');
        return (Array.isArray(action) ? action : [action]).map(String);
      }),
  );
}

describe('interruption queues', () => {
  it('Karpenter reads the queue that its rules fill', () => {
    const stack = resources('kube-3', 'cluster');
    const deployment = workload('kube-3', 'Deployment', 'karpenter');
    const name = at(stack, 'KarpenterInterruptionQueue', 'Properties', 'QueueName');
    expect(environment(at(deployment, 'spec', 'template', 'spec'), 'INTERRUPTION_QUEUE')).toBe(name);
    const rules = Object.values(stack).filter((resource) =>
      list(resource, 'Properties', 'Targets').some(
        (target) => at(target, 'Arn', 'Fn::GetAtt', 0) === 'KarpenterInterruptionQueue',
      ),
    );
    expect(rules).toHaveLength(4);
  });

  it('the termination handler reads its own', () => {
    const stack = resources('kube-4', 'cluster');
    const deployment = workload('kube-4', 'Deployment', 'node-termination-handler');
    const url = String(environment(at(deployment, 'spec', 'template', 'spec'), 'QUEUE_URL'));
    expect(url.endsWith(`/${String(at(stack, 'NodeTerminationQueue', 'Properties', 'QueueName'))}`)).toBe(true);
  });

  it('are filled by their own rules alone, and never in the clear', () => {
    for (const [cluster, queue] of [
      ['kube-3', 'KarpenterInterruptionQueue'],
      ['kube-4', 'NodeTerminationQueue'],
    ] as const) {
      const [send, deny] = list(
        resources(cluster, 'cluster')[`${queue}Policy`],
        'Properties',
        'PolicyDocument',
        'Statement',
      );
      expect(at(send, 'Principal')).toEqual({ Service: 'events.amazonaws.com' });
      expect(list(send, 'Condition', 'ArnEquals', 'aws:SourceArn').length).toBeGreaterThan(0);
      expect(at(deny, 'Effect')).toBe('Deny');
      expect(at(deny, 'Condition')).toEqual({ Bool: { 'aws:SecureTransport': 'false' } });
    }
  });
});

describe('buckets', () => {
  it('etcd-backup puts snapshots into the bucket of the etcd stack, and can do no more with it', () => {
    const bucket = at(resources('kube-4', 'etcd'), 'BackupBucket', 'Properties', 'BucketName');
    const job = workload('kube-4', 'CronJob', 'etcd-backup-etcd-0');
    expect(environment(at(job, 'spec', 'jobTemplate', 'spec', 'template', 'spec'), 'BUCKET')).toBe(bucket);
    expect(actions(resources('kube-4', 'cluster').ETCDBackupIAMRole)).toEqual(
      new Set(['s3:AbortMultipartUpload', 's3:PutObject', 'kms:Decrypt', 'kms:GenerateDataKey']),
    );
  });

  it('records of emergency access and archived logs can be put, and not read', () => {
    const stack = resources('kube-4', 'cluster');
    expect(actions(stack.EmergencyAccessIAMRole)).toEqual(new Set(['s3:PutObject', 's3:ListBucket']));
    expect(actions(stack.LoggingAgentIAMRole)).toEqual(new Set(['s3:PutObject']));
  });
});

describe('GPUs', () => {
  it('are offered on the nodes of GPU pools, whose taint the device plugin tolerates', () => {
    const groups = Object.values(resources('kube-3', 'node-pool-gpu')).filter(
      (resource) => at(resource, 'Type') === 'AWS::AutoScaling::AutoScalingGroup',
    );
    expect(groups.length).toBeGreaterThan(0);
    const daemonSet = workload('kube-3', 'DaemonSet', 'nvidia-gpu-device-plugin');
    const pod = at(daemonSet, 'spec', 'template', 'spec');
    const terms = list(
      pod,
      ...['affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms'],
    );
    const labels = terms.map((term) => String(at(term, 'matchExpressions', 0, 'key')));
    const tolerated = list(pod, 'tolerations').map(
      (toleration) => `${String(at(toleration, 'key'))}:${String(at(toleration, 'effect'))}`,
    );
    for (const group of groups) {
      const tags = new Map(
        list(group, 'Properties', 'Tags').map((tag) => [String(at(tag, 'Key')), String(at(tag, 'Value'))]),
      );
      const prefix = 'k8s.io/cluster-autoscaler/node-template/';
      expect(labels.some((label) => tags.has(`${prefix}label/${label}`))).toBe(true);
      const taints = [...tags].filter(([key]) => key.startsWith(`${prefix}taint/`));
      expect(taints.length).toBeGreaterThan(0);
      for (const [key, value] of taints) {
        expect(tolerated).toContain(`${key.slice(`${prefix}taint/`.length)}:${value.split(':').at(-1) ?? ''}`);
      }
    }
  });
});
