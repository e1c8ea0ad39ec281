/** Instance types that exist: a launch with another one fails, and an Auto Scaling group retries for ever. */
import { certainValues, resourcesOf, templateOf } from '../cloudformation-schema/resources.ts';
import type { ArtifactRule } from '../rule.ts';

/** Where instance types stand, by resource type. */
const places: Readonly<Record<string, readonly string[]>> = {
  'AWS::AutoScaling::AutoScalingGroup': ['MixedInstancesPolicy/LaunchTemplate/Overrides/*/InstanceType'],
  'AWS::AutoScaling::LaunchConfiguration': ['InstanceType'],
  'AWS::EC2::Instance': ['InstanceType'],
  'AWS::EC2::LaunchTemplate': ['LaunchTemplateData/InstanceType'],
  'AWS::EC2::EC2Fleet': ['LaunchTemplateConfigs/*/Overrides/*/InstanceType'],
};

export const instanceType: ArtifactRule = {
  id: 'instance-type',
  family: 'cloudformation',
  severity: 'error',
  title: 'instance types exist, and those of one group share an architecture',
  scope: 'artifact',
  check(artifact, report, data) {
    const template = templateOf(artifact);
    if (!template) return;
    for (const resource of resourcesOf(template, ...Object.keys(places))) {
      let first: { readonly name: string; readonly architectures: readonly string[] } | undefined;
      for (const path of places[resource.type] ?? []) {
        for (const { value, pointer } of certainValues(
          template,
          resource.properties,
          path.split('/'),
          resource.pointer,
        )) {
          if (typeof value !== 'string') continue;
          const known = data.instanceType(value);
          if (!known) {
            report(
              pointer,
              `${resource.id}: EC2 has no instance type ${value} (as of the pinned data, schemas/SOURCES.md).`,
            );
            continue;
          }
          // One launch template has one AMI, and an AMI has one architecture.
          if (first && !known.architectures.some((name) => first?.architectures.includes(name))) {
            report(
              pointer,
              `${resource.id}: ${value} is ${known.architectures.join(' or ')}, but ${first.name} of the same group is ${first.architectures.join(' or ')}.`,
            );
          }
          first ??= { name: value, architectures: known.architectures };
        }
      }
    }
  },
};
