/**
 * The named formats of `config.schema.yaml` (docs/units.md): what each accepts, and words for people. Sizes of octets,
 * ports and months are judged too, not only the shape.
 */
import type { JsonValue } from '../model.ts';

export interface Format {
  /** `a duration such as 10s or 1h30m`: completes "must be ...". */
  readonly description: string;
  readonly accepts: (value: JsonValue) => boolean;
  /** An equivalent pattern for editors, where one exists. */
  readonly pattern?: string;
}

// Kubernetes: staging/src/k8s.io/apimachinery/pkg/api/resource/quantity.go. Signs are left out: nothing here is negative.
const quantity = '([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][-+]?[0-9]+)?';
const octet = '(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const ipv4 = `${octet}(\\.${octet}){3}`;
// RFC 1123, lower case as Kubernetes wants it.
const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const dnsName = `${label}(\\.${label})*`;
// Kubernetes: names of labels, apimachinery/pkg/util/validation.
const qualified = '[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?';
const minutes = '([01][0-9]|2[0-3]):[0-5][0-9]';
const weekday = '(Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
// Go: time.ParseDuration, without signs.
const duration = '(0|(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)';
const awsRegion = '[a-z]{2}(-[a-z]+)+-[0-9]';

function text(description: string, pattern: string, further?: (value: string) => boolean): Format {
  const expression = new RegExp(`^(?:${pattern})$`);
  return {
    description,
    pattern: `^(?:${pattern})$`,
    accepts: (value) => typeof value === 'string' && expression.test(value) && (further?.(value) ?? true),
  };
}

function awsId(prefix: string): Format {
  return text(`an id such as ${prefix}-0a1b2c3d4e5f60789`, `${prefix}-([0-9a-f]{8}|[0-9a-f]{17})`);
}

/** By name. A Map: `constructor` is no format. */
export const formats: ReadonlyMap<string, Format> = new Map<string, Format>([
  ['quantity', text('a Kubernetes quantity such as 100m, 2 or 1Gi', quantity)],
  ['cpu-quantity', text('an amount of CPU such as 100m, 0.5 or 2', '([0-9]+(\\.[0-9]{1,3})?|[0-9]+m)')],
  [
    'memory-quantity',
    text('an amount of memory such as 256Mi or 4Gi', '[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|Ti|Pi|Ei|k|M|G|T|P|E)?'),
  ],
  ['duration', text('a duration such as 10s, 5m or 1h30m', duration)],
  [
    'cidr',
    text('an IPv4 block such as 10.2.0.0/16, without host bits', `${ipv4}/(3[0-2]|[12]?[0-9])`, withoutHostBits),
  ],
  ['ipv4', text('an IPv4 address such as 10.5.0.11', ipv4)],
  ['hostname', text('a host name such as api.example.org', dnsName, (value) => value.length <= 253)],
  ['dns-name', text('a DNS name such as example.org', dnsName, (value) => value.length <= 253)],
  ['url', text('a URL such as https://example.org/path', '[a-z][a-z0-9+.-]*://[^\\s]+', isUrl)],
  [
    'port',
    {
      description: 'a port from 1 to 65535',
      accepts: (value) => typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65535,
    },
  ],
  ['percentage', text('a percentage such as 5%', '(100|[1-9]?[0-9])%')],
  [
    'int-or-percentage',
    {
      description: 'a whole number or a percentage such as 25%',
      accepts: (value) =>
        typeof value === 'number' ? Number.isInteger(value) && value >= 0 : /^(100|[1-9]?[0-9])%$/.test(String(value)),
    },
  ],
  [
    'cron',
    text(
      'a cron schedule of five fields such as "30 6 * * 1-5"',
      '\\S+( +\\S+){4}|@(hourly|daily|weekly|monthly|yearly)',
      isCron,
    ),
  ],
  [
    'arn',
    text(
      'an ARN such as arn:aws:iam::123456789012:role/name',
      'arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:([0-9]{12}|aws)?:\\S+',
    ),
  ],
  ['aws-account-id', text('an account id of 12 digits, quoted', '[0-9]{12}')],
  ['ami-id', awsId('ami')],
  ['vpc-id', awsId('vpc')],
  ['subnet-id', awsId('subnet')],
  ['security-group-id', awsId('sg')],
  ['efs-id', awsId('fs')],
  [
    'instance-type',
    text(
      'an EC2 instance type such as m6i.xlarge',
      '[a-z][a-z0-9-]*\\.(nano|micro|small|medium|large|metal|[0-9]*xlarge|metal-[0-9]+xl)',
    ),
  ],
  ['availability-zone', text('an availability zone such as eu-central-1a', `${awsRegion}[a-z]`)],
  ['region', text('an AWS region such as eu-central-1', awsRegion)],
  [
    'label-key',
    text(
      'a label key such as team or example.org/team',
      `(${dnsName}/)?${qualified}`,
      (value) => (value.split('/')[0] ?? '').length <= 253,
    ),
  ],
  ['label-value', text('a label value: at most 63 letters, digits, "-", "_" and "."', `(${qualified})?`)],
  ['resource-name', text('a name of lower-case letters, digits and "-" (RFC 1123), at most 63 long', label)],
  [
    'image',
    text(
      'an image with its host and tag such as registry.k8s.io/pause:3.10, never "latest"',
      '[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)+:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}(@sha256:[0-9a-f]{64})?',
      isPinnedImage,
    ),
  ],
  ['s3-bucket', text('an S3 bucket name', '[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]', (value) => !value.includes('..'))],
  ['sha256', text('64 hex digits', '[0-9a-f]{64}')],
  [
    'weekly-schedule',
    text(
      'a schedule such as "Mon-Fri 07:30-20:30 Europe/Berlin", "always" or "never"',
      `always|never|${weekday}-${weekday} ${minutes}-(${minutes}|24:00) [A-Za-z]+(/[A-Za-z_+-]+[0-9]*)*` +
        `(, *${weekday}-${weekday} ${minutes}-(${minutes}|24:00) [A-Za-z]+(/[A-Za-z_+-]+[0-9]*)*)*`,
    ),
  ],
  ['date', text('a date such as 2026-11-02', '[0-9]{4}-[0-9]{2}-[0-9]{2}', isDate)],
  [
    'timestamp',
    text(
      'a time such as 2026-11-02T08:00:00Z (RFC 3339)',
      `[0-9]{4}-[0-9]{2}-[0-9]{2}T${minutes}:([0-5][0-9]|60)(\\.[0-9]+)?(Z|[-+]${minutes})`,
      (value) => isDate(value.slice(0, 10)),
    ),
  ],
  ['kubernetes-minor', text("a Kubernetes minor such as '1.34', quoted", '1\\.[1-9][0-9]')],
]);

