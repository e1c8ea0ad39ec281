// Inside a mount and network namespace of its own: writes what cloud-init would write, fetches what fetch-secrets would
// fetch (made here), starts the static pods' programs as their pods say, and asks them questions.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { apiServer } from './client.mjs';
import { joinsAsNode } from './join.mjs';
import { judge } from './judge.mjs';
import { makeSecrets } from './secrets.mjs';

const { values: options, positionals: clusters } = parseArgs({
  options: { bin: { type: 'string' }, out: { type: 'string' }, machine: { type: 'string' } },
  allowPositionals: true,
});
const address = '10.99.0.1';
const failures = [];
const say = (line) => process.stdout.write(`${line}\n`);
const check = (what, ok, detail = '') => {
  say(`${ok ? 'ok    ' : 'FAILED'} ${what}${ok || detail === '' ? '' : `: ${detail}`}`);
  if (!ok) failures.push(what);
};
const run = (command, ...words) => execFileSync(command, words, { stdio: ['ignore', 'pipe', 'inherit'] });

// ------------------------------------------------------------------------------------------------ the machine

function network() {
  run('mount', '--make-rprivate', '/');
  run('ip', 'link', 'set', 'lo', 'up');
  run('ip', 'link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1');
  run('ip', 'address', 'add', `${address}/24`, 'dev', 'v0');
  for (const device of ['v0', 'v1']) run('ip', 'link', 'set', device, 'up');
  run('ip', 'route', 'add', 'default', 'via', '10.99.0.254');
}

/** An empty folder in this namespace alone. */
function empty(folder) {
  mkdirSync(folder, { recursive: true });
  run('mount', '--types', 'tmpfs', 'tmpfs', folder);
}

const userData = (stack, file = 'userdata.yaml') =>
  parse(readFileSync(join(options.out, options.machine, 'cloudformation', stack, file), 'utf8'));

/** Users that the boot script makes, by name: their numbers stand in it. */
function usersOf(data) {
  const script = data.write_files.find((file) => file.path === '/usr/local/sbin/bootstrap-node').content;
  const made = [...script.matchAll(/groupadd --system --gid (\d+) (\S+)/g)].map(([, id, name]) => [name, Number(id)]);
  return new Map([['root', 0], ...made]);
}

function writeFiles(data) {
  for (const file of data.write_files) {
    if (!file.path.startsWith('/etc/kubernetes/')) continue;
    mkdirSync(dirname(file.path), { recursive: true });
    writeFileSync(file.path, file.content);
    chmodSync(file.path, Number.parseInt(file.permissions, 8));
  }
}

/**
 * Runs the machine's own fetch-secrets against a stand-in for the AWS command line. Digests in the list are those of the
 * secrets made here, since nobody has the facts' own.
 */
function fetchSecrets(data, secrets) {
  const list = '/etc/kubernetes/secrets.json';
  const wanted = JSON.parse(readFileSync(list, 'utf8'));
  for (const secret of wanted) {
    const value = JSON.stringify(secrets[secret.name] ?? {});
    secret.sha256 = createHash('sha256').update(value).digest('hex');
    writeFileSync(`/run/boot/${secret.sha256}`, `${value}\n`);
  }
  chmodSync(list, 0o600);
  writeFileSync(list, JSON.stringify(wanted));
  mkdirSync('/run/boot/bin', { recursive: true });
  const aws = '#!/bin/sh\nwhile [ "$1" != --version-stage ]; do shift; done\ncat "/run/boot/$2"\n';
  writeFileSync('/run/boot/bin/aws', aws, { mode: 0o755 });
  const groups = [...usersOf(data)].filter(([name]) => name !== 'root').map(([name, id]) => `${name}:x:${id}:\n`);
  writeFileSync('/run/boot/group', readFileSync('/etc/group', 'utf8') + groups.join(''));
  run('mount', '--bind', '/run/boot/group', '/etc/group');
  const script = data.write_files.find((file) => file.path === '/usr/local/sbin/fetch-secrets').content;
  const { status, stderr } = spawnSync('bash', ['-s'], {
    input: script,
    encoding: 'utf8',
    env: { ...process.env, PATH: `/run/boot/bin:${process.env.PATH}` },
  });
  check('fetch-secrets fetches', status === 0, stderr);
  run('umount', '/etc/group');
}

