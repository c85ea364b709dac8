// Runs after an installation. onnxruntime-node ships its CPU binaries, but its own install script also downloads CUDA
// ones; where that host cannot be reached the script fails and npm removes the package, which is optional here for that
// reason. (An npm that knows `allowScripts` of package.json does not run it in the first place.) So its files for this
// platform are kept in a folder of our own where this package is a dependency; in its own repository, where npm is done
// with removing by now, the package is installed again without its script.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const isDependency = root.split(sep).includes('node_modules');

/** Folder of an installed package, undefined when it is not there. */
function packageFolder(name, from) {
  try {
    let folder = dirname(createRequire(from).resolve(name));
    while (nameIn(folder) !== name) folder = dirname(folder);
    return folder;
  } catch {
    return undefined;
  }
}

function nameIn(folder) {
  const path = join(folder, 'package.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).name : undefined;
}

const runtime = isDependency ? packageFolder('onnxruntime-node', join(root, 'package.json')) : undefined;
if (runtime) {
  const kept = join(root, 'onnxruntime');
  const binaries = join('bin', 'napi-v6', process.platform, process.arch);
  rmSync(kept, { recursive: true, force: true });
  mkdirSync(kept, { recursive: true });
  for (const part of ['package.json', 'dist', binaries])
    cpSync(join(runtime, part), join(kept, part), { recursive: true });
  const common = packageFolder('onnxruntime-common', join(runtime, 'package.json'));
  cpSync(common, join(kept, 'node_modules', 'onnxruntime-common'), { recursive: true });
}

if (!isDependency && !packageFolder('onnxruntime-node', join(root, 'package.json'))) {
  const again = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
  const { npm_execpath: npm } = process.env;
  if (npm) spawnSync(process.execPath, [npm, ...again], { cwd: root, stdio: 'inherit' });
}
