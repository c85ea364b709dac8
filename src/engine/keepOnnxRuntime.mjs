// Runs after an installation. onnxruntime-node ships its CPU binaries, but its own install script also downloads CUDA
// ones; where that host cannot be reached the script fails and npm removes the package, which is optional here for that
// reason. (An npm that knows `allowScripts` of package.json does not run it in the first place.) So where this package is
// a dependency, the files for this platform get a second name in a folder of our own, which takes no space, and where
// onnxruntime-node stays, its 240 MB for other platforms go. They stay where others may want them: where it lies outside
// the node_modules that this package lies in, as in a store or a parent project, where the project itself depends on it,
// and where npm was asked for another platform. In this package's own repository, where npm is done with removing by now,
// the package is installed again without its script. Nothing that fails here makes the installation fail.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
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
    // One that is installed under another's name has no folder of this name above it.
    while (nameIn(folder) !== name && folder !== dirname(folder)) folder = dirname(folder);
    return nameIn(folder) === name ? folder : undefined;
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

/** Gives what this platform needs of the package a second name in a folder of ours. */
function keep(runtime, ours) {
  const kept = join(root, 'onnxruntime');
  rmSync(kept, { recursive: true, force: true });
  for (const part of ['package.json', 'dist', ours]) {
    mkdirSync(dirname(join(kept, part)), { recursive: true });
    linkAll(join(runtime, part), join(kept, part));
  }
  const common = packageFolder('onnxruntime-common', join(runtime, 'package.json'));
  if (common) linkAll(common, join(kept, 'node_modules', 'onnxruntime-common'));
}

/** Whether nobody but this package needs what the package brings for other platforms. */
function isOurs(runtime) {
  const [project] = root.split(`${sep}node_modules${sep}`);
  const isInside = realpathSync(runtime).startsWith(join(realpathSync(project), 'node_modules') + sep);
  const manifest = join(project, 'package.json');
  const named = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')) : {};
  const isNamed = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'].some(
    (kind) => 'onnxruntime-node' in (named[kind] ?? {}),
  );
  const { npm_config_os: system, npm_config_cpu: processor } = process.env;
  return isInside && !isNamed && !system && !processor;
}

/** Removes what the package brings for other platforms. */
function removeOthers(runtime, ours) {
  const folders = (path) =>
    readdirSync(join(runtime, path), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(path, name));
  for (const other of folders(binaries).flatMap(folders))
    if (other !== ours) rmSync(join(runtime, other), { recursive: true });
}

const binaries = join('bin', 'napi-v6');

/** All of it, where this package is a dependency. */
function keepAndRemove() {
  const runtime = packageFolder('onnxruntime-node', join(root, 'package.json'));
  const ours = join(binaries, process.platform, process.arch);
  // It has none for Macs with Intel processors.
  if (!runtime || !existsSync(join(runtime, ours))) return;
  keep(runtime, ours);
  if (isOurs(runtime)) removeOthers(runtime, ours);
}

try {
  if (isDependency) keepAndRemove();
  else if (!packageFolder('onnxruntime-node', join(root, 'package.json'))) {
    const again = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
    const { npm_execpath: npm } = process.env;
    if (npm) spawnSync(process.execPath, [npm, ...again], { cwd: root, stdio: 'inherit' });
  }
} catch (error) {
  process.stderr.write(
    `auditory-metamer: its copy of ONNX Runtime was not tidied up (${error.message}); metamer doctor says whether all is there\n`,
  );
}