const podsOf = (data) =>
  data.write_files
    .filter((file) => file.path.startsWith('/etc/kubernetes/manifests/'))
    .map((file) => parse(file.content));

/** Folders of the host that a pod writes to belong to its user, as the boot script arranges. */
function ownFolders(pod) {
  const user = pod.spec.securityContext.runAsUser;
  for (const volume of pod.spec.volumes) {
    if (volume.hostPath?.type !== 'Directory' || volume.hostPath.path.startsWith('/etc/')) continue;
    empty(volume.hostPath.path);
    chownSync(volume.hostPath.path, user, user);
  }
}

const running = [];
/** Starts a container's program as its pod's user, without any capability. */
function start(pod, container) {
  const [command, ...words] = container.command;
  const user = String(pod.spec.securityContext.runAsUser);
  for (const mount of container.volumeMounts ?? []) {
    const volume = pod.spec.volumes.find((candidate) => candidate.name === mount.name);
    if (volume.emptyDir === undefined || existsSync(mount.mountPath)) continue;
    mkdirSync(mount.mountPath, { recursive: true });
    chmodSync(mount.mountPath, 0o777);
  }
  const program = join(options.bin, command.replace(/^\//, ''));
  const limits = ['--reuid', user, '--regid', user, '--clear-groups', '--no-new-privs', '--bounding-set=-all'];
  const child = spawn('setpriv', [...limits, program, ...words], { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
  const log = [];
  const keep = (chunk) => log.push(String(chunk));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  running.push({ name: container.name, child, log });
}
const startAll = (pod) => {
  for (const container of pod.spec.containers) start(pod, container);
};
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function until(what, question, seconds = 60) {
  for (let second = 0; second < seconds; second += 1) {
    if (await question().catch(() => false)) return check(what, true);
    await pause(1000);
  }
  check(what, false, running.map(({ name, log }) => `\n--- ${name}\n${log.join('').slice(-3000)}`).join(''));
}

// ------------------------------------------------------------------------------------------------ the questions

/** A kubelet's own reading of its configuration: it gets as far as the container runtime, which is not here. */
function kubeletAccepts(what, data) {
  writeFiles(data);
  const service = data.write_files.find((file) => file.path.endsWith('/kubelet.service')).content;
  const words = /^ExecStart=\S+ (.*)$/m.exec(service)[1].split(' ');
  const script = data.write_files.find((file) => file.path === '/usr/local/sbin/bootstrap-node').content;
  const labels = /labels='([^']*)'/.exec(script)?.[1];
  const node =
    labels === undefined ? [] : [`--node-ip=${address}`, `--node-labels=${labels}`, '--provider-id=aws:///a/i-0'];
  const all = [...words.filter((word) => !word.startsWith('$')), ...node].map((word) =>
    word.replace('/usr/local/lib/kubelet', '/run/kubelet-lib'),
  );
  let output = '';
  try {
    execFileSync(join(options.bin, 'kubelet'), all, { stdio: 'pipe', timeout: 20000 });
  } catch (problem) {
    output = String(problem.stderr);
  }
  const end = output
    .split('\n')
    .filter((line) => /^E|command failed/.test(line))
    .join('\n');
  check(
    `kubelet reads the configuration of ${what}`,
    /validate service connection/.test(end),
    end || output.slice(-500),
  );
}

const pool = (unit) => {
  const folder = join(options.out, options.machine, 'cloudformation');
  return readdirSync(folder).find((name) => {
    const file = join(folder, name, 'userdata.yaml');
    return existsSync(file) && readFileSync(file, 'utf8').startsWith(`# Generated by weir from profile/${unit}`);
  });
};

async function main() {
  network();
  const etcd = userData(
    'etcd',
    readdirSync(join(options.out, options.machine, 'cloudformation/etcd')).find((name) => name.startsWith('userdata')),
  );
  const master = userData(pool('master-default'));
  for (const folder of ['/etc/kubernetes', '/etc/etcd', '/run/kmsplugin', '/var/lib/kubelet', '/run/kubelet-lib'])
    empty(folder);
  const hosts = podsOf(etcd).flatMap((pod) =>
    pod.spec.containers[0].command.join(' ').match(/(?<=https:\/\/)[a-z0-9.-]+(?=:2380)/g),
  );
  empty('/run/boot');
  writeFileSync('/run/boot/hosts', `127.0.0.1 localhost ${[...new Set(hosts)].join(' ')}\n`);
  run('mount', '--bind', '/run/boot/hosts', '/etc/hosts');
  const secrets = makeSecrets('/run/boot/pki', { hosts: [...new Set(hosts)], serviceIp: '10.5.0.1' });

  for (const data of [etcd, master]) {
    writeFiles(data);
    fetchSecrets(data, secrets);
    for (const pod of podsOf(data)) ownFolders(pod);
  }
  const [member] = podsOf(etcd);
  // On the machine the boot script makes it, on the member's volume.
  mkdirSync('/var/lib/etcd/data', { mode: 0o700 });
  chownSync('/var/lib/etcd/data', member.spec.securityContext.runAsUser, member.spec.securityContext.runAsUser);
  startAll(member);
  await until('etcd serves', async () => (await fetch('http://127.0.0.1:2381/readyz')).ok);

  const pods = new Map(podsOf(master).map((pod) => [pod.metadata.name, pod]));
  startAll(pods.get('kube-apiserver'));
  const server = apiServer('https://127.0.0.1:8443', { ca: secrets['control-plane-ca']['ca.crt'], ...secrets.admin });
  await until(
    'the API server is ready, its encryption provider too',
    async () => (await server.get('/readyz')).status === 200,
  );
  startAll(pods.get('kube-controller-manager'));
  startAll(pods.get('kube-scheduler'));
  await until(
    'the controller manager works',
    async () => (await server.at('https://127.0.0.1:10257').anonymous('/healthz')).status === 200,
  );
  await until(
    'the scheduler works',
    async () => (await server.at('https://127.0.0.1:10259').anonymous('/readyz')).status === 200,
  );
  await until(
    'both lead',
    async () =>
      (await server.get('/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-scheduler')).status === 200,
  );

  check('nobody without a name sees the API', (await server.anonymous('/api')).status === 401);
  check('nobody without a name sees more than health', (await server.anonymous('/version')).status === 401);
  check('health is open to load balancers', (await server.anonymous('/readyz')).status === 200);
  const issuer = JSON.parse((await server.get('/.well-known/openid-configuration')).text).issuer;
  check(
    'tokens are issued in the name of the API',
    issuer === `https://${options.machine}.${hosts[0].split('.').slice(2).join('.')}`,
    issuer,
  );

  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'probe', namespace: 'default' },
    stringData: { word: 'open-sesame' },
  };
  await server.apply(secret, '/api/v1/namespaces/default/secrets/probe');
  const found = spawnSync('grep', ['--recursive', '--text', '--quiet', 'open-sesame', '/var/lib/etcd/data']).status;
  check('a secret does not stand in etcd as it is', found === 1);
  const audit = readFileSync('/var/log/kube-apiserver/audit.log', 'utf8');
  check(
    'the audit log has the deed, and not the secret',
    audit.includes('"name":"probe"') && !audit.includes('open-sesame'),
  );

  const worker = secrets['worker-tls'];
  const shared = {
    ca: worker['ca.crt'],
    certificate: worker['kubelet-bootstrap.crt'],
    key: worker['kubelet-bootstrap.key'],
  };
  await joinsAsNode(server, join(options.out, options.machine), shared, '/run/boot', { check, until });

  for (const cluster of clusters) await judge(server, join(options.out, cluster), cluster, { check, say });

  mkdirSync('/run/kubelet-lib/credential-providers', { recursive: true });
  writeFileSync('/run/kubelet-lib/credential-providers/ecr-credential-provider', '#!/bin/sh\n', { mode: 0o755 });
  kubeletAccepts('a control-plane node', master);
  kubeletAccepts('a worker', userData(pool('worker-splitaz')));
  kubeletAccepts('a member of etcd', etcd);
}

try {
  await main();
} catch (problem) {
  check('everything could be asked', false, String(problem?.stack ?? problem));
} finally {
  for (const { child } of running) child.kill('SIGKILL');
}
say(failures.length === 0 ? 'all is well' : `${failures.length} failures`);
process.exit(failures.length === 0 ? 0 : 1);
