/** Names of load balancers and target groups. Source: the CreateLoadBalancer and CreateTargetGroup references. */
import { certainValues, resourcesOf, templateOf } from '../cloudformation-schema/resources.ts';
import type { ArtifactRule } from '../rule.ts';

const types: Readonly<Record<string, string>> = {
  'AWS::ElasticLoadBalancing::LoadBalancer': 'LoadBalancerName',
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'Name',
  'AWS::ElasticLoadBalancingV2::TargetGroup': 'Name',
};

export const loadBalancerName: ArtifactRule = {
  id: 'load-balancer-name',
  family: 'cloudformation',
  severity: 'error',
  title: 'names of load balancers and target groups are ones that AWS takes',
  scope: 'artifact',
  check(artifact, report) {
    const template = templateOf(artifact);
    if (!template) return;
    for (const { id, type, properties, pointer } of resourcesOf(template, ...Object.keys(types))) {
      const property = types[type]!;
      for (const { value, pointer: at } of certainValues(
        template,
        properties[property],
        [],
        `${pointer}/${property}`,
      )) {
        if (typeof value !== 'string') continue;
        if (value.length > 32) report(at, `${id}: the name ${value} has ${value.length} characters; 32 are allowed.`);
        else if (!/^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/.test(value)) {
          report(
            at,
            `${id}: the name ${value} takes letters, digits and -, and begins and ends with a letter or digit.`,
          );
        } else if (value.startsWith('internal-') && type !== 'AWS::ElasticLoadBalancingV2::TargetGroup') {
          report(
            at,
            `${id}: a name may not begin with internal-: AWS puts that before the names of internal load balancers.`,
          );
        }
      }
    }
  },
};
