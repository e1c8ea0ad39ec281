// User data: cloud-config documents, and how a machine gets its secrets at boot.
//
// A machine image has containerd, runc, the kubelet, CNI plugins in /opt/cni/bin, crictl, the AWS command line (version
// 2), the ECR credential provider, curl, jq, mdadm and xfsprogs. Everything else is written here.
local weir = import 'weir.libsonnet';

{
  file(path, content, permissions='0644'):: {
    path: path,
    permissions: permissions,
    owner: 'root:root',
    content: content,
  },
  script(path, content):: $.file(path, content, '0755'),
  yaml(path, value, permissions='0644')::
    local text = weir.yaml(value);
    $.file(path, if std.endsWith(text, '\n') then text else text + '\n', permissions),

  // A cloud-config document. `files` are written before anything else; then `commands` run, once, each a list of words.
  document(files, commands):: '#cloud-config\n' + weir.yaml({ write_files: files, runcmd: commands }),

  // ------------------------------------------------------------------------------------------- secrets

  // A secret of `facts.secrets` and the files that come of it. Its string is a JSON object from `key` to PEM text.
  // `files`: key to path, or to {path, mode, group}. Private keys are the root's alone unless said otherwise.
  secret(cluster, name, files):: {
    name: name,
    reference: cluster.facts.secrets[name].reference,
    sha256: cluster.facts.secrets[name].sha256,
    files: [
      { key: key, mode: if std.endsWith(key, '.key') then '0400' else '0444', group: 'root' } +
      (if std.isString(files[key]) then { path: files[key] } else files[key])
      for key in std.objectFields(files)
    ],
  },

  // The list of what to fetch, and the script that fetches it.
  //
  // Every version of a secret carries its SHA-256 as a staging label, and the digest stands in this user data. So a
  // rotation is a change of a fact, it replaces the machines that hold the secret, and until it is rolled out machines
  // of the old user data still start with the old version. A value with another digest is refused.
  secretFiles(cluster, secrets):: [
    $.file('/etc/kubernetes/secrets.json', weir.json(secrets) + '\n', '0400'),
    $.script('/usr/local/sbin/fetch-secrets', |||
      #!/bin/bash
      # Writes the files that secrets.json lists, from Secrets Manager. A secret whose digest is not the listed one
      # is refused.
      set -euo pipefail
      umask 077

      fetch() {
        local attempt
        for attempt in 1 2 3 4 5 6; do
          aws secretsmanager get-secret-value --region '%(region)s' --secret-id "$1" --version-stage "$2" \
            --query SecretString --output text && return
          sleep "$((attempt * 5))"
        done
        return 1
      }

      jq --compact-output '.[]' /etc/kubernetes/secrets.json | while read -r secret; do
        name=$(jq --raw-output .name <<< "$secret")
        digest=$(jq --raw-output .sha256 <<< "$secret")
        value=$(fetch "$(jq --raw-output .reference <<< "$secret")" "$digest")
        if [[ $(printf '%%s' "$value" | sha256sum | cut --delimiter=' ' --fields=1) != "$digest" ]]; then
          echo "secret $name: the value does not have the digest $digest" >&2
          exit 1
        fi
        jq --raw-output '.files[] | [.key, .path, .mode, .group] | @tsv' <<< "$secret" |
          while IFS=$'\t' read -r key path mode group; do
            content=$(jq --exit-status --raw-output --arg key "$key" '.[$key]' <<< "$value")
            install --directory --mode=0755 "${path%%/*}"
            install --owner=root --group="$group" --mode="$mode" /dev/stdin "$path" <<< "$content"
          done
      done
    ||| % { region: cluster.region }),
  ],

  // ------------------------------------------------------------------------------------------- instance metadata

  // Shell lines that define `metadata PATH`, by the session-token form of the metadata service.
  metadataFunction:: |||
    token=$(curl --silent --show-error --fail --retry 10 --retry-connrefused --request PUT \
      --header 'X-aws-ec2-metadata-token-ttl-seconds: 300' http://169.254.169.254/latest/api/token)
    metadata() {
      curl --silent --show-error --fail --retry 10 --header "X-aws-ec2-metadata-token: $token" \
        "http://169.254.169.254/latest/meta-data/$1"
    }
  |||,

  // ------------------------------------------------------------------------------------------- rolling updates

  // A script that tells CloudFormation when this machine serves, so that an update of its group goes on to the next one.
  // `probe`: words of curl that succeed then. Nobody listens when the group is new, or when the machine was replaced
  // for another reason.
  signalScript(cluster, stack, groupId, probe):: $.script('/usr/local/sbin/signal-stack', |||
    #!/bin/bash
    # Tells CloudFormation that this machine serves.
    set -euo pipefail
    for _ in $(seq 80); do
      if curl --silent --fail %(probe)s > /dev/null; then
        aws cloudformation signal-resource --region '%(region)s' --stack-name '%(stack)s' \
          --logical-resource-id '%(group)s' --unique-id "$(< /var/lib/cloud/data/instance-id)" --status SUCCESS || true
        exit 0
      fi
      sleep 10
    done
    echo 'this machine does not serve' >&2
    exit 1
  ||| % { probe: probe, region: cluster.region, stack: stack, group: groupId }),
}
