// Runs after an installation. onnxruntime-node ships its CPU binaries, but its own install script also downloads CUDA
// ones; where that host cannot be reached the script fails and npm removes the package, which is optional here for that
// reason. (An npm that knows `allowScripts` of package.json does not run it in the first place.) So where this package is
// a dependency, the files for this platform get a second name in a folder of our own, which takes no space, and where
// onnxruntime-node stays, its 240 MB for other platforms go. In this package's own repository, where npm is done with
// removing by now, the package is installed again without its script.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
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

/** Gives all files of a folder, or one file, a second name; copies them where the disk has no such names. */
function linkAll(from, to) {
  if (statSync(from).isDirectory()) {
    mkdirSync(to, { recursive: true });
    for (const name of readdirSync(from)) linkAll(join(from, name), join(to, name));
    return;
  }
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

const runtime = isDependency ? packageFolder('onnxruntime-node', join(root, 'package.json')) : undefined;
const binaries = join('bin', 'napi-v6');
const ours = join(binaries, process.platform, process.arch);
// It has none for Macs with Intel processors.
if (runtime && existsSync(join(runtime, ours))) {
  const kept = join(root, 'onnxruntime');
  rmSync(kept, { recursive: true, force: true });
  for (const part of ['package.json', 'dist', ours]) {
    mkdirSync(dirname(join(kept, part)), { recursive: true });
    linkAll(join(runtime, part), join(kept, part));
  }
  const common = packageFolder('onnxruntime-common', join(runtime, 'package.json'));
  linkAll(common, join(kept, 'node_modules', 'onnxruntime-common'));
  for (const platform of readdirSync(join(runtime, binaries)))
    for (const processor of readdirSync(join(runtime, binaries, platform))) {
      const other = join(binaries, platform, processor);
      if (other !== ours) rmSync(join(runtime, other), { recursive: true });
    }
}

if (!isDependency && !packageFolder('onnxruntime-node', join(root, 'package.json'))) {
  const again = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
  const { npm_execpath: npm } = process.env;
  if (npm) spawnSync(process.execPath, [npm, ...again], { cwd: root, stdio: 'inherit' });
}
