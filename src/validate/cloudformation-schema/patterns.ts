/** Patterns and formats of the pinned data. */
import { isCidr, isIpv4, isIpv6 } from '../kubernetes-schema/formats.ts';

const patterns = new Map<string, RegExp | undefined>();

/** A pattern of the registry (Java's dialect); undefined when JavaScript cannot read it: then it judges nothing. */
export function patternOf(source: string): RegExp | undefined {
  if (!patterns.has(source)) patterns.set(source, compile(source, 'u') ?? compile(source, ''));
  return patterns.get(source);
}

function compile(source: string, flags: string): RegExp | undefined {
  try {
    // Java and Python anchor with \A, \Z and \z, and know POSIX classes by \p{Name}.
    return new RegExp(source.replaceAll('\\A', '^').replace(/\\[zZ]/g, '$'), flags);
  } catch {
    return undefined;
  }
}

const id = (prefix: string) => new RegExp(`^${prefix}-(?:[0-9a-f]{8}|[0-9a-f]{17})$`);
const arn = (service: string, resource: string) =>
  new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]*:(?:\\d{12}|aws)?:${resource}`);

/** Formats that name what a property refers to. */
const formats: Readonly<Record<string, { readonly what: string; readonly test: (text: string) => boolean }>> = {
  'AWS::EC2::SecurityGroup.Id': { what: 'a security group id', test: (text) => id('sg').test(text) },
  'AWS::EC2::Subnet.Id': { what: 'a subnet id', test: (text) => id('subnet').test(text) },
  'AWS::EC2::VPC.Id': { what: 'a VPC id', test: (text) => id('vpc').test(text) },
  'AWS::EC2::Image.Id': {
    what: 'an AMI id',
    test: (text) => id('ami').test(text) || text.startsWith('{{resolve:') || text.startsWith('resolve:'),
  },
  'AWS::IAM::Role.Arn': { what: 'the ARN of a role', test: (text) => arn('iam', 'role/').test(text) },
  'ipv4-network': { what: 'an IPv4 CIDR block', test: (text) => isCidr(text) && isIpv4(text.split('/')[0] ?? '') },
  'ipv6-network': { what: 'an IPv6 CIDR block', test: (text) => isCidr(text) && isIpv6(text.split('/')[0] ?? '') },
};

/** What a text of this format should be, when it is not; a dynamic reference is never judged. */
export function checkFormat(format: string, text: string): string | undefined {
  const known = Object.hasOwn(formats, format) ? formats[format] : undefined;
  if (!known || text.startsWith('{{resolve:') || known.test(text)) return undefined;
  return known.what;
}
