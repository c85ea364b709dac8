import type { PresetName } from '../network/presets.ts';

/**
 * Names that an operation has in published PyTorch checkpoints, without what wrappers put before them.
 *
 * @param preset - The network.
 * @param owner - The operation as our weights name it, `<stage>.<operation>`.
 * @returns Names of the module, the published one first.
 * @see Feather et al. (2023), github.com/jenellefeather/model_metamers_pytorch, and Kell et al. (2018).
 */
export function moduleNames(preset: PresetName, owner: string): string[] {
  if (preset === 'cochcnn9') return cochCnn9Names(owner);
  if (preset === 'cochresnet50') return cochResNet50Names(owner);
  return preset === 'kell2018' ? kell2018Names(owner) : [owner];
}

function cochCnn9Names(owner: string): string[] {
  if (owner === 'relufc.dense') return ['fullyconnected', 'fc'];
  if (owner === 'final.dense') return ['classification', 'final'];
  return [owner.replace(/^relu(\d)\.conv$/, 'conv$1').replace(/^relu(\d)\.batchNorm$/, 'batchnorm$1')];
}

function cochResNet50Names(owner: string): string[] {
  if (owner === 'final.dense') return ['fc', 'final', 'classification'];
  if (owner === 'conv1_relu1.conv') return ['conv1'];
  if (owner === 'conv1_relu1.batchNorm') return ['bn1'];
  return [
    owner
      .replace(/\.shortcut\.conv$/, '.downsample.0')
      .replace(/\.shortcut\.batchNorm$/, '.downsample.1')
      .replace(/\.(\d)\.conv$/, '.conv$1')
      .replace(/\.(\d)\.batchNorm$/, '.bn$1'),
  ];
}

/** Branches end in `_W` and `_G` there, the last matrix is called `fctop`. */
function kell2018Names(owner: string): string[] {
  const [, name, branch = ''] = /^(\w+?)(?:\.(word|music))?\.(?:conv|dense)$/.exec(owner) ?? [];
  const suffix = { word: '_W', music: '_G' }[branch] ?? '';
  return [`${name === 'top' ? 'fctop' : name}${suffix}`];
}
