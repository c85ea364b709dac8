import { type DeviceName, deviceNames, type EngineName, engineNames } from '../../engine/engine.ts';
import type { Flag, Flags } from '../command.ts';

/** Flags of every command that runs a model. */
export const engineFlags: readonly Flag[] = [
  { flag: '--engine <name>', help: 'what computes', choices: engineNames, default: 'onnxruntime' },
  {
    flag: '--device <name>',
    help: 'where ONNX Runtime computes',
    choices: deviceNames,
    default: 'cpu',
  },
];

/**
 * Engine and device as {@link engineFlags} ask.
 *
 * @param flags - Parsed flags of the command.
 */
export function engineOptions(flags: Flags): { engine: EngineName; device: DeviceName } {
  return { engine: flags['engine'] as EngineName, device: flags['device'] as DeviceName };
}
