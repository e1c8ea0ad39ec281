/** What EC2 Auto Scaling refuses in groups beyond their schema. Source: the CreateAutoScalingGroup reference. */
import { certainValues, resourcesOf, templateOf } from '../cloudformation-schema/resources.ts';
import { presenceOf } from '../cloudformation-schema/values.ts';
import type { ArtifactRule } from '../rule.ts';

/** Of these, a group has exactly one. */
const launches = ['InstanceId', 'LaunchConfigurationName', 'LaunchTemplate', 'MixedInstancesPolicy'];

export const autoScalingGroup: ArtifactRule = {
  id: 'auto-scaling-group',
  family: 'cloudformation',
  severity: 'error',
  title: 'Auto Scaling groups have sizes in order and one way to launch',
  scope: 'artifact',
  check(artifact, report) {
    const template = templateOf(artifact);
    if (!template) return;
    for (const { id, properties, pointer } of resourcesOf(template, 'AWS::AutoScaling::AutoScalingGroup')) {
      const states = launches.map((name) => presenceOf(template, properties, name));
      if (states.every((state) => state === 'no'))
        report(pointer, `${id} says nothing to launch: give ${launches.slice(1).join(' or ')}.`);
      if (states.filter((state) => state === 'yes').length > 1) {
        report(
          pointer,
          `${id} has ${launches.filter((_name, at) => states[at] === 'yes').join(' and ')}: a group has one.`,
        );
      }
      const zones = ['AvailabilityZones', 'VPCZoneIdentifier'].map((name) => presenceOf(template, properties, name));
      if (zones.every((state) => state === 'no')) report(pointer, `${id} has no VPCZoneIdentifier: its subnets.`);
      const numbers = (name: string) =>
        certainValues(template, properties[name], [], `${pointer}/${name}`).flatMap(({ value, pointer: at }) =>
          Number.isFinite(Number(value)) && value !== '' ? [{ number: Number(value), at }] : [],
        );
      const maxima = numbers('MaxSize');
      const minima = numbers('MinSize');
      // With conditions on both sides nobody knows which meets which.
      if (maxima.length === 1 && minima.length === 1 && minima[0]!.number > maxima[0]!.number) {
        report(maxima[0]!.at, `${id}: MinSize ${minima[0]!.number} is above MaxSize ${maxima[0]!.number}.`);
      }
      const desired = numbers('DesiredCapacity');
      if (desired.length === 1 && maxima.length === 1 && desired[0]!.number > maxima[0]!.number) {
        report(desired[0]!.at, `${id}: DesiredCapacity ${desired[0]!.number} is above MaxSize ${maxima[0]!.number}.`);
      }
      if (desired.length === 1 && minima.length === 1 && desired[0]!.number < minima[0]!.number) {
        report(desired[0]!.at, `${id}: DesiredCapacity ${desired[0]!.number} is below MinSize ${minima[0]!.number}.`);
      }
    }
  },
};
