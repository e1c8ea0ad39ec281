/** The script of a worker thread: the compiler's, with the writer of YAML that `weir.libsonnet` needs. */
import { serveTasks } from '../../compile/serve.ts';
import { renderYaml } from '../../write/yaml.ts';

serveTasks({ renderYaml });
