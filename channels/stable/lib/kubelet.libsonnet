// What every machine that runs a kubelet has: the kubelet's configuration and service, containerd, the kernel.
local nodes = import 'nodes.libsonnet';
local userdata = import 'userdata.libsonnet';

{
  clusterCa:: '/etc/kubernetes/pki/ca.crt',
  bootstrapCertificate:: '/etc/kubernetes/pki/kubelet-bootstrap.crt',
  bootstrapKey:: '/etc/kubernetes/pki/kubelet-bootstrap.key',
  manifests:: '/etc/kubernetes/manifests',
  bootstrapKubeconfig:: '/etc/kubernetes/bootstrap-kubeconfig.yaml',

  // A kubeconfig for one user with a client certificate. `server` is the API server's address.
  kubeconfig(server, user, certificate, key, ca=$.clusterCa):: {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'cluster', cluster: { server: server, 'certificate-authority': ca } }],
    users: [{ name: user, user: { 'client-certificate': certificate, 'client-key': key } }],
    contexts: [{ name: user, context: { cluster: 'cluster', user: user } }],
    'current-context': user,
  },

  // The kubelet's configuration file. `config` is the pool's; `taints` register with the node.
  config(shared, config, maxPods, taints):: $.common(config) {
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: $.clusterCa },
    },
    authorization: { mode: 'Webhook' },
    clusterDNS: [shared.dns_service_ip],
    clusterDomain: shared.cluster_domain,
    maxPods: maxPods,
    podPidsLimit: config.pod_max_pids,
    rotateCertificates: true,
    [if taints != [] then 'registerWithTaints']: taints,
    [if config.allowed_unsafe_sysctls != [] then 'allowedUnsafeSysctls']: config.allowed_unsafe_sysctls,
    [if config.feature_gates != {} then 'featureGates']: config.feature_gates,
  },

  // A kubelet that runs the pods of its manifests folder and knows no API server.
  standaloneConfig(config):: $.common(config) {
    authentication: { anonymous: { enabled: false }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    // Nobody may ask it anything.
    enableServer: false,
    staticPodPath: $.manifests,
  },

  common(config):: {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    cgroupDriver: 'systemd',
    containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
    containerLogMaxFiles: 3,
    containerLogMaxSize: '50Mi',
    evictionHard: {
      'memory.available': '100Mi',
      'nodefs.available': '10%',
      'nodefs.inodesFree': '5%',
      'imagefs.available': '15%',
    },
    kubeReserved: { cpu: config.kube_reserved.cpu, memory: config.kube_reserved.memory },
    systemReserved: { cpu: config.system_reserved.cpu, memory: config.system_reserved.memory },
    // The kernel settings that this insists on stand in `kernelFiles`.
    protectKernelDefaults: true,
    readOnlyPort: 0,
    // systemd-resolved's own file names a resolver on the loopback, which a pod cannot reach.
    resolvConf: '/run/systemd/resolve/resolv.conf',
    seccompDefault: true,
    tlsMinVersion: 'VersionTLS12',
  },

  // Files of every machine: kernel, containerd, credential provider, the kubelet's configuration and service.
  // `configuration` is a KubeletConfiguration; `arguments` join the kubelet's command line; `gpu`: NVIDIA's runtime.
  files(cluster, configuration, arguments, pauseImage, sysctls={}, gpu=false)::
    $.kernelFiles(sysctls) + [
      userdata.file('/etc/containerd/config.toml', $.containerd(pauseImage, gpu)),
      userdata.yaml('/etc/kubernetes/kubelet.yaml', configuration),
      userdata.yaml('/etc/kubernetes/credential-provider.yaml', $.credentialProvider),
      userdata.file('/etc/systemd/system/kubelet.service', $.service(arguments)),
    ],

  // What a node of the cluster passes to its kubelet beyond what a standalone one does. A kubelet without a certificate
  // of its own asks for one with the certificate that all nodes of its kind share.
  nodeArguments(cluster):: [
    '--bootstrap-kubeconfig=' + $.bootstrapKubeconfig,
    '--kubeconfig=/var/lib/kubelet/kubeconfig',
  ] + (
    // Then a node is unusable until the cloud controller has written its addresses and zone.
    if std.get(cluster.enabled, 'aws-cloud-controller-manager', false) then ['--cloud-provider=external'] else []
  ),

  service(arguments):: |||
    [Unit]
    Description=Kubelet
    Wants=network-online.target
    After=network-online.target containerd.service
    Requires=containerd.service

    [Service]
    # Name, provider id and labels of this machine, written at boot.
    EnvironmentFile=/etc/kubernetes/node.env
    ExecStart=/usr/bin/kubelet %s $KUBELET_ARGUMENTS
    Restart=always
    RestartSec=5
    OOMScoreAdjust=-999

    [Install]
    WantedBy=multi-user.target
  ||| % std.join(' ', [
    '--config=/etc/kubernetes/kubelet.yaml',
    '--image-credential-provider-config=/etc/kubernetes/credential-provider.yaml',
    '--image-credential-provider-bin-dir=/usr/local/lib/kubelet/credential-providers',
  ] + arguments),

  // Images of ECR are pulled with the machine's role.
  credentialProvider:: {
    apiVersion: 'kubelet.config.k8s.io/v1',
    kind: 'CredentialProviderConfig',
    providers: [{
      name: 'ecr-credential-provider',
      apiVersion: 'credentialprovider.kubelet.k8s.io/v1',
      matchImages: ['*.dkr.ecr.*.amazonaws.com'],
      defaultCacheDuration: '12h0m0s',
    }],
  },

  containerd(pauseImage, gpu):: |||
    version = 3

    [plugins.'io.containerd.cri.v1.images'.pinned_images]
      sandbox = '%(pause)s'

    [plugins.'io.containerd.cri.v1.images'.registry]
      config_path = '/etc/containerd/certs.d'

    [plugins.'io.containerd.cri.v1.runtime'.containerd]
      default_runtime_name = '%(runtime)s'

    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.%(runtime)s]
      runtime_type = 'io.containerd.runc.v2'

    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.%(runtime)s.options]
      %(binary)sSystemdCgroup = true
  ||| % {
    pause: pauseImage,
    runtime: if gpu then 'nvidia' else 'runc',
    binary: if gpu then "BinaryName = '/usr/bin/nvidia-container-runtime'\n  " else '',
  },

  kernelFiles(sysctls):: [
    userdata.file('/etc/modules-load.d/kubernetes.conf', 'br_netfilter\noverlay\n'),
    userdata.file(
      '/etc/sysctl.d/90-kubernetes.conf',
      std.join('', [
        key + ' = ' + settings[key] + '\n'
        for settings in [$.sysctls + sysctls]
        for key in std.objectFields(settings)
      ]),
    ),
  ],
  sysctls:: {
    'net.bridge.bridge-nf-call-iptables': '1',
    'net.ipv4.ip_forward': '1',
    // What the kubelet's protectKernelDefaults asks for.
    'kernel.panic': '10',
    'kernel.panic_on_oops': '1',
    'vm.overcommit_memory': '1',
    'vm.panic_on_oom': '0',
    // Many small watchers on one node: the defaults are those of a desktop.
    'fs.inotify.max_user_instances': '8192',
    'fs.inotify.max_user_watches': '524288',
  },

  // The script that makes a machine a node. `secrets`: whether there are secrets to fetch; `labels` of the node;
  // `spotByInstance`: the pool mixes spot and on-demand, so each machine finds out for itself; `before` and `after`
  // the kubelet starts: more shell lines.
  bootstrap(labels={}, spotByInstance=false, standalone=false, before='')::
    userdata.script('/usr/local/sbin/bootstrap-node', std.join('\n', [
      |||
        #!/bin/bash
        # Makes this machine a node, once, at first boot.
        set -euo pipefail

      ||| + userdata.metadataFunction,
      before,
      |||
        modprobe --all br_netfilter overlay
        sysctl --system > /dev/null
        /usr/local/sbin/fetch-secrets
      |||,
    ] + (if standalone then [
           |||
             echo 'KUBELET_ARGUMENTS=' > /etc/kubernetes/node.env
           |||,
         ] else [
           |||
             instance=$(metadata instance-id)
             zone=$(metadata placement/availability-zone)
             address=$(metadata local-ipv4)
             name=$(metadata local-hostname)
             labels='%(labels)s'
             %(spot)s
             # A name server may add search domains: the first word is the name.
             echo "KUBELET_ARGUMENTS=--hostname-override=${name%%%% *} --node-ip=$address" \
               "--provider-id=aws:///$zone/$instance --node-labels=$labels" > /etc/kubernetes/node.env
           ||| % {
             labels: std.join(',', [key + '=' + labels[key] for key in std.objectFields(labels)]),
             spot: if spotByInstance then
               '[[ $(metadata instance-life-cycle) == spot ]] && labels+=",' + nodes.spotLabel + '=true"'
             else '# Whether it is a spot instance, its pool knows.',
           },
         ]) + [
      |||
        systemctl daemon-reload
        systemctl restart containerd
        systemctl enable --now kubelet
      |||,
    ])),

  // Joins the instance's own disks into one volume, mounted before anything uses the path.
  instanceStorage(path):: |||
    mapfile -t disks < <(lsblk --noheadings --nodeps --paths --output NAME,MODEL |
      awk '/Amazon EC2 NVMe Instance Storage/ { print $1 }')
    if ((${#disks[@]} > 0)); then
      disk=${disks[0]}
      if ((${#disks[@]} > 1)); then
        disk=/dev/md0
        mdadm --create "$disk" --level=0 --raid-devices="${#disks[@]}" "${disks[@]}"
      fi
      mkfs.xfs -f "$disk"
      mkdir --parents '%(path)s'
      mount --options noatime "$disk" '%(path)s'
      # The disks are empty after a stop, so there is nothing to find at the next boot: nofail.
      echo "$disk %(path)s xfs noatime,nofail 0 0" >> /etc/fstab
    fi
  ||| % { path: path },
}
