// Makes schemas/aws/ from pinned registry packages: IAM actions and condition keys, and EC2 instance types.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { fetchPackage } from './fetch.mjs';
import { writeJson } from './json.mjs';

function readFolder(folder) {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => [file.slice(0, -'.json'.length), JSON.parse(readFileSync(join(folder, file), 'utf8'))]);
}

/** Service prefix to action names, and to condition keys, each in one string with spaces between; `aws` has global keys. */
function buildIam(folder) {
  const names = (entries, key) => Object.values(entries).map((entry) => entry[key]);
  const joined = (list) => [...new Set(list)].sort().join(' ');
  const services = {};
  const global = readFileSync(join(folder, 'dist/esm/globalConditionKeys.js'), 'utf8').matchAll(/key: '(aws:[^']+)'/g);
  const globalKeys = [...global].map(([, key]) => key.replace('/tag-key', `/\${TagKey}`));
  for (const [service, actions] of readFolder(join(folder, 'data/actions'))) {
    services[service] = { actions: joined(names(actions, 'name')) };
  }
  for (const [service, keys] of readFolder(join(folder, 'data/conditionKeys'))) {
    const own = names(keys, 'key').filter((key) => !key.startsWith('aws:'));
    if (services[service] && own.length > 0) services[service].keys = joined(own);
    globalKeys.push(...names(keys, 'key').filter((key) => key.startsWith('aws:')));
  }
  services.aws = { actions: '', keys: joined(globalKeys) };
  return services;
}

/** Architectures under the names of nodes; `i386` and the Mac variants run no Kubernetes. */
const architectures = { x86_64: 'amd64', arm64: 'arm64' };

function buildInstances(folder) {
  const file = join(folder, 'moto/ec2/resources/instance_types.json.gz');
  const described = JSON.parse(gunzipSync(readFileSync(file)));
  const rows = {};
  for (const [name, entry] of Object.entries(described)) {
    const known = entry.ProcessorInfo.SupportedArchitectures.map((name) => architectures[name]).filter(Boolean);
    rows[name] = {
      arch: known.sort().join(' '),
      vcpus: entry.VCpuInfo.DefaultVCpus,
      memory: entry.MemoryInfo.SizeInMiB,
      gpus: sum(entry.GpuInfo?.Gpus) || undefined,
      accelerators: sum(entry.NeuronInfo?.NeuronDevices) || undefined,
      disk: entry.InstanceStorageInfo?.TotalSizeInGB,
      interfaces: entry.NetworkInfo?.MaximumNetworkInterfaces,
      addresses: entry.NetworkInfo?.Ipv4AddressesPerInterface,
      old: entry.CurrentGeneration === false ? true : undefined,
    };
  }
  return rows;
}

function sum(devices) {
  return (devices ?? []).reduce((total, device) => total + (device.Count ?? 0), 0);
}

/**
 * @param {{aws: {sources: Record<string, import('./fetch.mjs').Source>}}} sources
 * @param {string} temporary
 * @param {string} output schemas/aws
 */
export function buildAws({ aws }, temporary, output) {
  const services = buildIam(fetchPackage(aws.sources.iam, temporary));
  writeJson(join(output, 'iam-actions.json'), { format: 1, services }, 2);
  const types = buildInstances(fetchPackage(aws.sources.instances, temporary));
  writeJson(join(output, 'instance-types.json'), { format: 1, types }, 2);
  console.log(`aws: ${Object.keys(services).length} IAM services, ${Object.keys(types).length} instance types`);
}