function withoutHostBits(value: string): boolean {
  const [address = '', prefix = '0'] = value.split('/');
  const bits = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return bits % 2 ** (32 - Number(prefix)) === 0;
}

function isUrl(value: string): boolean {
  return URL.canParse(value) && new URL(value).host !== '';
}

function isDate(value: string): boolean {
  const [year = 0, month = 0, day = 0] = value.split('-').map(Number);
  const days = [
    31,
    year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28,
    31,
    30,
    31,
    30,
    31,
    31,
    30,
    31,
    30,
    31,
  ];
  return month >= 1 && month <= 12 && day >= 1 && day <= (days[month - 1] ?? 0);
}

function isPinnedImage(value: string): boolean {
  const host = value.slice(0, value.indexOf('/'));
  const tag = value.replace(/@.*$/, '').slice(value.replace(/@.*$/, '').lastIndexOf(':') + 1);
  return tag !== 'latest' && (host.includes('.') || host.includes(':') || host === 'localhost');
}

/** Five fields of numbers, ranges, steps and lists, each within its bounds; names of months and days. */
function isCron(value: string): boolean {
  if (value.startsWith('@')) return true;
  const bounds = [
    { min: 0, max: 59, names: '' },
    { min: 0, max: 23, names: '' },
    { min: 1, max: 31, names: '' },
    { min: 1, max: 12, names: 'jan feb mar apr may jun jul aug sep oct nov dec' },
    { min: 0, max: 7, names: 'sun mon tue wed thu fri sat' },
  ];
  return value.split(/ +/).every((field, index) => {
    const bound = bounds[index];
    if (!bound) return false;
    return field.split(',').every((part) => {
      const match = /^(\*|\?|[a-z0-9]+(?:-[a-z0-9]+)?)(?:\/([1-9][0-9]*))?$/.exec(part.toLowerCase());
      if (!match?.[1]) return false;
      if (match[1] === '*' || match[1] === '?') return true;
      const ends = match[1].split('-').map((end) => {
        const named = bound.names.split(' ').indexOf(end);
        return bound.names !== '' && named >= 0 ? named + bound.min : /^[0-9]+$/.test(end) ? Number(end) : Number.NaN;
      });
      const [from = Number.NaN, to = from] = ends;
      return from >= bound.min && to <= bound.max && from <= to;
    });
  });
}
