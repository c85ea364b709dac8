import {
  type DeviceName,
  defaultDevice,
  defaultEngine,
  deviceNames,
  type EngineName,
  engineNames,
} from '../../engine/engine.ts';
import type { Flag, Flags } from '../command.ts';
import { autoDevice } from '../terminal/chooseDevice.ts';

/** Flag of commands that ONNX Runtime alone computes. */
export const deviceFlag: Flag = {
  flag: '--device <name>',
  help: 'where ONNX Runtime computes; auto takes a GPU if there is one, and says so',
  choices: [...deviceNames, autoDevice],
  default: defaultDevice,
};

/** Flags of every command that runs a model. */
export const engineFlags: readonly Flag[] = [
  { flag: '--engine <name>', help: 'what computes', choices: engineNames, default: defaultEngine },
  deviceFlag,
];

/**
 * Engine and device as {@link engineFlags} ask.
 *
 * @param flags - Parsed flags of the command.
 */
export function engineOptions(flags: Flags): { engine: EngineName; device: DeviceName } {
  return { engine: flags['engine'] as EngineName, device: flags['device'] as DeviceName };
}
