import type { Flag } from '../command.ts';

/** Flag of commands that run one model. */
export const modelFlag: Flag = {
  flag: '--model <model>',
  help: 'name (see metamer models), folder or ONNX file',
  required: true,
};
