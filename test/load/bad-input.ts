/** Bad input of load: a name, the files, and every line that a person reads. */
import { base, changed, edited, type Files } from './fixture.ts';

const alpha = 'clusters/alpha.yaml';
const dns = 'channels/beta/components/dns';

/** The note that names the line where the schema of `dns` declares `key`. */
function schemaNote(key: string): string {
  const path = `${dns}/config.schema.yaml`;
  const line = String(base[path]).split('\n').indexOf(`  ${key}:`) + 1;
  return `\n    the schema is at ${path}:${line}`;
}

export const badInput: readonly (readonly [string, Files, readonly string[]])[] = [
  [
    'YAML that does not parse',
    edited(alpha, 'owner: team-a', 'owner: team: a'),
    [
      `${alpha}:11:8: this is no valid YAML: Nested mappings are not allowed in compact mappings; check the indentation, and quote values that contain ": "`,
    ],
  ],
  [
    'an unknown key of a cluster',
    edited(alpha, 'environment:', 'enviroment:'),
    [
      `${alpha}:1:1: environment must be set: Environment, such as production or test: selects the layers of units.`,
      `${alpha}:5:1: unknown key enviroment; did you mean "environment"?`,
    ],
  ],
  [
    'an unknown key of a unit',
    edited(alpha, 'policy:', 'polcy:'),
    [`${alpha}:23:5: unknown key dns.polcy; did you mean "policy"?`],
  ],
  [
    'a key of a config item',
    edited(alpha, 'policy:', 'dns_policy:'),
    [`${alpha}:23:5: unknown key dns.dns_policy; the config item dns_policy is now config.dns.policy.`],
  ],
  [
    'a unit by the name of a config item',
    edited(alpha, '  dns:\n    policy: upsert-only', '  dns_policy: sync'),
    [`${alpha}:22:3: there is no unit dns_policy in channel beta; the config item dns_policy is now config.dns.policy`],
  ],
  [
    'a key that only the other channel knows',
    changed({ 'clusters/omega.yaml': `${base['clusters/omega.yaml']}config:\n  dns:\n    new_key: true\n` }),
    [
      'clusters/omega.yaml:11:5: unknown key dns.new_key; channel beta knows it, channel stable does not yet: promote the unit first.',
    ],
  ],
  [
    'a unit that only the other channel has',
    changed({
      'clusters/omega.yaml': `${base['clusters/omega.yaml']}config:\n  worker:\n    labels: {}\n`,
    }),
    [
      'clusters/omega.yaml:10:3: there is no unit worker in channel stable; channel beta has it: promote it, or take it with "channels: {worker: beta}"',
    ],
  ],
  [
    'an unknown unit',
    edited(alpha, '  dns:', '  dsn:'),
    [`${alpha}:22:3: there is no unit dsn in channel beta; did you mean "dns"?`],
  ],
  [
    'a wrong enum value',
    edited(alpha, 'upsert-only', 'upsert_only'),
    [
      `${alpha}:23:13: dns.policy must be one of "sync", "upsert-only", not "upsert_only"; did you mean "upsert-only"?${schemaNote('policy')}`,
    ],
  ],
  [
    'a version that YAML reads as a number',
    edited(alpha, 'policy: upsert-only', 'version: 1.10'),
    [
      `${alpha}:23:14: dns.version must be text, and YAML reads 1.10 as the number 1.1: quote it ('1.10')${schemaNote('version')}`,
    ],
  ],
  [
    'an account id with a leading zero',
    edited(alpha, 'policy: upsert-only', 'account: 000000000001'),
    [
      `${alpha}:23:14: readers of YAML disagree on 000000000001 (a leading zero, a base or an underscore): quote it if it is an identifier ('000000000001'), or write a plain decimal number`,
    ],
  ],
  [
    'an account id without a leading zero',
    edited(alpha, 'policy: upsert-only', 'account: 123456789012'),
    [
      `${alpha}:23:14: dns.account must be text or null (an account id of 12 digits, quoted), and YAML reads 123456789012 as the number 123456789012: quote it ('123456789012')${schemaNote('account')}`,
    ],
  ],
  [
    'a switch-like word where text is wanted',
    edited(alpha, 'policy: upsert-only', 'version: on'),
    [
      `${alpha}:23:14: dns.version must be text, and YAML reads on as the boolean true: quote it ('on')${schemaNote('version')}`,
    ],
  ],
  [
    'a date where text is wanted',
    edited(alpha, 'policy: upsert-only', 'version: 2012-10-17'),
    [
      `${alpha}:23:14: dns.version must be text, and some readers of YAML take 2012-10-17 for a date: quote it ('2012-10-17')${schemaNote('version')}`,
    ],
  ],
  [
    'text where a number is wanted',
    edited(alpha, 'policy: upsert-only', "replicas: '3'"),
    [`${alpha}:23:15: dns.replicas must be a whole number, not text: write 3 without quotes${schemaNote('replicas')}`],
  ],
  [
    'a change of type',
    edited(alpha, 'policy: upsert-only', 'domains: a.example'),
    [`${alpha}:23:14: dns.domains must be a list, not the text "a.example"${schemaNote('domains')}`],
  ],
  [
    'null where the schema admits none',
    edited(alpha, 'policy: upsert-only', 'policy: null'),
    [
      `${alpha}:23:13: dns.policy must be text, not null: give a value, or remove the line to get the default "sync"${schemaNote('policy')}`,
    ],
  ],
  [
    'a number out of bounds',
    edited(alpha, 'policy: upsert-only', 'replicas: 0'),
    [`${alpha}:23:15: dns.replicas must be at least 1, not 0${schemaNote('replicas')}`],
  ],
  [
    'a wrong name of a map entry, and a wrong key inside',
    edited(alpha, 'policy: upsert-only', 'zones: { "Über": { tll: 1 } }'),
    [
      `${alpha}:23:14: the name "Über" must be a DNS name such as example.org, not "Über"`,
      `${alpha}:23:24: unknown key dns.zones.Über.tll; did you mean "ttl"?`,
    ],
  ],
  [
    'a missing channel',
    edited(alpha, 'channel: beta', 'channel: betta'),
    [`${alpha}:4:10: there is no channel betta; did you mean "beta"?`],
  ],
  [
    'a missing profile',
    edited(alpha, 'profile: worker', 'profile: wroker'),
    [`${alpha}:14:14: there is no profile wroker in channel beta; did you mean "worker"?`],
  ],
  [
    'a component where a profile belongs',
    edited(alpha, 'profile: worker', 'profile: dns'),
    [`${alpha}:14:14: there is no profile dns in channel beta; dns is a component`],
  ],
  [
    'an unknown key of a pool',
    edited(alpha, 'labels:\n', 'lables:\n'),
    [`${alpha}:19:7: unknown key pool/worker-1.lables; did you mean "labels"?`],
  ],
  [
    'sizes of a pool the wrong way round',
    edited(alpha, 'min_size: 1', 'min_size: 9'),
    [`${alpha}:16:15: min_size 9 is more than max_size 3`],
  ],
  [
    'a missing layer value',
    edited(alpha, 'environment: production', 'environment: prodution'),
    [`${alpha}:5:14: channel beta knows no environment prodution; did you mean "production"?`],
  ],
  [
    'a layer file that channel.yaml does not admit',
    changed({ [`${dns}/layers/environment/prod.yaml`]: 'replicas: 4\n' }),
    [`${dns}/layers/environment/prod.yaml: channel.yaml admits no environment prod; known: production, test`],
  ],
  [
    'an unknown layer kind',
    changed({ [`${dns}/layers/enviroment/test.yaml`]: 'replicas: 4\n' }),
    [`${dns}/layers/enviroment: channel.yaml knows no layer kind enviroment; did you mean "environment"?`],
  ],
  [
    'an unknown key in a layer of the unit',
    changed({ [`${dns}/layers/environment/test.yaml`]: 'replica: 4\n' }),
    [`${dns}/layers/environment/test.yaml:1:1: unknown key dns.replica; did you mean "replicas"?`],
  ],
  [
    'units from channels that are not there',
    changed({ [alpha]: `${base[alpha]}channels: {dns: stabel, cluter: stable, shared: stable}\n` }),
    [
      `${alpha}:24:12: there is no channel stabel; did you mean "stable"?`.replace(':12', ':17'),
      `${alpha}:24:25: there is no unit cluter in channel stable; did you mean "cluster"?`,
      `${alpha}:24:41: "shared" comes with the units that are taken: name those instead`,
    ],
  ],
  [
    'an alias that is not the name of the file',
    edited(alpha, 'alias: alpha', 'alias: alfa'),
    [`${alpha}:2:8: alias must equal the name of the file, alpha; this says alfa`],
  ],
  [
    'two clusters with one id',
    edited('clusters/omega.yaml', 'aws:000000000002:eu-central-1:omega', 'aws:000000000001:eu-central-1:alpha'),
    [
      'clusters/omega.yaml:1:5: the id aws:000000000001:eu-central-1:alpha is taken by cluster alpha (clusters/alpha.yaml:1); ids are unique',
    ],
  ],
  [
    'two clusters with one name in one account and region',
    changed({
      'clusters/omega.yaml': String(base['clusters/omega.yaml'])
        .replace('aws:000000000002\n', 'aws:000000000001\n')
        .replace('local_id: omega', 'local_id: alpha'),
    }),
    [
      'clusters/omega.yaml:2:11: local_id alpha is taken in this account and region by cluster alpha (clusters/alpha.yaml:3); their stacks would have the same names',
    ],
  ],
  [
    'keys that would steer a terminal',
    edited(alpha, 'policy:', '"\\e[2Jpolicy\\u202e":'),
    [
      `${alpha}:23:5: unknown key dns."\\u001b[2Jpolicy\\u{202e}"; known: account, domains, enabled, new_key, policy, replicas, version, zones.`,
    ],
  ],
  [
    'names of clusters that are no names',
    changed({
      'clusters/a..yaml': 'a: 1\n',
      'clusters/A B.yaml': 'a: 1\n',
      'clusters/x.yml': '',
      'clusters/sub/y.yaml': '',
    }),
    [
      'clusters/A B.yaml: "A B" cannot be a cluster\'s name: it becomes a path and a part of other names, so it has lower-case letters, digits and "-", begins with a letter, and has at most 63',
      'clusters/a..yaml: "a." cannot be a cluster\'s name: it becomes a path and a part of other names, so it has lower-case letters, digits and "-", begins with a letter, and has at most 63',
      'clusters/sub: clusters/ holds <cluster>.yaml and <cluster>.facts.yaml and nothing else',
      'clusters/x.yml: clusters/ holds <cluster>.yaml and <cluster>.facts.yaml and nothing else',
    ],
  ],
  [
    'facts of no cluster',
    changed({ 'clusters/alpa.facts.yaml': 'a: 1\n' }),
    ['clusters/alpa.facts.yaml belongs to no cluster: there is no clusters/alpa.yaml; did you mean "alpha"?'],
  ],
  [
    'a symbolic link for a cluster, and one deep in a channel',
    changed({ 'clusters/beta.yaml': { kind: 'symlink' }, [`${dns}/files/x`]: { kind: 'symlink' } }),
    [
      `${dns}/files/x is a symbolic link: weir does not follow links, so put the file itself here`,
      'clusters/beta.yaml is a symbolic link: weir does not follow links, so put the file itself here',
    ],
  ],
  [
    'directories where files should be',
    changed({
      [`${dns}/main.jsonnet`]: { kind: 'directory' },
      'channels/beta/channel.yaml': { kind: 'directory' },
      'clusters/alpha.facts.yaml': { kind: 'directory' },
      'clusters/omega.yaml': { kind: 'directory' },
    }),
    [
      'channels/beta/channel.yaml is a directory where a file should be',
      `${dns}/main.jsonnet is a directory where a file should be`,
      'clusters/alpha.facts.yaml is a directory where a file should be',
      'clusters/omega.yaml is a directory where a file should be',
    ],
  ],
  [
    'a file that is not UTF-8',
    changed({ [`${dns}/layers/environment/production.yaml`]: new Uint8Array([97, 58, 10, 98, 58, 32, 0xff, 0xfe]) }),
    [`${dns}/layers/environment/production.yaml:2:4: this file is not UTF-8 text: save it as UTF-8`],
  ],
  [
    'a unit without its files',
    changed({ 'channels/beta/components/ntp/component.yml': 'description: x\norder: 1\n' }),
    [
      'channels/beta/components/ntp/component.yml must be named component.yaml',
      'channels/beta/components/ntp/config.schema.yaml is missing: every unit has the schema of its config',
      'channels/beta/components/ntp/main.jsonnet is missing: it is the entry file of every component',
    ],
  ],
  [
    'two units with one name',
    changed({
      'channels/beta/stacks/dns/stack.yaml': 'description: x\norder: 100\nname: dns\n',
      'channels/beta/stacks/dns/config.schema.yaml': base['channels/beta/stacks/cluster/config.schema.yaml'],
      'channels/beta/stacks/dns/main.jsonnet': '{}',
    }),
    [
      'channels/beta/stacks/dns: the unit dns exists already in channels/beta/components/dns; names are unique in a channel',
    ],
  ],
  [
    'a component that joins no stack',
    edited(`${dns}/component.yaml`, 'stack: cluster', 'stack: cluter'),
    [`${dns}/component.yaml:3:8: there is no stack cluter in channel beta; did you mean "cluster"?`],
  ],
  [
    'an image without a tag, and one that floats',
    edited(
      `${dns}/component.yaml`,
      'dns: registry.example.org/dns:1.2.3',
      'a: registry.example.org/dns\n  b: registry.example.org/dns:latest',
    ),
    [
      `${dns}/component.yaml:5:6: images.a must be an image with its host and tag such as registry.k8s.io/pause:3.10, never "latest", not "registry.example.org/dns"`,
      `${dns}/component.yaml:6:6: images.b must be an image with its host and tag such as registry.k8s.io/pause:3.10, never "latest", not "registry.example.org/dns:latest"`,
    ],
  ],
  [
    'a stack name with an unknown field',
    edited('channels/beta/stacks/cluster/stack.yaml', '{local_id}', '{local-id}'),
    [
      'channels/beta/stacks/cluster/stack.yaml:3:7: {local-id} is no identity field of a cluster; did you mean "local_id"?',
    ],
  ],
  [
    'a profile whose pools would share one stack',
    edited('channels/beta/node-pools/worker/profile.yaml', '-{pool}', ''),
    [
      'channels/beta/node-pools/worker/profile.yaml:3:7: the name needs {pool}: several pools can have one profile, and each is a stack',
    ],
  ],
  [
    'a channel that promotes to none',
    edited('channels/beta/channel.yaml', 'promotes_to: stable', 'promotes_to: stabel'),
    ['channels/beta/channel.yaml:2:14: there is no channel stabel; did you mean "stable"?'],
  ],
  [
    'a channel folder of another name',
    changed({ 'channels/beta/component/x/component.yaml': '' }),
    ['channels/beta/component: a channel has no such entry; did you mean "components"?'],
  ],
];
